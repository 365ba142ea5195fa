"""What the store gives back: typed values, one for each kind of row that the bot reasons about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import conversation, reply
from bot.model import CloseReason, Mention, Posted, Reply, ReplyKind, Seen, Visibility
from knowledge.advice import Advice
from knowledge.faq import Entry
from knowledge.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All mentions and replies of one thread with one citizen; ``holder`` and the like are member keys."""

    id: int
    account: str
    thread_id: str
    author_id: str
    author: str
    state: conversation.State
    version: int
    department: str
    topic: str
    district: str
    kind: str
    protocol: str
    language: str
    urgent: bool
    visibility: Visibility
    opened_at: datetime
    due_at: datetime | None
    reopened: bool
    follow_ups: int
    holder: str
    held_since: datetime | None
    writing: bool
    submitted_by: str
    submitted_at: datetime | None
    returned_note: str
    asked: str
    asked_until: datetime | None
    remind_at: datetime | None
    remind_by: str
    close_reason: CloseReason | None
    close_note: str
    folded_into: int | None
    forwards: int
    changed_at: datetime
    changed_by: str
    last_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMention:
    """A mention with what happened to it since."""

    id: int
    conversation_id: int
    version: int
    text_hash: str
    received_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    reshares: int
    mention: Mention
    advice: Advice | None

    @property
    def seen(self) -> Seen:
        return Seen(mention_id=self.id, version=self.version, text_hash=self.text_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A later text of a mention, and what is advised about it."""

    text: str
    at: datetime
    advice: Advice | None
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReply:
    """A reply with its state and outcome."""

    key: str
    conversation_id: int
    account: str
    kind: ReplyKind
    state: reply.State
    part: int
    parts: int
    follows: str
    text: str
    text_hash: str
    seen: Seen
    visibility: Visibility
    language: str
    department: str
    topic: str
    written_by: str
    approved_by: str
    approved_at: datetime
    send_after: datetime
    entry: str
    suggestion: Mapping[str, Any] = field(default_factory=dict)
    personal_allowed: bool
    tried_at: datetime | None
    intent_at: datetime | None
    deadline: datetime | None
    tries: int
    posted: Posted | None
    problem: Sentence | None
    confirmed_by: str
    retracted_at: datetime | None

    def outgoing(self, mention: Mention, previous: Posted | None) -> Reply:
        """Return what the public channel is asked to post."""
        return Reply(
            key=self.key,
            account=self.account,
            kind=self.kind,
            text=self.text,
            mention=mention,
            previous=previous,
            visibility=self.visibility,
            language=self.language,
            approved_at=self.approved_at,
            tried_at=self.tried_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a card stands, and which version it shows there (0: not yet)."""

    id: int
    conversation_id: int
    desk: str
    workspace: str
    channel: str
    role: str
    round: int
    message: str
    shown_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The cards that were never shown in a channel."""

    next: Sequence[tuple[Placement, bool]]  # those that come first, and whether they are urgent
    later: int  # how many more there are
    oldest: datetime | None  # when the first of those came in


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work to do. ``subject`` names what it is about; ``run_at`` is domain time."""

    id: int
    kind: str
    subject: str
    lane: str
    urgency: int
    run_at: datetime
    attempts: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """A known answer as it is now; ``revision`` counts from 1."""

    entry: Entry
    revision: int
    changed_at: datetime
    changed_by: str
    retired_at: datetime | None
