"""One decision at work: what it is about, who takes it, and the words for a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import Connection

from bot import reply
from bot.conversation import Action, State, step
from bot.errors import BalieError, NotAllowed
from bot.model import Answer, Decision, Told, Wrong
from bot.ports import PublicChannel
from bot.rules import Rules, local_day, who
from bot.store import conversations, mentions, replies
from bot.store.records import Conversation, StoredMention, StoredReply
from knowledge.rulebook.values import Member, Rulebook
from knowledge.sentence import Sentence, say


class Refusal(BalieError):
    """The decision has no effect; ``answer`` says why. What the decision wrote so far is undone."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("refused")
        self.answer = answer


@dataclass(slots=True, kw_only=True)
class Case:
    """A decision inside its transaction; ``conversation`` is locked, and renewed by ``move``."""

    connection: Connection
    decision: Decision
    member: Member
    conversation: Conversation
    rules: Rules
    rulebook: Rulebook
    channel: PublicChannel | None
    key: str  # for a reply, should one be approved
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.rulebook, self.now)

    @property
    def last_reply(self) -> StoredReply | None:
        return replies.telling(replies.of_conversation(self.connection, self.conversation.id))

    def move(self, action: Action, *, state: State | None = None, **columns: Any) -> None:
        """Take the step that the table gives and store it with the columns."""
        self.conversation = conversations.change(
            self.connection,
            self.conversation,
            at=self.now,
            by=self.member.key,
            action=action,
            state=state or step(self.conversation.state, action),
            **columns,
        )

    def same_version(self) -> None:
        """Refuse when somebody changed the conversation since the card was drawn."""
        if self.decision.seen_version != self.conversation.version:
            refuse(overtaken(self.conversation, self.last_reply, self.rulebook))

    def read_mention(self) -> StoredMention:
        """Return the mention that the writer saw; refuse when the citizen wrote or changed something since."""
        rest = [m for m in mentions.of_conversation(self.connection, self.conversation.id) if not m.deleted_at]
        newest = rest[-1] if rest else None
        if newest is None:
            refuse(say("The sender has deleted the message."))
        if newest.seen != self.decision.seen:
            refuse(
                say("The sender has changed the message, read it again.")
                if self.decision.seen and newest.id == self.decision.seen.mention_id
                else say("The sender wrote again, read that first.")
            )
        return newest


def refuse(sentence: Sentence) -> NoReturn:
    raise Refusal(Told(sentence=sentence))


def mend(**fields: Sentence) -> NoReturn:
    raise Refusal(Wrong(fields=fields))


def too_late(case: Case, exc: NotAllowed) -> NoReturn:
    """Refuse a click that the state no longer allows, and say by whom and when."""
    raise Refusal(Told(sentence=overtaken(case.conversation, case.last_reply, case.rulebook))) from exc


def overtaken(conversation: Conversation, last: StoredReply | None, rulebook: Rulebook) -> Sentence:
    """Return what happened instead: by whom and when."""
    values: Mapping[str, object] = {
        "name": _name(rulebook, conversation.changed_by),
        "time": conversation.changed_at,
    }
    if (last and last.state in reply.LIVE) or conversation.state is State.APPROVED:
        name = _name(rulebook, last.approved_by if last else conversation.changed_by)
        return say("This is being posted already, by %(name)s at %(time)s.", **{**values, "name": name})
    match conversation.state:
        case State.ANSWERED if last and last.posted:
            answered = {"name": _name(rulebook, last.approved_by), "time": last.posted.at}
            return say("This was already posted by %(name)s at %(time)s.", **answered)
        case State.CLAIMED:
            holder = {"name": _name(rulebook, conversation.holder), "time": conversation.held_since}
            return say("%(name)s is busy with this, since %(time)s.", **holder)
        case State.SUBMITTED:
            return say("This waits to be checked, from %(name)s at %(time)s.", **values)
        case State.CLOSED:
            return say("This was closed by %(name)s at %(time)s.", **values)
        case State.WITHDRAWN:
            return say("The sender has deleted the message.")
        case _:
            return say("%(name)s changed this at %(time)s. Look at the card again.", **values)


def _name(rulebook: Rulebook, key: str) -> object:
    known = who(rulebook, key)
    return known.name if known and key != "balie" else say("the sender or Balie itself")
