"""The account of who did what, and its seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.column import json


class AuditRow(SQLModel, table=True):
    """One line of the account: what, on what, result, from where, who, when; chained by hash."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int  # 0: not about one conversation
    seq: int
    at: datetime
    action: str
    object: str
    result: str
    origin: str
    actor: str
    details: dict[str, Any] = json()
    previous: str = ""  # not written any more: it is the hash of the line before
    hash: str
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)


class SealRow(SQLModel, table=True):
    """The day's seal over all audit lines so far."""

    __tablename__ = "seal"
    day: str = Field(primary_key=True)
    last_id: int
    lines: int
    hash: str
