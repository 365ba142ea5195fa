"""Before the office closes, people are asked what they still hold: to let go of it, or to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import hours
from bot.card import Draftsman
from bot.clock import Clock
from bot.conversation import State
from bot.errors import PlaceGone, ShowFailed
from bot.model import Card, Notice, Place
from bot.ports import Desk
from bot.rules import department_of
from bot.store import Store, conversations, jobs
from bot.store.records import Conversation, Job
from bot.work import Again, Settle
from knowledge.rulebook.values import DeskChannel, Rulebook
from knowledge.sentence import Sentence, say

JOB = "closing"
BEFORE = timedelta(minutes=15)
PERSON = "person"  # the role of a place where one colleague reads
NAMED = 5  # authors in the line

log = structlog.get_logger()


def ask_later(connection: Connection, rulebook: Rulebook, *, department: str, holder: str, now: datetime) -> None:
    """Have a holder asked before the department closes; one question a person and closing time."""
    closing = hours.closes(now + BEFORE, rulebook, department_of(rulebook, department))
    if closing:
        jobs.enqueue(connection, JOB, f"{holder} {closing.isoformat()}", at=closing - BEFORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTime:
    """Does the job "closing"."""

    store: Store
    draftsman: Draftsman
    desks: Mapping[tuple[str, str], Desk]
    clock: Clock

    async def ask(self, job: Job) -> Settle:
        """Ask a person about what they hold now, wherever they are known; nothing when the moment has passed."""
        holder, _, text = job.subject.rpartition(" ")
        closing, now = datetime.fromisoformat(text), self.clock.now()
        cards = await self.store.read(lambda c: self._held(c, holder, closing=closing, now=now))
        if not cards:
            return lambda _: None
        notice = Notice(text=_question(cards, closing), cards=tuple(cards))
        for place in self._places(holder):
            try:
                await self.desks[place.channel.desk, place.channel.workspace].say(place, notice)
            except PlaceGone:
                log.warning("a colleague cannot be reached", desk=place.channel.desk, member=holder)
            except ShowFailed as exc:
                wait = exc.after
                return lambda _: Again(after=wait)
        return lambda c: self._again(c, cards, holder)

    def _held(self, connection: Connection, holder: str, *, closing: datetime, now: datetime) -> Sequence[Card]:
        """Return what this person still holds of the departments that close then."""
        held = conversations.of_member(connection, member=holder, approves=())
        mine = [one for one in held if one.state is State.CLAIMED and one.holder == holder]
        return [self.draftsman.draw(connection, one, now=now) for one in mine if self._closes(one, now) == closing]

    def _closes(self, conversation: Conversation, now: datetime) -> datetime | None:
        rulebook = self.draftsman.rules.rulebook
        return hours.closes(now, rulebook, department_of(rulebook, conversation.department))

    def _places(self, holder: str) -> list[Place]:
        member = self.draftsman.rules.rulebook.members.get(holder)
        return [
            Place(channel=DeskChannel(desk=one.desk, workspace=one.workspace, channel=one.user), role=PERSON)
            for one in (member.identities if member else ())
            if (one.desk, one.workspace) in self.desks
        ]

    def _again(self, connection: Connection, cards: Sequence[Card], holder: str) -> None:
        """Ask again on the next day about what is still held then."""
        rulebook, now = self.draftsman.rules.rulebook, self.clock.now()
        for department in dict.fromkeys(card.route.department for card in cards):
            ask_later(connection, rulebook, department=department, holder=holder, now=now)


def _question(cards: Sequence[Card], closing: datetime) -> Sentence:
    names = tuple(dict.fromkeys(card.mention.author for card in cards))[:NAMED]
    if len(cards) == 1:
        return say(
            "You still have 1 message, from %(authors)s. It is almost %(at)s. Let go or go on?",
            authors=names,
            at=closing,
        )
    return say(
        "You still have %(count)s messages, from %(authors)s. It is almost %(at)s. Let go or go on?",
        count=len(cards),
        authors=names,
        at=closing,
    )
