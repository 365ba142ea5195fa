"""What citizens wrote, by conversation, and what stands on our own accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.column import json


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
    reference: dict[str, str] = json()
    advice: dict[str, Any] = json()


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
    advice: dict[str, Any] = json()
    reference: dict[str, str] = json()


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
