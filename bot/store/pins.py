"""Texts that the spokesperson pinned to a topic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.conversation import State
from bot.store import tables
from bot.store.statement import Statement

t = tables.pin
c = tables.conversation

INSERT = insert(t).returning(t.c.id)
BY_ID = select(t).where(t.c.id == bindparam("id"))
IN_FORCE = (
    select(t)
    .where(t.c.from_at <= bindparam("now"), t.c.until_at > bindparam("now"), t.c.withdrawn_at.is_(None))
    .order_by(t.c.id.desc())
)
OF_TOPIC = Statement(IN_FORCE.where(t.c.topic == bindparam("topic")).limit(1))
ABOUT = (
    select(c.c.id)
    .where(c.c.topic == bindparam("topic"), c.c.state.in_((State.OPEN, State.CLAIMED, State.SUBMITTED)))
    .order_by(c.c.id)
)
NEWEST = select(t).order_by(t.c.id.desc()).limit(bindparam("limit"))


def add(connection: Connection, *, topic: str, text: str, from_at: datetime, until_at: datetime, by: str) -> int:
    values = {"topic": topic, "text": text, "from_at": from_at, "until_at": until_at, "by": by}
    return int(connection.execute(INSERT, values).scalar_one())


def get(connection: Connection, pin_id: int) -> Row[Any] | None:
    return connection.execute(BY_ID, {"id": pin_id}).first()


def of_topic(connection: Connection, topic: str, *, now: datetime) -> Any | None:
    """Return what is pinned to a topic now; of several the newest."""
    return OF_TOPIC.first(connection, {"topic": topic, "now": now}) if topic else None


def newest(connection: Connection, *, limit: int = 50) -> Sequence[Row[Any]]:
    return connection.execute(NEWEST, {"limit": limit}).all()


def in_force(connection: Connection, *, now: datetime) -> Sequence[Row[Any]]:
    return connection.execute(IN_FORCE, {"now": now}).all()


def withdraw(connection: Connection, pin_id: int, *, at: datetime, by: str) -> bool:
    """Take a pin away; False when it was over already."""
    withdrawn = update(t).where(t.c.id == pin_id, t.c.withdrawn_at.is_(None), t.c.until_at > at)
    return connection.execute(withdrawn.values(withdrawn_at=at, withdrawn_by=by)).rowcount == 1


def about(connection: Connection, topic: str) -> Sequence[int]:
    """Return the ids of the conversations about a topic that wait for an answer."""
    return [row.id for row in connection.execute(ABOUT, {"topic": topic})]
