"""What Balie advises about one message: where it goes, what may be answered, what to watch out for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from knowledge.rulebook.values import Kind, ProtocolClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The part of a mention that advice depends on."""

    text: str
    channel: str = ""
    account: str = ""
    language: str = ""  # ISO 639-1 as the author set it; empty: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The department that owns a message, and why."""

    department: str
    topic: str = ""
    reason: tuple[str, ...] = ()  # the words that decided, as they stand in the message
    rule: str = ""  # key of the rule; empty: the catch-all
    district: str = ""
    kind: Kind = Kind.OTHER
    language: str = "nl"
    urgent: bool = False
    readers: tuple[str, ...] = ()
    protocol: ProtocolClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A known answer and how sure we are, from 0 to 1, that it answers the message."""

    entry: str  # key in the knowledge base; empty for a fixed protocol text
    title: str
    answer: str
    short: str = ""  # the same answer for channels with little room
    score: float = 1.0
    source: str = ""  # link
    language: str = ""  # ISO 639-1 of the answer; empty: the town's own
    pinned_at: datetime | None = None  # of a text that the spokesperson pinned: since when it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Personal data in a text: ``text[start:end]``."""

    kind: str  # "bsn", "iban", "phone", "email", "address", "case_number"
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    route: Route
    suggestions: tuple[Suggestion, ...] = ()
    personal: tuple[Found, ...] = ()
