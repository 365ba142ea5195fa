"""What a desk shows of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot import conversation, reply
from bot.conversation import Action
from bot.model.posts import Mention, Visibility
from bot.model.replies import Abilities, Posted, ReplyKind
from knowledge.advice import Route, Suggestion
from knowledge.rulebook.values import Account, DeskChannel
from knowledge.sentence import Sentence


class Face(StrEnum):
    """The first word of a card; the screen word stands in handlers/wording."""

    NEW = "new"
    OPEN = "open"
    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    WAITING = "waiting"  # will be posted at a time; can still be held back
    SENDING = "sending"
    ANSWERED = "answered"
    REFUSED = "refused"
    BLOCKED = "blocked"
    UNSURE = "unsure"
    CLOSED = "closed"
    FOLDED = "folded"
    WITHDRAWN = "withdrawn"


class CloseReason(StrEnum):
    """Why no reply was needed."""

    ALREADY_ANSWERED = "already_answered"
    DUPLICATE = "duplicate"
    NOT_FOR_US = "not_for_us"
    REPORT_FILED = "report_filed"  # with the number of the report
    HANDLED_ELSEWHERE = "handled_elsewhere"  # by telephone or mail
    COMPLIMENT = "compliment"
    THANKS = "thanks"
    DISCUSSION = "discussion"
    INSULT = "insult"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A colleague as a card names them."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody saw of the citizen's words: their decision is bound to it."""

    mention_id: int
    version: int
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyShown:
    """The newest reply of a conversation, as its card needs it."""

    key: str
    kind: ReplyKind
    state: reply.State
    text: str
    written_by: Who
    approved_by: Who | None
    send_after: datetime | None
    posted: Posted | None
    retracted_at: datetime | None = None
    problem: Sentence | None = None
    visibility: Visibility = Visibility.PUBLIC
    entry: str = ""  # the answer of the base that it came from


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A text that waits for a second pair of eyes."""

    text: str
    standard: str = ""  # the known answer that its writer began with


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What every desk shows of one conversation; all that a renderer needs."""

    conversation_id: int
    version: int
    state: conversation.State
    face: Face
    actions: tuple[Action, ...]  # what the state allows; persons are checked at the click
    account: Account
    abilities: Abilities
    mention: Mention  # the newest from the citizen, cleaned for display; text empty when private or withdrawn
    seen: Seen
    edited: bool = False  # the citizen changed it since somebody read it
    withdrawn: bool = False
    follow_ups: int = 0  # messages after the first
    route: Route
    department: str  # name on the screen
    topic: str  # name on the screen, may be empty
    suggestion: Suggestion | None = None
    context: str = ""  # our own post that this answers, cut
    context_at: datetime | None = None
    contacts_before: int = 0
    due_at: datetime | None = None
    late: bool = False
    reopened: bool = False
    holder: Who | None = None
    held_since: datetime | None = None
    writing: bool = False  # holder has the dialog open
    submitted_by: Who | None = None
    submitted_at: datetime | None = None
    submitted: Submitted | None = None  # None also when the message is private
    asked: Who | None = None  # a colleague who was asked
    asked_until: datetime | None = None
    remind_at: datetime | None = None
    remind_by: Who | None = None
    closed_by: Who | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    close_note: str = ""
    folded_into: int | None = None  # the conversation that this one is part of
    reply: ReplyShown | None = None  # the one that tells how things stand
    standing: ReplyShown | None = None  # the answer that stands on the public channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card stands, and in which part."""

    channel: DeskChannel
    role: str = "owner"  # "owner", "reader"; "past": moved on, shrunk to a link; "person": one colleague alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The message that carries a card: the desk's own id for it."""

    message: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A line for colleagues: a digest, an alarm, what happened."""

    text: Sentence
    urgent: bool = False
    cards: tuple[Card, ...] = ()  # what it is about; a desk may offer to let go of them
