"""The known answers as people keep them: what stands, what stood, what waits for a yes, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.cards import Card, Who
from knowledge.faq import Entry
from knowledge.sentence import Sentence


class Origin(StrEnum):
    """Where a revision came from."""

    SEED = "seed"  # the file of BALIE_ANSWERS
    PAGE = "page"
    CHAT = "chat"
    IMPORT = "import"


class Verdict(StrEnum):
    """Whether an answer was right for a citizen's wording."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A known answer as it is now."""

    entry: Entry
    revision: int
    changed_at: datetime
    changed_by: Who
    retired_at: datetime | None = None

    @property
    def retired(self) -> bool:
        return self.retired_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A known answer as it was."""

    entry: Entry
    number: int
    at: datetime
    by: Who
    origin: Origin
    retired: bool = False
    import_id: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that waits for somebody who may publish it."""

    id: int
    entry: Entry
    before: Entry | None  # what stands now; None: this would be a new answer
    base_revision: int  # what its writer saw; 0: nothing
    overtaken: bool  # the answer was changed since
    by: Who
    at: datetime
    origin: Origin
    note: str = ""
    conversation_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that was taken over."""

    id: int
    source: str
    name: str
    by: Who
    at: datetime
    counts: Mapping[str, int]
    undone_at: datetime | None = None
    undone_by: Who | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """A citizen's wording, cleaned, for which an answer was right or wrong."""

    id: int
    entry: str
    text: str
    verdict: Verdict
    conversation_id: int
    at: datetime
    by: Who
    undone_at: datetime | None = None
    undone_by: Who | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Kernboodschap: the only suggestion of a topic until a time."""

    id: int
    topic: str
    text: str
    from_at: datetime
    until_at: datetime
    by: Who
    withdrawn_at: datetime | None = None
    withdrawn_by: Who | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """What a colleague makes of an answer that was posted: a new answer of the base, or a better one."""

    card: Card
    entry: Entry
    seen_revision: int  # 0: this would be a new answer
    stands_at_once: bool  # False: its owner decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """It stands."""

    key: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """It waits for one of these people."""

    id: int
    key: str
    deciders: tuple[Who, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A file was taken over; 0: it said nothing new."""

    import_id: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An import was taken back; ``left``: changed since by a person, so left as they are."""

    count: int
    left: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The pin stands, or is taken away."""

    id: int


class TaskKind(StrEnum):
    """Why something is to be done; the most pressing first."""

    PROPOSAL = "proposal"
    EXPIRED = "expired"
    REVIEW = "review"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    EDITED = "edited"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do about the answers."""

    kind: TaskKind
    sentence: Sentence
    entries: tuple[str, ...] = ()  # keys
    due: date | None = None
    owner: str = ""
