"""Opens a SQLite file: one process, one writer, some readers."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from bot.errors import CannotStart
from bot.store.engine import Store, reason
from bot.store.migrate import check_version
from bot.store.statement import Statement
from knowledge.sentence import say

READERS = 3
BEGIN, BEGIN_WRITING = Statement(text("BEGIN")), Statement(text("BEGIN IMMEDIATE"))


def open_sqlite(path: Path, *, server: bool = True) -> Store:
    """Open the SQLite file at ``path``; raises CannotStart with a sentence that says what to do.

    ``server`` takes the lock that refuses a second server; the command line goes without and writes beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # what citizens wrote is for Balie's own user; the files that SQLite adds follow this one
    lock = _lock(path) if server else None
    try:
        writer = open_writer(path)
    except BaseException:
        if lock:
            lock.close()
        raise
    return Store(writer, _sqlite(path, begin=BEGIN, readers=READERS), writers=1, readers=READERS, lock=lock)


def open_writer(path: Path) -> Engine:
    """Open a whole database of this version, migrated if need be; raises CannotStart."""
    writer = _sqlite(path, begin=BEGIN_WRITING)
    try:
        _check_whole(writer, path)
        check_version(writer)
    except BaseException:
        writer.dispose()
        raise
    return writer


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a server; raises CannotStart while one runs."""
    lock = _lock(path)
    try:
        yield
    finally:
        lock.close()


def _sqlite(path: Path, *, begin: Statement, readers: int = 1) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=readers,
        max_overflow=0,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # an exception must not print citizens' words
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        begin.run(connection)

    return engine


def _lock(path: Path) -> Any:
    file = path.with_suffix(".lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CannotStart(
            say("Another Balie uses %(path)s already. Stop that one first, or set another BALIE_DATA.", path=str(path))
        ) from None
    return file


def _check_whole(engine: Engine, path: Path) -> None:
    broken = say("The database %(path)s is damaged. Put a backup back with: balie restore FILE", path=str(path))
    try:
        with engine.connect() as connection:
            verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    except DBAPIError as exc:
        if "malformed" in str(exc) or "not a database" in str(exc):
            raise CannotStart(broken) from exc
        raise CannotStart(say("Balie cannot open %(path)s: %(reason)s.", path=str(path), reason=reason(exc))) from exc
    if verdict != "ok":
        raise CannotStart(broken)
