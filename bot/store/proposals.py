"""Changes of answers that wait for somebody who may publish them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.store import tables
from bot.store.answers import dump
from knowledge.faq import Entry

t = tables.entry_proposal

INSERT = insert(t).returning(t.c.id)
WAITING = select(t).where(t.c.decided_at.is_(None)).order_by(t.c.id)
BY_ID = select(t).where(t.c.id == bindparam("id"))


def add(
    connection: Connection,
    entry: Entry,
    *,
    seen: int,
    by: str,
    at: datetime,
    origin: str,
    note: str = "",
    conversation_id: int = 0,
) -> int:
    values = {
        "key": entry.key,
        "base_revision": seen,
        "content": dump(entry),
        "by": by,
        "at": at,
        "origin": origin,
        "note": note,
        "conversation_id": conversation_id,
    }
    return int(connection.execute(INSERT, values).scalar_one())


def same(connection: Connection, entry: Entry, *, seen: int, by: str) -> int:
    """Return the same proposal that this person made already and that waits; 0: there is none."""
    alike = (row for row in waiting(connection) if (row.key, row.base_revision, row.by) == (entry.key, seen, by))
    return next((int(row.id) for row in alike if row.content == dump(entry)), 0)


def get(connection: Connection, proposal_id: int) -> Row[Any] | None:
    return connection.execute(BY_ID, {"id": proposal_id}).first()


def waiting(connection: Connection) -> Sequence[Row[Any]]:
    """Return what nobody decided about yet, oldest first."""
    return connection.execute(WAITING).all()


def decide(connection: Connection, proposal_id: int, *, verdict: str, by: str, at: datetime, reason: str = "") -> bool:
    """Store a verdict; False when there was one already."""
    values = {"verdict": verdict, "decided_by": by, "decided_at": at, "reason": reason}
    decided = update(t).where(t.c.id == proposal_id, t.c.decided_at.is_(None)).values(values)
    return connection.execute(decided).rowcount == 1
