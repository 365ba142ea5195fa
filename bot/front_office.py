"""Everything a desk may ask of the bot; every call checks who asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from bot import claims, decisions, from_chat, mandate, ports
from bot.answers import Answers
from bot.card import Draftsman
from bot.case import Case, Refusal
from bot.clock import Clock
from bot.conversation import Action, State
from bot.model import (
    Answer,
    Card,
    Decision,
    DepartmentShown,
    Dialog,
    Done,
    Draft,
    HistoryLine,
    Preview,
    Told,
    Who,
    Wrong,
)
from bot.model.answers import AnswerDraft, Origin, Proposed, Saved
from bot.ports import PublicChannel
from bot.reading import GONE, OUTSIDER, Reading, no_mandate
from bot.rules import Rules, local_day
from bot.store import Store, audit, conversations, jobs, small
from bot.store.records import Conversation
from bot.store.sentences import load, unload
from bot.store.statement import undone_when
from knowledge.advice import Suggestion
from knowledge.faq import Entry
from knowledge.rulebook.values import DeskIdentity, Member

T = TypeVar("T")


class FrontOffice:
    """The bot as desks see it."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        channels: Mapping[str, PublicChannel],
        clock: Clock,
        *,
        new_key: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._store, self._rules, self._channels, self._clock = store, rules, channels, clock
        self._draftsman = Draftsman(rules, channels)
        self._answers = Answers(store, rules, clock)
        self._new_key = new_key

    async def decide(self, decision: Decision) -> Answer:
        """Carry out a decision in one transaction; the same click again gets the same answer."""
        now, key = self._clock.now(), self._new_key()
        return await self._store.write(lambda connection: self._decide(connection, decision, now=now, key=key))

    async def view(self, conversation_id: int, by: DeskIdentity) -> Dialog | Told:
        """Return the writing dialog; reading a private message is recorded."""
        now = self._clock.now()
        return await self._store.write(lambda connection: self._at(connection, by, now).dialog(conversation_id))

    async def search(self, text: str, conversation_id: int, by: DeskIdentity) -> Sequence[Suggestion]:
        """Return known answers whose title or wording is like ``text``; nothing for who may not see it."""
        if await self.card(conversation_id, by) is None:
            return ()
        found = await asyncio.to_thread(self._rules.advisor.search, text)
        return await self._read(by, lambda reading: reading.searched(conversation_id, found))

    async def begin_answer(self, conversation_id: int, by: DeskIdentity, *, anew: bool) -> AnswerDraft | Told:
        """Return what to begin with when the answer that stands there is kept: anew, or as a better standard answer."""
        return await self._read(by, lambda reading: from_chat.begun(reading, conversation_id, anew=anew))

    async def keep_answer(
        self, conversation_id: int, by: DeskIdentity, entry: Entry, *, seen_revision: int
    ) -> Saved | Proposed | Told | Wrong:
        """Publish an answer for everybody, or put it to its owner; nothing about one person gets in."""
        begun = await self.begin_answer(conversation_id, by, anew=not seen_revision)
        if isinstance(begun, Told):
            return begun
        if wrong := await self._read(by, lambda reading: from_chat.personal(reading, conversation_id, entry)):
            return Wrong(fields=wrong)
        return await self._answers.save(
            entry, seen_revision=seen_revision, by=by, origin=Origin.CHAT, conversation_id=conversation_id
        )

    async def preview(self, draft: Draft) -> Preview | Told:
        """Show exactly what would stand there."""
        return await self._read(draft.by, lambda reading: reading.preview(draft))

    async def save_draft(self, draft: Draft) -> None:
        """Keep a text in the making, per person; a text keeps the claim alive."""
        now = self._clock.now()
        await self._store.write(lambda connection: self._save_draft(connection, draft, now))

    async def card(self, conversation_id: int, by: DeskIdentity) -> Card | None:
        return await self._read(by, lambda reading: reading.card(conversation_id))

    async def cards(self, department: str, by: DeskIdentity, *, limit: int = 100) -> Sequence[Card]:
        return await self._read(by, lambda reading: reading.cards(department, limit=limit))

    async def mine(self, by: DeskIdentity) -> Sequence[Card]:
        return await self._read(by, lambda reading: reading.mine())

    async def waiting(
        self, by: DeskIdentity, *, department: str = "", late: bool = False, limit: int = 100
    ) -> Sequence[Card]:
        return await self._read(by, lambda reading: reading.waiting(department, late=late, limit=limit))

    async def departments(self, by: DeskIdentity) -> Sequence[DepartmentShown]:
        return await self._read(by, lambda reading: reading.departments())

    async def colleagues(self, conversation_id: int, by: DeskIdentity) -> Sequence[Who]:
        return await self._read(by, lambda reading: reading.colleagues(conversation_id))

    async def history(self, conversation_id: int, by: DeskIdentity) -> Sequence[HistoryLine]:
        return await self._read(by, lambda reading: reading.history(conversation_id))

    def watch(self) -> AsyncIterator[int]:
        return self._store.watch()

    async def _read(self, by: DeskIdentity, ask: Callable[[Reading], T]) -> T:
        now = self._clock.now()
        return await self._store.read(lambda connection: ask(self._at(connection, by, now)))

    def _at(self, connection: Connection, by: DeskIdentity, now: datetime) -> Reading:
        return Reading(connection=connection, draftsman=self._draftsman, by=by, now=now)

    def _decide(self, connection: Connection, decision: Decision, *, now: datetime, key: str) -> Answer:
        conversation = conversations.lock(connection, decision.conversation_id)
        if stored := small.answered(connection, decision.click):
            return self._answered_before(connection, stored, decision, now)
        member = self._rules.rulebook.member(decision.by)
        if member is None or conversation is None:
            _record(connection, decision, member, result="refused", now=now)
            return Told(sentence=OUTSIDER if member is None else GONE)
        answer = self._try(connection, decision, member, conversation, now=now, key=key)
        _record(connection, decision, member, result="ok" if isinstance(answer, Done) else "refused", now=now)
        if isinstance(answer, Done | Told):
            stored = unload(answer.sentence) if isinstance(answer, Told) else {"done": True}
            small.answer(connection, decision.click, member=member.key, at=now, stored=stored)
        return answer

    def _try(
        self,
        connection: Connection,
        decision: Decision,
        member: Member,
        conversation: Conversation,
        *,
        now: datetime,
        key: str,
    ) -> Answer:
        rulebook = self._rules.rulebook
        today = local_day(rulebook, now)
        if not mandate.may(member, decision.action, conversation, today=today):
            return Told(sentence=no_mandate(conversation, rulebook))
        case = Case(
            connection=connection,
            decision=decision,
            member=member,
            conversation=conversation,
            rules=self._rules,
            rulebook=rulebook,
            channel=self._channels.get(conversation.account),
            key=key,
            now=now,
        )
        try:
            with undone_when(connection, Refusal):
                decisions.apply(case)
        except Refusal as refusal:
            return refusal.answer
        return Done(card=self._draftsman.draw(connection, case.conversation, now=now))

    def _answered_before(
        self, connection: Connection, stored: dict[str, Any], decision: Decision, now: datetime
    ) -> Answer:
        """A repeated click gets the answer of the first one, on the card as it is now."""
        if "done" not in stored:
            return Told(sentence=load(stored) or GONE)
        card = self._at(connection, decision.by, now).card(decision.conversation_id)
        return Done(card=card) if card else Told(sentence=GONE)

    def _save_draft(self, connection: Connection, draft: Draft, now: datetime) -> None:
        conversations.lock(connection, draft.conversation_id)
        found = self._at(connection, draft.by, now).readable(draft.conversation_id)
        if isinstance(found, Told) or not mandate.may(
            found[0], Action.CLAIM, found[1], today=local_day(self._rules.rulebook, now)
        ):
            return
        member, conversation = found
        if conversation.state is State.SUBMITTED and conversation.submitted_by == member.key:
            return  # who checks it must find what was submitted
        small.save_draft(
            connection,
            conversation_id=conversation.id,
            member=member.key,
            text=draft.text,
            entry=draft.entry,
            kind=draft.kind,
            privately=draft.privately,
            saved_at=now,
        )
        if draft.text.strip() and conversation.writing and conversation.holder == member.key:
            until = claims.lasts(conversation, now=now, writing=False)
            jobs.reschedule(connection, "claim", str(conversation.id), at=until)


def _record(connection: Connection, decision: Decision, member: Member | None, *, result: str, now: datetime) -> None:
    given = {
        "reason": decision.reason or "",
        "department": decision.department,
        "topic": decision.topic,
        "colleague": decision.colleague,
        "entry": decision.entry,
        "privately": decision.privately,
    }
    audit.record(
        connection,
        conversation_id=decision.conversation_id if conversations.possible(decision.conversation_id) else 0,
        at=now,
        action=decision.action,
        object=f"conversation {decision.conversation_id}",
        result=result,
        origin=f"{decision.click.desk}:{decision.click.workspace}",
        actor=member.key if member else f"unknown {decision.by.user}",
        details={name: value for name, value in given.items() if value},
    )


_: type[ports.FrontOffice] = FrontOffice
