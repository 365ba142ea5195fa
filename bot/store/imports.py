"""Files with answers that were taken over, and what each source said last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.store import tables
from bot.store.answers import dump, entry_of
from knowledge.faq import Entry

t = tables.entry_import
s = tables.entry_imported

INSERT = insert(t).returning(t.c.id)
SAY = insert(s)
BY_ID = select(t).where(t.c.id == bindparam("id"))
ALL = select(t).order_by(t.c.id.desc()).limit(bindparam("limit"))
SAID = (
    select(s)
    .join(t, t.c.id == s.c.import_id)
    .where(t.c.source == bindparam("source"), t.c.undone_at.is_(None))
    .order_by(s.c.import_id)
)


def add(connection: Connection, *, source: str, name: str, by: str, at: datetime, counts: Mapping[str, int]) -> int:
    values = {"source": source, "name": name, "by": by, "at": at, "counts": dict(counts)}
    return int(connection.execute(INSERT, values).scalar_one())


def remember(connection: Connection, import_id: int, said: Mapping[str, Entry]) -> None:
    """Remember what the file said of these keys."""
    if said:
        rows = [{"import_id": import_id, "key": key, "content": dump(entry)} for key, entry in said.items()]
        connection.execute(SAY, rows)


def said(connection: Connection, source: str) -> Mapping[str, Entry]:
    """Return what a source said last of each key, over all its imports that were not undone."""
    return {row.key: entry_of(row) for row in connection.execute(SAID, {"source": source})}


def get(connection: Connection, import_id: int) -> Row[Any] | None:
    return connection.execute(BY_ID, {"id": import_id}).first()


def newest(connection: Connection, *, limit: int = 50) -> Sequence[Row[Any]]:
    return connection.execute(ALL, {"limit": limit}).all()


def undo(connection: Connection, import_id: int, *, at: datetime, by: str) -> bool:
    """Mark an import as undone; False when it was already."""
    marked = update(t).where(t.c.id == import_id, t.c.undone_at.is_(None)).values(undone_at=at, undone_by=by)
    return connection.execute(marked).rowcount == 1
