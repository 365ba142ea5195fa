"""What the bot asks of the outside, and what the outside may ask of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import (
    Abilities,
    Answer,
    Card,
    Current,
    Decision,
    DepartmentShown,
    Dialog,
    Draft,
    Event,
    HistoryLine,
    Mention,
    Notice,
    Place,
    Posted,
    Preview,
    Reply,
    Shown,
    Told,
    Who,
    Wrong,
)
from bot.model.answers import AnswerDraft, Proposed, Saved
from knowledge.advice import Suggestion
from knowledge.faq import Entry
from knowledge.rulebook.values import Account, DeskIdentity
from knowledge.sentence import Sentence


class Receive(Protocol):
    """Takes a page of events in one transaction; only when it returned may a cursor move or a webhook acknowledge."""

    async def __call__(self, account: str, events: Sequence[Event], *, cursor: str | None = None) -> None: ...


class Memory(Protocol):
    """Small things that an account must keep between runs: its cursor, its session. Never logged."""

    async def recall(self, account: str, name: str) -> str | None: ...
    async def keep(self, account: str, name: str, value: str) -> None: ...


class PublicChannel(Protocol):
    """A platform where citizens speak; one instance per account."""

    account: Account
    abilities: Abilities

    @property
    def heard(self) -> datetime | None:
        """Return when the platform last answered ``run``, in real time; later than now: it asked to be left alone."""

    async def run(self, receive: Receive) -> None:
        """Receive until cancelled. Reconnects by itself; raises only Blocked (the account must be reconnected)."""

    def length(self, text: str) -> int:
        """Count as the platform counts."""

    async def post(self, reply: Reply) -> Posted:
        """Post once. Raises TryLater, Refused or Blocked (certainly not posted), or Unsure (everything else)."""

    async def find(self, reply: Reply) -> Posted | None:
        """Look for a reply that may have been posted. None: looked and not there. Raises Unsure or Blocked."""

    async def current(self, mention: Mention) -> Current:
        """Tell how a citizen's post stands now, just before an answer is posted."""

    async def remove(self, posted: Posted) -> None:
        """Take a post of ours away; fine when it is gone already. Only called when ``abilities.removes``."""

    async def aclose(self) -> None:
        """Let go of connections, after the last post."""


class FrontOffice(Protocol):
    """Everything a desk may ask of the bot; every call checks who asks."""

    async def decide(self, decision: Decision) -> Answer: ...
    async def view(self, conversation_id: int, by: DeskIdentity) -> Dialog | Told: ...
    async def search(self, text: str, conversation_id: int, by: DeskIdentity) -> Sequence[Suggestion]: ...
    async def preview(self, draft: Draft) -> Preview | Told: ...
    async def save_draft(self, draft: Draft) -> None: ...
    async def begin_answer(self, conversation_id: int, by: DeskIdentity, *, anew: bool) -> AnswerDraft | Told: ...
    async def keep_answer(
        self, conversation_id: int, by: DeskIdentity, entry: Entry, *, seen_revision: int
    ) -> Saved | Proposed | Told | Wrong: ...

    async def card(self, conversation_id: int, by: DeskIdentity) -> Card | None: ...
    async def cards(self, department: str, by: DeskIdentity, *, limit: int = 100) -> Sequence[Card]:
        """Return the cards of a department's channel (its own and those it reads along), newest last."""

    async def mine(self, by: DeskIdentity) -> Sequence[Card]:
        """Return what this person holds or may approve, and what they were asked."""

    async def waiting(
        self, by: DeskIdentity, *, department: str = "", late: bool = False, limit: int = 100
    ) -> Sequence[Card]:
        """Return what nobody took yet in the departments this person reads, or all that is late; first due first."""

    async def departments(self, by: DeskIdentity) -> Sequence[DepartmentShown]: ...
    async def colleagues(self, conversation_id: int, by: DeskIdentity) -> Sequence[Who]: ...
    async def history(self, conversation_id: int, by: DeskIdentity) -> Sequence[HistoryLine]: ...

    def watch(self) -> AsyncIterator[int]:
        """Yield the id of each conversation that changed, from now on; 0: look at everything again."""


class Desk(Protocol):
    """A chat app where civil servants decide; one instance per workspace or tenant."""

    name: str
    cards_a_minute: int  # new ones that people can bear in one channel; 0: any number

    @property
    def everywhere(self) -> bool:
        """Tell whether clicks come to any process of the town, not to the leader alone."""

    @property
    def trouble(self) -> Sentence | None:
        """Say what is wrong with the connection and what to do; None: nothing."""

    async def run(self, office: FrontOffice) -> None:
        """Serve clicks until cancelled."""

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        """Post a card once, update it ever after."""

    async def say(
        self, place: Place, notice: Notice, *, under: Shown | None = None, instead: Shown | None = None
    ) -> Shown:
        """Say a line to colleagues: in the thread of the card ``under``, or in the place of an earlier line."""

    async def aclose(self) -> None:
        """Let go of connections, after the last card."""
