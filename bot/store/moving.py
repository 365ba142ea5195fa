"""Takes everything that stands in one database along to another: row by row, from SQLite to PostgreSQL and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from bot.errors import CannotStart
from bot.store import audit, tables
from bot.store.postgresql import open_postgresql
from bot.store.sqlite import alone, open_writer
from knowledge.sentence import say

BATCH = 1000
OF_PROCESSES = (tables.leader, tables.signature)  # they say nothing of the town
PATIENT = text("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
LEADER_WORKS = text("SELECT NOT pg_try_advisory_xact_lock(hashtext('balie leader'))")

Progress = Callable[[int, int], None]  # rows there, rows in all


def move(database: Path, url: str, *, progress: Progress | None = None) -> Mapping[str, int]:
    """Copy every row in one transaction, and return how many each table has; doing it again changes nothing.

    Raises CannotStart while a server runs on either side, or when what stands there is not what stood here.
    """
    if not database.exists():
        raise CannotStart(say("There is no database at %(path)s.", path=str(database)))
    with alone(database):
        source, target = open_writer(database), open_postgresql(url)
        try:
            with source.connect() as old, target._writer.begin() as new:
                return _move(old, new, progress=progress or (lambda there, whole: None))
        finally:
            source.dispose()
            target.close()


def _move(old: Connection, new: Connection, *, progress: Progress) -> Mapping[str, int]:
    new.execute(PATIENT)
    if new.execute(LEADER_WORKS).scalar():
        raise CannotStart(say("A Balie works on that database. Stop it first."))
    sizes = copy_rows(old, new, progress=progress)
    for table in moved_tables():
        _same(old, new, table)
    if found := audit.faults(new):
        raise CannotStart(found[0])
    return sizes


def moved_tables() -> list[Table]:
    """Return the tables that say something of the town, each after those that it refers to."""
    return [table for table in SQLModel.metadata.sorted_tables if table not in OF_PROCESSES]


def copy_rows(old: Connection, new: Connection, *, progress: Progress) -> Mapping[str, int]:
    """Copy every row that is not there, and return how many each table has."""
    sizes = {table.name: _size(old, table) for table in moved_tables()}
    there, whole = 0, sum(sizes.values())
    for table in moved_tables():
        for count in _copy(old, new, table):
            there += count
            progress(there, whole)
        if new.dialect.name == "postgresql":
            _go_on_counting(new, table)
    return sizes


def _copy(old: Connection, new: Connection, table: Table) -> Iterator[int]:
    """Copy one table in the order of its key, and yield how many rows were done."""
    rows = old.execute(select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH))
    once = {
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
    }[new.dialect.name]
    later: list[dict[str, Any]] = []  # what refers to a row of the same table that may not be there yet
    for batch in rows.mappings().partitions():
        values = [dict(row) for row in batch]
        for row in values:
            if row.get("folded_into"):
                later.append({"folded": row["id"], "into": row["folded_into"]})
                row["folded_into"] = None
        new.execute(once, values)
        yield len(values)
    if later:
        fold = text("UPDATE conversation SET folded_into = :into WHERE id = :folded")
        new.execute(fold, later)


def _same(old: Connection, new: Connection, table: Table) -> None:
    """Compare all rows, in whatever order they come; raises CannotStart when PostgreSQL holds something else."""
    if _sum(old, table) != _sum(new, table):
        raise CannotStart(
            say("PostgreSQL holds other rows in %(table)s already. Give it an empty database.", table=table.name)
        )


def _sum(connection: Connection, table: Table) -> tuple[int, int]:
    """Return how many rows there are, and a number that is another one when any of them differs."""
    count = total = 0
    for row in connection.execute(select(table).execution_options(yield_per=BATCH)):
        count, total = count + 1, total + int.from_bytes(sha256(repr(tuple(row)).encode()).digest())
    return count, total


def _go_on_counting(new: Connection, table: Table) -> None:
    key = list(table.primary_key)
    if len(key) == 1 and key[0].name == "id":
        last = select(func.max(key[0])).scalar_subquery()
        new.execute(
            select(
                func.setval(func.pg_get_serial_sequence(table.name, "id"), func.coalesce(last, 1), last.is_not(None))
            )
        )


def _size(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
