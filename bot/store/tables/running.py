"""What processes and accounts keep to run, and invites to the embedded desk."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


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
