"""What the town answers, and what a public channel can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.posts import Mention, Visibility


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


class PrivateReplies(StrEnum):
    """Whom an account can answer in private when they wrote in public."""

    NOBODY = "nobody"  # an answer stands where the message stands
    KNOWN = "known"  # who wrote to us in private before
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What one public channel can do; the bot asks this, never which platform it is."""

    recovery: Recovery
    private_recovery: Recovery | None = None  # where private messages differ
    key_lifetime: timedelta = timedelta.max
    read_lag: timedelta = timedelta(seconds=30)  # until our own post can surely be read back
    timeout: timedelta = timedelta(seconds=8)  # of one call
    silence: timedelta = timedelta(minutes=4)  # nothing heard for so long: connect anew
    max_length: int  # as ``length`` counts
    addresses: bool = False  # an answer must open with the handle of the author
    visibilities: tuple[Visibility, ...] = (Visibility.PUBLIC,)
    private_replies: PrivateReplies = PrivateReplies.NOBODY
    edits: bool = False
    removes: bool = False
    searches: bool = False
    rereads: bool = True  # ``current`` can tell; False: it is always Unknown
    tells_deletions: bool = True  # False: a message may be gone when its answer comes
    tells_own_posts: bool = True  # also those posted outside Balie
    host: str  # as in "Bekijk op mastodon.nl"
    title: str  # as in "openbaar op Mastodon"

    def recovery_for(self, visibility: Visibility) -> Recovery:
        private = visibility is Visibility.PRIVATE and self.private_recovery
        return private or self.recovery
