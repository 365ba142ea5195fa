"""What civil servants choose, and what they get to see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import Action
from bot.model.cards import Card, CloseReason, Seen, Who
from bot.model.posts import Visibility
from bot.model.replies import ReplyKind
from knowledge.advice import Suggestion
from knowledge.rulebook.values import DeskChannel, DeskIdentity
from knowledge.sentence import Sentence


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
    privately: bool = False  # answer a public message to its author alone


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
    privately: bool = False


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
class Left:
    """A text that a colleague began and did not place."""

    by: Who
    text: str
    entry: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """Step 1, "Antwoord schrijven"."""

    card: Card
    mention_text: str  # whole, also of a private message (the reading is logged)
    earlier: tuple[Said, ...] = ()  # the messages and answers before this one, oldest first
    suggestions: tuple[Suggestion, ...] = ()
    text: str = ""  # the kept draft, or what was sent back, or empty
    entry: str = ""
    left: tuple[Left, ...] = ()  # what others began, newest first; only for who holds the conversation
    limit: int
    room: int  # what is left for the draft itself, after address and sign-off
    may_place: bool  # False: [Laten controleren]
    approvers: tuple[Who, ...] = ()
    note: str = ""  # why it was sent back
    may_go_private: bool = False  # this message was public, and its author can be answered alone
    privately: bool = False  # the kept draft does that
    invitation: str = ""  # where it cannot: the fixed text that asks for a private message


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
