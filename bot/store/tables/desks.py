"""Where cards stand, what was clicked on them, and the work that is to be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.column import json


class PlacementRow(SQLModel, table=True):
    """Where a card stands and which version it shows there."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("conversation_id", "desk", "workspace", "channel", "round"),
        Index("placement_channel", "desk", "workspace", "channel", "id"),
        Index(
            "placement_unshown",
            "desk",
            "workspace",
            "channel",
            sqlite_where=text("message = ''"),
            postgresql_where=text("message = ''"),
        ),
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
    payload: dict[str, Any] = json()


class ClickRow(SQLModel, table=True):
    """A click and the answer it got."""

    __tablename__ = "click"
    desk: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    click_id: str = Field(primary_key=True)
    member: str
    at: datetime
    answer: dict[str, Any] = json()
