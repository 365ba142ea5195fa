"""What desks read: cards, lists and dialogs, each only for who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from bot import compose, mandate, privately
from bot.card import Draftsman, is_private
from bot.conversation import State
from bot.model import (
    Card,
    DepartmentShown,
    Dialog,
    Draft,
    HistoryLine,
    Left,
    Preview,
    Said,
    Told,
    Visibility,
    Who,
)
from bot.ports import PublicChannel
from bot.rules import department_of, local_day, who
from bot.store import audit, conversations, mentions, placements, replies, small
from bot.store.records import Conversation, StoredMention
from knowledge.advice import Suggestion
from knowledge.rulebook.values import DeskChannel, DeskIdentity, Member, Rulebook
from knowledge.sentence import Sentence, say

OUTSIDER = say("Balie does not know you. Ask the coordinator to put you in the rulebook.")
GONE = say("This conversation does not exist any more.")
SHOWN_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look into the store, by one person, at one moment."""

    connection: Connection
    draftsman: Draftsman
    by: DeskIdentity
    now: datetime

    @property
    def rulebook(self) -> Rulebook:
        return self.draftsman.rules.rulebook

    @property
    def today(self) -> date:
        return local_day(self.rulebook, self.now)

    def card(self, conversation_id: int) -> Card | None:
        found = self.readable(conversation_id)
        return None if isinstance(found, Told) else self._draw(found[1])

    def cards(self, department: str, *, limit: int) -> Sequence[Card]:
        """Return the cards in a department's channels, newest last."""
        member, known = self.rulebook.member(self.by), self.rulebook.departments.get(department)
        if member is None or known is None or not mandate.may_read(member, department, today=self.today):
            return ()
        found: dict[int, Conversation] = {}
        for place in known.channels:
            rows = conversations.in_channel(
                self.connection, desk=place.desk, workspace=place.workspace, channel=place.channel, limit=limit
            )
            found |= {row.id: row for row in rows}
        return [self._draw(one) for one in found.values()]

    def mine(self) -> Sequence[Card]:
        """Return what this person holds, was asked, set aside or may approve."""
        member = self.rulebook.member(self.by)
        if member is None:
            return ()
        approves = mandate.approves_for(member, self.rulebook, today=self.today)
        found = conversations.of_member(self.connection, member=member.key, approves=approves)
        return [
            self._draw(one) for one in found if may_see(self.connection, member, one, self.rulebook, today=self.today)
        ]

    def waiting(self, department: str, *, late: bool, limit: int) -> Sequence[Card]:
        """Return what nobody took yet, or with ``late`` all that is over its norm; in one department, or in all."""
        keys = [each.key for each in self.departments() if department in ("", each.key)]
        states = (State.OPEN, State.CLAIMED, State.SUBMITTED) if late else (State.OPEN,)
        before = self.now if late else None
        found = conversations.to_do(self.connection, departments=keys, states=states, due_before=before, limit=limit)
        return [self._draw(one) for one in found]

    def departments(self) -> Sequence[DepartmentShown]:
        member = self.rulebook.member(self.by)
        if member is None:
            return ()
        counts = conversations.counts(self.connection, member=member.key, now=self.now)
        return [
            DepartmentShown(
                key=key,
                name=department.name,
                channel=next((c for c in department.channels if c.desk == self.by.desk), None),
                waiting=counts.get(key, (0, 0, 0))[0],
                mine=counts.get(key, (0, 0, 0))[1],
                late=counts.get(key, (0, 0, 0))[2],
            )
            for key, department in self.rulebook.departments.items()
            if mandate.may_read(member, key, today=self.today)
        ]

    def colleagues(self, conversation_id: int) -> Sequence[Who]:
        found = self.readable(conversation_id)
        return () if isinstance(found, Told) else mandate.colleagues(found[1], self.rulebook, today=self.today)

    def history(self, conversation_id: int) -> Sequence[HistoryLine]:
        if isinstance(self.readable(conversation_id), Told):
            return ()
        return [self._line(row) for row in audit.of_conversation(self.connection, conversation_id)]

    def dialog(self, conversation_id: int) -> Dialog | Told:
        """Return the writing dialog; reading a private message is recorded."""
        found = self._with_channel(conversation_id)
        if isinstance(found, Told):
            return found
        member, conversation, channel = found
        mentioned = mentions.of_conversation(self.connection, conversation.id)
        newest = _newest(mentioned)
        if is_private(conversation, newest):
            self._record_reading(conversation, member)
        writer = _writer(conversation, member)
        kept = small.draft(self.connection, conversation.id, writer)
        advisor, signer = self.draftsman.rules.advisor, self.rulebook.members.get(writer, member)
        offer = self.draftsman.offer(self.connection, conversation, newest, now=self.now, writer=signer)
        may_go_private = privately.possible(self.connection, newest.mention, channel.abilities)
        return Dialog(
            card=self._draw(conversation),
            mention_text=advisor.shown(newest.mention.text),
            earlier=self._earlier(mentioned, newest, channel),
            suggestions=offer.suggestions()[:SHOWN_SUGGESTIONS],
            text=kept.text if kept else "",
            entry=kept.entry if kept else "",
            left=self._left(conversation, member, text=kept.text if kept else ""),
            limit=channel.abilities.max_length,
            room=compose.room(channel, newest.mention, signer),
            may_place=self._may_place(member, conversation, writer),
            approvers=self._approvers(conversation, writer),
            note=conversation.returned_note,
            may_go_private=may_go_private,
            privately=may_go_private and bool(kept and kept.privately),
            invitation="" if may_go_private else privately.invitation(newest.mention),
        )

    def searched(self, conversation_id: int, found: Sequence[Suggestion]) -> Sequence[Suggestion]:
        """Return what a search found as it may be used in this conversation."""
        readable = self.readable(conversation_id)
        if isinstance(readable, Told):
            return ()
        member, conversation = readable
        newest = _newest(mentions.of_conversation(self.connection, conversation.id))
        writer = self.rulebook.members.get(_writer(conversation, member), member)
        return self.draftsman.offer(self.connection, conversation, newest, now=self.now, writer=writer).searched(found)

    def preview(self, draft: Draft) -> Preview | Told:
        """Show exactly what would stand there."""
        found = self._with_channel(draft.conversation_id)
        if isinstance(found, Told):
            return found
        member, conversation, channel = found
        newest = _newest(mentions.of_conversation(self.connection, conversation.id))
        writer = _writer(conversation, member)
        signer = self.rulebook.members.get(writer, member)
        whole, split = (
            compose.compose(
                draft.text,
                mention=newest.mention,
                member=signer,
                channel=channel,
                rules=self.draftsman.rules,
                split=split,
            )
            for split in (False, True)
        )
        return Preview(
            text=whole.parts[0],
            parts=() if whole.blocked else split.parts,
            length=whole.lengths[0],
            limit=whole.limit,
            visibility=Visibility.PRIVATE if draft.privately else newest.mention.visibility,
            warnings=whole.warnings,
            blocked=whole.blocked or (compose.too_long(whole, channel) if whole.too_long else None),
            may_place=self._may_place(member, conversation, writer),
            approvers=self._approvers(conversation, writer),
        )

    def readable(self, conversation_id: int) -> tuple[Member, Conversation] | Told:
        """Return who asks and the conversation, or why they may not see it."""
        member = self.rulebook.member(self.by)
        if member is None:
            return Told(sentence=OUTSIDER)
        conversation = conversations.get(self.connection, conversation_id)
        if conversation is None:
            return Told(sentence=GONE)
        if not may_see(self.connection, member, conversation, self.rulebook, today=self.today):
            return Told(sentence=no_mandate(conversation, self.rulebook))
        return member, conversation

    def _with_channel(self, conversation_id: int) -> tuple[Member, Conversation, PublicChannel] | Told:
        found = self.readable(conversation_id)
        if isinstance(found, Told):
            return found
        member, conversation = found
        channel = self.draftsman.channels.get(conversation.account)
        if channel is None:
            return Told(sentence=say("The account %(account)s is not connected.", account=conversation.account))
        return member, conversation, channel

    def _earlier(
        self, mentioned: Sequence[StoredMention], newest: StoredMention, channel: PublicChannel
    ) -> tuple[Said, ...]:
        shown = self.draftsman.rules.advisor.shown
        answers = replies.of_conversation(self.connection, newest.conversation_id)
        said = [
            Said(by=m.mention.author, text=shown(m.mention.text), at=m.mention.posted_at)
            for m in mentioned
            if m.id != newest.id and not m.deleted_at
        ]
        said += [Said(by=channel.account.name, text=r.text, at=r.posted.at, ours=True) for r in answers if r.posted]
        return tuple(sorted(said, key=lambda one: one.at))

    def _left(self, conversation: Conversation, member: Member, *, text: str) -> tuple[Left, ...]:
        """Return what others wrote before this person took it: offered, so that nothing is lost."""
        if conversation.holder != member.key:
            return ()
        others = [row for row in small.drafts(self.connection, conversation.id) if row.member != member.key]
        return tuple(
            Left(by=by, text=row.text, entry=row.entry, at=row.saved_at)
            for row in others
            if row.text.strip() and row.text != text and (by := who(self.rulebook, row.member))
        )

    def _draw(self, conversation: Conversation) -> Card:
        return self.draftsman.draw(self.connection, conversation, now=self.now)

    def _may_place(self, member: Member, conversation: Conversation, writer: str) -> bool:
        return mandate.may_publish(member, conversation, self.rulebook, written_by=writer, today=self.today)

    def _approvers(self, conversation: Conversation, writer: str) -> tuple[Who, ...]:
        return tuple(mandate.publishers(conversation, self.rulebook, written_by=writer, today=self.today))

    def _record_reading(self, conversation: Conversation, member: Member) -> None:
        conversations.lock(self.connection, conversation.id)
        audit.record(
            self.connection,
            conversation_id=conversation.id,
            at=self.now,
            action="read",
            object=f"conversation {conversation.id}",
            result="ok",
            origin=f"{self.by.desk}:{self.by.workspace}",
            actor=member.key,
        )

    def _line(self, row: Any) -> HistoryLine:
        known = self.rulebook.members.get(row.actor)
        person = who(self.rulebook, row.actor) if known else None
        return HistoryLine(at=row.at, who=person, actor=row.actor, action=row.action, result=row.result)


def may_see(
    connection: Connection, member: Member, conversation: Conversation, rulebook: Rulebook, *, today: date
) -> bool:
    """Tell whether this person reads for the owner, or for a department in whose channels the card stands."""
    if mandate.may_read(member, conversation.department, today=today):
        return True
    places = {
        DeskChannel(desk=place.desk, workspace=place.workspace, channel=place.channel)
        for place in placements.of_conversation(connection, conversation.id)
    }
    along = (key for key, one in rulebook.departments.items() if places.intersection(one.channels))
    return any(mandate.may_read(member, key, today=today) for key in along)


def no_mandate(conversation: Conversation, rulebook: Rulebook) -> Sentence:
    """Return the refusal for who may not touch this department's conversations."""
    name = department_of(rulebook, conversation.department).name
    return say("You have no mandate for %(department)s. Ask the coordinator.", department=name)


def _newest(mentioned: Sequence[StoredMention]) -> StoredMention:
    return next((m for m in reversed(mentioned) if not m.deleted_at), mentioned[-1])


def _writer(conversation: Conversation, member: Member) -> str:
    return conversation.submitted_by if conversation.state is State.SUBMITTED else member.key
