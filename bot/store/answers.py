"""The known answers: each change writes the next revision and counts the base up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.store import tables
from bot.store.once import InsertOnce
from bot.store.records import StoredEntry
from bot.store.statement import Statement
from knowledge.faq import Entry

e = tables.entry
r = tables.entry_revision
b = tables.base
CONTENT = TypeAdapter(Entry)
BASE = 1

insert_entry = InsertOnce(e)
insert_base = InsertOnce(b)
INSERT_REVISION = insert(r)
BY_KEY = select(e).where(e.c.key == bindparam("key"))
BY_KEYS = Statement(select(e).where(e.c.key.in_(bindparam("keys", expanding=True))))
ALL = select(e).order_by(e.c.key)
HISTORY = select(r).where(r.c.key == bindparam("key")).order_by(r.c.revision.desc())
REVISION = select(r).where(r.c.key == bindparam("key"), r.c.revision == bindparam("revision"))
OF_IMPORT = select(r).where(r.c.import_id == bindparam("import_id")).order_by(r.c.key)
COUNTERS = select(b.c.version, b.c.learned).where(b.c.id == BASE)
LOCKED = COUNTERS.with_for_update()


def one_at_a_time(connection: Connection) -> None:
    """Keep others from changing the base until this transaction ends: two of them could ask the same question."""
    insert_base(connection, {"id": BASE, "version": 0, "learned": 0})
    connection.execute(LOCKED)


def count_up(connection: Connection, *, learned: bool = False) -> int:
    """Note that the base changed, so that every process takes it over.

    ``learned``: not the answers themselves, but what was learned about them.
    """
    insert_base(connection, {"id": BASE, "version": 0, "learned": 0})
    column = b.c.learned if learned else b.c.version
    counted = update(b).where(b.c.id == BASE).values({column: column + 1}).returning(column)
    return int(connection.execute(counted).scalar_one())


def counters(connection: Connection) -> tuple[int, int]:
    """Return how often the answers changed, and how often what was learned about them."""
    row = connection.execute(COUNTERS).first()
    return (row[0], row[1]) if row else (0, 0)


def get(connection: Connection, key: str) -> StoredEntry | None:
    row = connection.execute(BY_KEY, {"key": key}).first()
    return _record(row) if row else None


def some(connection: Connection, keys: Sequence[str]) -> Mapping[str, StoredEntry]:
    """Return those of these entries that there are, by key."""
    if not keys:
        return {}
    return {row.key: _record(row) for row in BY_KEYS.all(connection, {"keys": list(keys)})}


def every(connection: Connection) -> Sequence[StoredEntry]:
    """Return all entries by key, the retired ones among them."""
    return [_record(row) for row in connection.execute(ALL)]


def live(connection: Connection) -> Mapping[str, Entry]:
    return {stored.entry.key: stored.entry for stored in every(connection) if stored.retired_at is None}


def history(connection: Connection, key: str) -> Sequence[Row[Any]]:
    """Return every revision, the newest first: columns of the table, with ``entry`` read by ``entry_of``."""
    return connection.execute(HISTORY, {"key": key}).all()


def revision(connection: Connection, key: str, number: int) -> Row[Any] | None:
    return connection.execute(REVISION, {"key": key, "revision": number}).first()


def of_import(connection: Connection, import_id: int) -> Sequence[Row[Any]]:
    """Return the revisions that an import wrote."""
    return connection.execute(OF_IMPORT, {"import_id": import_id}).all()


def write(
    connection: Connection,
    entry: Entry,
    *,
    seen: int,
    at: datetime,
    by: str,
    origin: str,
    retired: bool = False,
    note: str = "",
    import_id: int = 0,
) -> int | None:
    """Store the next revision of an entry; None when ``seen`` is not the newest any more (0: there is none)."""
    number, content = seen + 1, dump(entry)
    columns = {
        "revision": number,
        "content": content,
        "changed_at": at,
        "changed_by": by,
        "retired_at": at if retired else None,
    }
    if seen == 0:
        if insert_entry(connection, {"key": entry.key, **columns}) is None:
            return None
    elif connection.execute(update(e).where(e.c.key == entry.key, e.c.revision == seen).values(columns)).rowcount != 1:
        return None
    values = {
        "key": entry.key,
        "revision": number,
        "content": content,
        "retired": retired,
        "at": at,
        "by": by,
        "origin": origin,
        "import_id": import_id,
        "note": note,
    }
    connection.execute(INSERT_REVISION, values)
    return number


def size(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(e)).scalar_one())


def dump(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON, without its key."""
    content: dict[str, Any] = CONTENT.dump_python(entry, mode="json")
    del content["key"]
    return content


def entry_of(row: Row[Any]) -> Entry:
    """Return the entry in a row with ``key`` and ``content``."""
    return CONTENT.validate_python({**row.content, "key": row.key})


def _record(row: Row[Any]) -> StoredEntry:
    return StoredEntry(
        entry=entry_of(row),
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        retired_at=row.retired_at,
    )
