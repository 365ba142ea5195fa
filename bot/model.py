"""The words of the domain, as values: posts, conversations, replies, cards and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot import conversation, reply
from bot.conversation import Action
from knowledge.advice import Route, Suggestion
from knowledge.rulebook.values import Account, DeskChannel, DeskIdentity
from knowledge.sentence import Sentence


class Visibility(StrEnum):
    """Who can read a post, widest first."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PRIVATE = "private"

    def allows(self, other: Visibility) -> bool:
        """Tell whether an answer may be ``other``: as visible as this or less."""
        order = list(Visibility)
        return order.index(other) >= order.index(self)


# --- what citizens do ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One post that concerns us: a mention, an answer to us, a private message or a hit of a search query."""

    account: str  # key of our account that received it
    post_id: str  # an id that survives edits, see docs/architecture.md
    thread_id: str  # the post id that opened the thread
    parent_id: str = ""  # what it answers; empty: nothing
    author_id: str  # stable; handles change
    author: str  # handle as people see it, with "@"
    text: str
    posted_at: datetime  # aware, UTC
    url: str = ""
    visibility: Visibility = Visibility.PUBLIC
    language: str = ""  # as the author set it, ISO 639-1
    followers: int | None = None  # None: unknown, never 0
    media: int = 0
    addressed: bool = True  # False: nobody asked us, a search query found it
    query: str = ""  # key of that query
    reference: Mapping[str, str] = field(default_factory=dict)  # what the platform needs to answer or re-read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """A citizen wrote something that concerns us."""

    event_id: str  # unique within the account
    mention: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A post that we know now reads otherwise."""

    event_id: str
    post_id: str
    text: str
    at: datetime
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A post is gone at the source."""

    event_id: str
    post_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshared:
    """Others passed a post on; ``count`` is the total so far. Raises reach, opens nothing."""

    event_id: str
    post_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPost:
    """The town posted something itself, from Balie or elsewhere."""

    event_id: str
    post_id: str
    parent_id: str = ""
    text: str
    at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A platform reports later what became of a post of ours."""

    event_id: str
    post_id: str
    ok: bool
    reason: str = ""


Event = Mentioned | Edited | Deleted | Reshared | OwnPost | Delivered


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The post still stands as we know it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The platform could not tell."""


Current = Unchanged | Edited | Deleted | Unknown


# --- what the town answers ----------------------------------------------------------------------------------------


class ReplyKind(StrEnum):
    ANSWER = "answer"
    PART = "part"  # second and later parts of a long answer
    CORRECTION = "correction"
    INTERIM = "interim"
    ACKNOWLEDGEMENT = "acknowledgement"
    OWN_POST = "own_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What stands on the public channel."""

    post_id: str
    url: str = ""
    at: datetime
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An approved text on its way; equal replies give equal payloads, whenever they are built."""

    key: str  # ours; the idempotency key where a platform knows one
    account: str
    kind: ReplyKind
    text: str  # exactly what will stand there
    mention: Mention | None  # what it answers; None: an own post
    previous: Posted | None = None  # the part before this one
    visibility: Visibility = Visibility.PUBLIC
    language: str = "nl"
    approved_at: datetime
    tried_at: datetime | None = None  # when the first call began; None: never tried


class Recovery(StrEnum):
    """What is safe after an answer that never came."""

    KEY = "key"  # repeat: the platform recognises our key
    READ_BACK = "read_back"  # look for it, and look again
    ASK = "ask"  # a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What one public channel can do; the bot asks this, never which platform it is."""

    recovery: Recovery
    private_recovery: Recovery | None = None  # where private messages differ
    key_lifetime: timedelta = timedelta.max
    read_lag: timedelta = timedelta(seconds=30)  # until our own post can surely be read back
    timeout: timedelta = timedelta(seconds=8)  # of one call
    max_length: int  # as ``length`` counts
    addresses: bool = False  # an answer must open with the handle of the author
    visibilities: tuple[Visibility, ...] = (Visibility.PUBLIC,)
    edits: bool = False
    removes: bool = False
    searches: bool = False
    host: str  # as in "Bekijk op mastodon.nl"
    title: str  # as in "openbaar op Mastodon"

    def recovery_for(self, visibility: Visibility) -> Recovery:
        private = visibility is Visibility.PRIVATE and self.private_recovery
        return private or self.recovery


# --- what a desk shows --------------------------------------------------------------------------------------------


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
    asked: Who | None = None  # a colleague who was asked
    asked_until: datetime | None = None
    remind_at: datetime | None = None
    remind_by: Who | None = None
    closed_by: Who | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    close_note: str = ""
    folded_into: int | None = None  # the conversation that this one is part of
    reply: ReplyShown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card stands, and in which part."""

    channel: DeskChannel
    role: str = "owner"  # "owner", "reader"; "past": moved on, shrunk to a link


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


# --- what civil servants do ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """The desk's own id of one click; the same click twice has one effect and one answer."""

    desk: str
    workspace: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a civil servant chose. Which fields count depends on the action."""

    click: Click
    by: DeskIdentity
    conversation_id: int
    action: Action
    seen_version: int  # the conversation's version on the card that was clicked
    seen: Seen | None = None  # for submit, approve and correct
    text: str = ""  # the draft, without address and sign-off
    entry: str = ""  # the entry it came from
    department: str = ""  # forward
    topic: str = ""  # forward
    reason: CloseReason | None = None  # close
    note: str = ""  # close, send back, ask
    colleague: str = ""  # ask: member key
    until: datetime | None = None  # ask, remind
    into: int | None = None  # merge
    writing: bool = False  # claim: by opening the dialog
    personal_allowed: bool = False  # "Dit mag geplaatst worden"
    looked: bool = False  # send again: "Ik heb gekeken: het staat er niet"
    url: str = ""  # confirm: where it stands
    split: bool = False  # place in parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Nothing happened, and why."""

    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Fields to mend; nothing happened and the draft is kept."""

    fields: Mapping[str, Sentence]  # "text", "reason", "department", "personal", "looked", ...


Answer = Done | Told | Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text in the making, kept per person and conversation."""

    conversation_id: int
    by: DeskIdentity
    text: str
    entry: str = ""
    kind: ReplyKind = ReplyKind.ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a conversation as the dialog shows it."""

    by: str  # handle, or our account's name
    text: str
    at: datetime
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One audit line as a person may read it."""

    at: datetime
    who: Who | None  # None: the citizen or Balie itself
    actor: str
    action: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """Step 1, "Antwoord schrijven"."""

    card: Card
    mention_text: str  # whole, also of a private message (the reading is logged)
    earlier: tuple[Said, ...] = ()  # the messages and answers before this one, oldest first
    suggestions: tuple[Suggestion, ...] = ()
    text: str = ""  # the kept draft, or what was sent back, or empty
    entry: str = ""
    limit: int
    room: int  # what is left for the draft itself, after address and sign-off
    may_place: bool  # False: [Laten controleren]
    approvers: tuple[Who, ...] = ()
    note: str = ""  # why it was sent back


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Step 2, "Zo komt het er te staan"."""

    text: str  # exactly as it will stand
    parts: tuple[str, ...] = ()  # more than one when it would be split
    length: int
    limit: int
    visibility: Visibility
    tips: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()  # personal data: needs the tick
    blocked: Sentence | None = None  # a BSN, too long: only back
    may_place: bool
    approvers: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentShown:
    """A department channel in a list: name and how much waits there."""

    key: str
    name: str
    channel: DeskChannel | None
    waiting: int  # new and open
    mine: int  # held by the asker
    late: int = 0
