"""What citizens do: their posts, and what happens to those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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
