"""Citizens' wordings, cleaned, for which an answer was right or wrong: the newest are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bot.store import tables
from bot.store.answers import count_up

t = tables.phrasing

MOST_OF_ENTRY = 30  # of one answer and one verdict
MOST = 3_000  # in all

INSERT = insert(t)
OF_ENTRY = select(t).where(t.c.entry == bindparam("entry")).order_by(t.c.id.desc())
IN_USE = select(t).where(t.c.undone_at.is_(None)).order_by(t.c.id.desc())
BY_ID = select(t).where(t.c.id == bindparam("id"))
OLD_OF_ENTRY = (
    select(t.c.id)
    .where(t.c.entry == bindparam("entry"), t.c.verdict == bindparam("verdict"))
    .order_by(t.c.id.desc())
    .offset(MOST_OF_ENTRY)
)
OLD = select(t.c.id).order_by(t.c.id.desc()).offset(MOST)


def add(
    connection: Connection,
    *,
    entry: str,
    text: str,
    verdict: str,
    mention_id: int,
    conversation_id: int,
    reply_key: str,
    at: datetime,
    by: str,
) -> None:
    """Learn a wording, once; what was learned from the same words before gives way, and so do the oldest."""
    connection.execute(delete(t).where(t.c.entry == entry, t.c.text == text, t.c.undone_at.is_(None)))
    values = {
        "entry": entry,
        "text": text,
        "verdict": verdict,
        "mention_id": mention_id,
        "conversation_id": conversation_id,
        "reply_key": reply_key,
        "at": at,
        "by": by,
    }
    connection.execute(INSERT, values)
    _drop(connection, [row.id for row in connection.execute(OLD_OF_ENTRY, {"entry": entry, "verdict": verdict})])
    _drop(connection, [row.id for row in connection.execute(OLD)])
    count_up(connection, learned=True)


def get(connection: Connection, phrasing_id: int) -> Row[Any] | None:
    return connection.execute(BY_ID, {"id": phrasing_id}).first()


def of_entry(connection: Connection, entry: str) -> Sequence[Row[Any]]:
    """Return what was learned about an answer, the newest first, what was undone among it."""
    return connection.execute(OF_ENTRY, {"entry": entry}).all()


def in_use(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(IN_USE).all()


def by_entry(connection: Connection, verdict: str) -> Mapping[str, Sequence[str]]:
    """Return the wordings in use by key of their answer, the newest first."""
    found: dict[str, list[str]] = {}
    for row in in_use(connection):
        if row.verdict == verdict:
            found.setdefault(row.entry, []).append(row.text)
    return found


def undo(connection: Connection, phrasing_id: int, *, at: datetime, by: str) -> bool:
    """Unlearn a wording; False when it was unlearned already."""
    undone = update(t).where(t.c.id == phrasing_id, t.c.undone_at.is_(None)).values(undone_at=at, undone_by=by)
    return _counted(connection, connection.execute(undone).rowcount) == 1


def undo_reply(connection: Connection, reply_key: str, *, at: datetime, by: str) -> int:
    """Unlearn what a reply taught; return how much that was."""
    undone = update(t).where(t.c.reply_key == reply_key, t.c.undone_at.is_(None)).values(undone_at=at, undone_by=by)
    return _counted(connection, connection.execute(undone).rowcount)


def forget(connection: Connection, mention_ids: Sequence[int]) -> int:
    """Remove what was learned from these mentions, without a trace; return how much that was."""
    if not mention_ids:
        return 0
    gone = delete(t).where(t.c.mention_id.in_(mention_ids))
    return _counted(connection, connection.execute(gone).rowcount)


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())


def _counted(connection: Connection, changes: int) -> int:
    if changes:
        count_up(connection, learned=True)
    return changes


def _drop(connection: Connection, ids: Sequence[int]) -> None:
    if ids:
        connection.execute(delete(t).where(t.c.id.in_(ids)))
