"""A copy of the database while it runs, and putting one back without posting anything twice."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import CannotStart
from bot.reply import State
from bot.store import jobs, replies
from bot.store.sqlite import alone, open_writer
from knowledge.sentence import say

PAGES = 256  # copied at a time, so that the server goes on between them

Progress = Callable[[int, int], None]  # pages left, pages in all


def backup(database: Path, target: Path, *, progress: Progress | None = None) -> None:
    """Copy the database to ``target``, also while a server uses it; raises CannotStart with what to do."""
    if not database.exists():
        raise CannotStart(say("There is no database at %(path)s.", path=str(database)))
    must_be_new(target)
    unfinished = target.with_name(target.name + ".part")

    def told(_: int, left: int, whole: int) -> None:
        if progress:
            progress(left, whole)

    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=PAGES, progress=told)
        unfinished.chmod(0o600)
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as exc:
        unfinished.unlink(missing_ok=True)
        reason = say("The backup was not made: %(reason)s.", reason=str(exc))
        raise CannotStart(reason) from exc


def restore(source: Path, database: Path, *, now: datetime, real_now: datetime) -> int:
    """Put a backup in the place of the database, and return how many replies must be looked up before anything is sent.

    The database that was there is kept beside it with the ending ``.before-restore``. Raises CannotStart when the
    backup is damaged or made by a newer Balie, or while a server runs.
    """
    must_be_there(source)
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = database.with_name(database.name + ".restoring")
    with alone(database):
        copy_whole(source, fresh)
        writer = open_writer(fresh)
        with writer.begin() as connection:
            count = look_first(connection, now=now, real_now=real_now)
        writer.dispose()
        with closing(sqlite3.connect(fresh)) as last:
            last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _put_in_place(fresh, database)
    return count


def must_be_new(target: Path) -> None:
    if target.exists():
        raise CannotStart(say("%(path)s exists already. Choose another name.", path=str(target)))


def must_be_there(source: Path) -> None:
    if not source.exists():
        raise CannotStart(say("There is no backup at %(path)s.", path=str(source)))


def copy_whole(source: Path, fresh: Path) -> None:
    """Copy a backup with what its write-ahead log may hold; raises CannotStart when it is none."""
    fresh.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as backed_up, closing(sqlite3.connect(fresh)) as copy:
            backed_up.backup(copy)
    except sqlite3.DatabaseError as exc:
        fresh.unlink(missing_ok=True)
        raise CannotStart(say("%(path)s is no backup of Balie, or it is damaged.", path=str(source))) from exc
    fresh.chmod(0o600)


def look_first(connection: Connection, *, now: datetime, real_now: datetime) -> int:
    """Make every reply that was under way UNSURE, and ask for it to be read back."""
    count = replies.restored(connection, at=real_now)
    jobs.release_all(connection)
    for unsure in replies.in_state(connection, State.UNSURE):
        jobs.cancel(connection, "post", unsure.key)
        jobs.enqueue(connection, "find", unsure.key, at=now, lane=f"post:{unsure.account}")
    return count


def _put_in_place(fresh: Path, database: Path) -> None:
    """Swap a finished file for the database, and keep the old one with what its write-ahead log still holds."""
    kept = Path(f"{database}.before-restore")
    for ending in ("-wal", "-shm", ""):
        Path(f"{kept}{ending}").unlink(missing_ok=True)
    for ending in ("-wal", "-shm"):
        if (log := Path(f"{database}{ending}")).exists():
            log.rename(f"{kept}{ending}")
    if database.exists():
        os.link(database, kept)  # so that there is a database at any moment
    fresh.replace(database)
