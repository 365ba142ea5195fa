"""How each connection with a platform is doing, as the leader sees it; the times of a pulse are real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from knowledge.sentence import Sentence


class Contact(StrEnum):
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"  # up, perhaps, and nothing is heard
    BLOCKED = "blocked"  # a person must reconnect it


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The last message of a citizen to one account."""

    at: datetime  # when it was taken in, domain time
    lag: timedelta  # since it was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One account or desk."""

    contact: Contact
    since: datetime  # when ``contact`` became what it is
    heard: datetime | None = None  # when the platform last answered
    trouble: Sentence | None = None  # what is wrong and what to do
