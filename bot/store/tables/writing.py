"""What the town writes: replies with their whole life, and drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.store.tables.column import json


class ReplyRow(SQLModel, table=True):
    """A reply and its whole life; the permanent record that the archive needs."""

    __tablename__ = "reply"
    __table_args__ = (
        Index("reply_conversation", "conversation_id", "approved_at"),
        Index("reply_post", "account", "post_id"),
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
    suggestion: dict[str, Any] = json()  # what was suggested, how sure, and how much was changed
    personal_allowed: bool = False
    tried_at: datetime | None = None  # first call, real time
    intent_at: datetime | None = None  # latest call, real time
    deadline: datetime | None = None  # that call may not begin later
    tries: int = 0
    post_id: str = ""
    url: str = ""
    posted_at: datetime | None = None
    reference: dict[str, str] = json()
    problem: dict[str, Any] = json()
    confirmed_by: str = ""
    retracted_at: datetime | None = None
    retracted_by: str = ""
    attachments: dict[str, Any] = json()  # with alt text


class DraftRow(SQLModel, table=True):
    """A text in the making."""

    __tablename__ = "draft"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    member: str = Field(primary_key=True)
    text: str
    entry: str = ""
    kind: str
    privately: bool = False
    saved_at: datetime
