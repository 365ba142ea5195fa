"""The known answers with all that they were, what is learned about them, and what the spokesperson pinned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.store.tables.column import json


class EntryRow(SQLModel, table=True):
    """A known answer as it is now; never deleted, so that a reply can always be explained."""

    __tablename__ = "entry"
    key: str = Field(primary_key=True)
    revision: int
    content: dict[str, Any] = json()
    changed_at: datetime
    changed_by: str
    retired_at: datetime | None = None


class EntryRevisionRow(SQLModel, table=True):
    """A known answer as it was; permanent."""

    __tablename__ = "entry_revision"
    __table_args__ = (Index("entry_revision_import", "import_id"),)
    key: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    content: dict[str, Any] = json()
    retired: bool = False
    at: datetime
    by: str
    origin: str  # seed, page, chat, import
    import_id: int = 0
    note: str = ""


class EntryProposalRow(SQLModel, table=True):
    """A change that waits for somebody who may publish it."""

    __tablename__ = "entry_proposal"
    __table_args__ = (Index("entry_proposal_open", "decided_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str
    base_revision: int  # 0: a new answer
    content: dict[str, Any] = json()
    by: str
    at: datetime
    origin: str
    note: str = ""
    conversation_id: int = 0
    decided_at: datetime | None = None
    decided_by: str = ""
    verdict: str = ""  # accepted, declined
    reason: str = ""


class EntryImportRow(SQLModel, table=True):
    """A file that was taken over."""

    __tablename__ = "entry_import"
    id: int | None = Field(default=None, primary_key=True)
    source: str
    name: str
    by: str
    at: datetime
    counts: dict[str, Any] = json()
    undone_at: datetime | None = None
    undone_by: str = ""


class EntryImportedRow(SQLModel, table=True):
    """What a file said, where it was not what that source said before."""

    __tablename__ = "entry_imported"
    import_id: int = Field(primary_key=True, foreign_key="entry_import.id")
    key: str = Field(primary_key=True)
    content: dict[str, Any] = json()


class PhrasingRow(SQLModel, table=True):
    """A citizen's wording, cleaned, for which an answer was right or wrong."""

    __tablename__ = "phrasing"
    __table_args__ = (
        Index("phrasing_entry", "entry", "verdict", "id"),
        Index("phrasing_mention", "mention_id"),
        Index("phrasing_reply", "reply_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    entry: str
    text: str
    verdict: str  # confirmed, rejected
    mention_id: int = 0
    conversation_id: int = 0
    reply_key: str = ""
    at: datetime
    by: str
    undone_at: datetime | None = None
    undone_by: str = ""


class PinRow(SQLModel, table=True):
    """A text that is the only suggestion of a topic until a time."""

    __tablename__ = "pin"
    __table_args__ = (Index("pin_topic", "topic", "until_at"),)
    id: int | None = Field(default=None, primary_key=True)
    topic: str
    text: str
    from_at: datetime
    until_at: datetime
    by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class BaseRow(SQLModel, table=True):
    """How often the knowledge base changed; one row, by which every process notices."""

    __tablename__ = "base"
    id: int = Field(primary_key=True)
    version: int = 0  # of the answers themselves
    learned: int = 0  # of what was learned about them
