"""The tables; nobody outside bot.store reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))


class ConversationRow(SQLModel, table=True):
    """All mentions and replies of one thread with one citizen."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("account", "thread_id", "author_id"),
        Index("conversation_department", "department", "state", "opened_at"),
        Index("conversation_author", "account", "author_id"),
        Index("conversation_holder", "holder", "state"),
        Index("conversation_due", "state", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    account: str
    thread_id: str
    author_id: str
    author: str
    state: str
    version: int = 1
    department: str
    topic: str = ""
    district: str = ""
    kind: str = ""
    protocol: str = ""
    language: str = ""
    urgent: bool = False
    visibility: str
    opened_at: datetime
    due_at: datetime | None = None
    reopened: bool = False
    follow_ups: int = 0
    holder: str = ""
    held_since: datetime | None = None
    writing: bool = False
    submitted_by: str = ""
    submitted_at: datetime | None = None
    returned_note: str = ""
    asked: str = ""
    asked_until: datetime | None = None
    remind_at: datetime | None = None
    remind_by: str = ""
    close_reason: str = ""
    close_note: str = ""
    folded_into: int | None = Field(default=None, foreign_key="conversation.id")
    forwards: int = 0
    changed_at: datetime
    changed_by: str = ""
    last_action: str = ""


class MentionRow(SQLModel, table=True):
    """One post by a citizen, in its newest version."""

    __tablename__ = "mention"
    __table_args__ = (UniqueConstraint("account", "post_id"), Index("mention_conversation", "conversation_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    account: str
    post_id: str
    thread_id: str
    parent_id: str = ""
    author_id: str
    author: str
    version: int = 1
    text: str
    text_hash: str
    posted_at: datetime
    received_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    url: str = ""
    visibility: str
    language: str = ""
    followers: int | None = None
    reshares: int = 0
    media: int = 0
    addressed: bool = True
    query: str = ""
    reference: dict[str, str] = _json()
    advice: dict[str, Any] = _json()


class MentionVersionRow(SQLModel, table=True):
    """An earlier wording of a mention."""

    __tablename__ = "mention_version"
    mention_id: int = Field(foreign_key="mention.id", primary_key=True)
    version: int = Field(primary_key=True)
    text: str
    until: datetime


class EarlyRow(SQLModel, table=True):
    """An edit or deletion that came before its post."""

    __tablename__ = "early"
    account: str = Field(primary_key=True)
    post_id: str = Field(primary_key=True)
    deleted: bool = False
    text: str = ""
    at: datetime
    advice: dict[str, Any] = _json()
    reference: dict[str, str] = _json()


class EventRow(SQLModel, table=True):
    """Every event that was taken in, so that it has one effect."""

    __tablename__ = "event"
    account: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime


class OwnPostRow(SQLModel, table=True):
    """What stands on our own accounts, from Balie or from elsewhere."""

    __tablename__ = "own_post"
    account: str = Field(primary_key=True)
    post_id: str = Field(primary_key=True)
    parent_id: str = ""
    text: str
    at: datetime
    url: str = ""
    reply_key: str = ""


class ReplyRow(SQLModel, table=True):
    """A reply and its whole life; the permanent record that the archive needs."""

    __tablename__ = "reply"
    __table_args__ = (
        Index("reply_conversation", "conversation_id", "approved_at"),
        Index(
            "reply_live",
            "conversation_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'sending', 'blocked', 'unsure') AND part = 1"),
            postgresql_where=text("state IN ('waiting', 'sending', 'blocked', 'unsure') AND part = 1"),
        ),
        Index(
            "reply_open",
            "state",
            sqlite_where=text("state IN ('waiting', 'sending', 'blocked', 'unsure')"),
            postgresql_where=text("state IN ('waiting', 'sending', 'blocked', 'unsure')"),
        ),
    )
    key: str = Field(primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    account: str
    kind: str
    state: str
    part: int = 1
    parts: int = 1
    follows: str = ""  # key of the part before this one
    text: str
    text_hash: str
    mention_id: int = Field(foreign_key="mention.id")
    mention_version: int
    mention_hash: str
    visibility: str
    language: str
    department: str
    topic: str = ""
    written_by: str
    approved_by: str
    approved_at: datetime
    send_after: datetime
    entry: str = ""  # the knowledge base entry it came from
    suggestion: dict[str, Any] = _json()  # what was suggested, how sure, and how much was changed
    personal_allowed: bool = False
    tried_at: datetime | None = None  # first call, real time
    intent_at: datetime | None = None  # latest call, real time
    deadline: datetime | None = None  # that call may not begin later
    tries: int = 0
    post_id: str = ""
    url: str = ""
    posted_at: datetime | None = None
    reference: dict[str, str] = _json()
    problem: dict[str, Any] = _json()
    confirmed_by: str = ""
    retracted_at: datetime | None = None
    retracted_by: str = ""
    attachments: dict[str, Any] = _json()  # with alt text


class DraftRow(SQLModel, table=True):
    """A text in the making."""

    __tablename__ = "draft"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    member: str = Field(primary_key=True)
    text: str
    entry: str = ""
    kind: str
    saved_at: datetime


class PlacementRow(SQLModel, table=True):
    """Where a card stands and which version it shows there."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("conversation_id", "desk", "workspace", "channel", "round"),
        Index("placement_channel", "desk", "workspace", "channel", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    desk: str
    workspace: str
    channel: str
    role: str  # owner, reader, past
    round: int = 1  # a fresh card after each answer
    message: str = ""
    shown_version: int = 0


class JobRow(SQLModel, table=True):
    """Work to do; rows come and go."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("job_due", "run_at"))
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    lane: str = ""
    urgency: int = 1  # 0 urgent, 1 new, 2 update
    run_at: datetime  # domain time
    taken_until: datetime | None = None  # real time
    attempts: int = 0
    payload: dict[str, Any] = _json()


class ClickRow(SQLModel, table=True):
    """A click and the answer it got."""

    __tablename__ = "click"
    desk: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    click_id: str = Field(primary_key=True)
    member: str
    at: datetime
    answer: dict[str, Any] = _json()


class AuditRow(SQLModel, table=True):
    """One line of the account: what, on what, result, from where, who, when; chained by hash."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(index=True)  # 0: not about one conversation
    seq: int
    at: datetime
    action: str
    object: str
    result: str
    origin: str
    actor: str
    details: dict[str, Any] = _json()
    previous: str
    hash: str
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)


class SealRow(SQLModel, table=True):
    """The day's seal over all audit lines so far."""

    __tablename__ = "seal"
    day: str = Field(primary_key=True)
    last_id: int
    lines: int
    hash: str


class KeptRow(SQLModel, table=True):
    """What an account keeps between runs: cursor, session."""

    __tablename__ = "kept"
    account: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str
    at: datetime


class InviteRow(SQLModel, table=True):
    """A one-time link to sign in at the embedded desk; only its hash is kept."""

    __tablename__ = "invite"
    token_hash: str = Field(primary_key=True)
    user: str  # as the web desk knows them
    expires_at: datetime
    redeemed_at: datetime | None = None
    revoked_at: datetime | None = None


class LeaderRow(SQLModel, table=True):
    """Who leads; one row. Each leadership has its own epoch."""

    __tablename__ = "leader"
    id: int = Field(primary_key=True)
    epoch: int
    holder: str  # a process


class SignatureRow(SQLModel, table=True):
    """The last transaction that each writing thread committed, to find out whether a commit without answer stands."""

    __tablename__ = "signature"
    writer: str = Field(primary_key=True)
    token: str
    at: datetime


def table(row: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a row class, for statements."""
    found = SQLModel.metadata.tables[str(row.__tablename__)]
    assert isinstance(found, Table)  # noqa: S101
    return found


conversation = table(ConversationRow)
mention = table(MentionRow)
mention_version = table(MentionVersionRow)
early = table(EarlyRow)
event = table(EventRow)
own_post = table(OwnPostRow)
reply = table(ReplyRow)
draft = table(DraftRow)
placement = table(PlacementRow)
job = table(JobRow)
click = table(ClickRow)
audit = table(AuditRow)
seal = table(SealRow)
kept = table(KeptRow)
invite = table(InviteRow)
leader = table(LeaderRow)
signature = table(SignatureRow)
