"""A copy of a PostgreSQL database, as a file that either database can be restored from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import CannotStart
from bot.store.backup import copy_whole, look_first, must_be_new, must_be_there
from bot.store.engine import reason
from bot.store.moving import LEADER_WORKS, PATIENT, Progress, copy_rows, moved_tables
from bot.store.postgresql import open_postgresql
from bot.store.sqlite import open_writer
from knowledge.sentence import say

KEPT = "before_restore"  # the schema where the rows stay that were there


def backup(url: str, target: Path, *, progress: Progress) -> None:
    """Write everything to a file at ``target``, as it is at one moment, also while Balie runs; raises CannotStart."""
    must_be_new(target)
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    source, copy = open_postgresql(url), open_writer(unfinished)
    unfinished.chmod(0o600)
    try:
        with source._reader.begin() as old, copy.begin() as new:
            old.execute(PATIENT)
            copy_rows(old, new, progress=progress)
    except (DBAPIError, OSError) as exc:
        why = reason(exc) if isinstance(exc, DBAPIError) else str(exc)
        raise CannotStart(say("The backup was not made: %(reason)s.", reason=why)) from exc
    finally:
        copy.dispose()
        source.close()
    with closing(sqlite3.connect(unfinished)) as last:
        last.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    unfinished.rename(target)


def restore(backup: Path, url: str, *, now: datetime, real_now: datetime) -> int:
    """Put a backup in the place of all rows, and return how many replies must be looked up before anything is sent.

    The rows that were there are kept in the schema ``before_restore``. All or nothing; raises CannotStart.
    """
    must_be_there(backup)
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.db"
        copy_whole(backup, fresh)
        source, target = open_writer(fresh), open_postgresql(url)
        try:
            with source.connect() as old, target._writer.begin() as new:
                return _restore(old, new, now=now, real_now=real_now)
        except DBAPIError as exc:
            raise CannotStart(say("The backup was not put back: %(reason)s.", reason=reason(exc))) from exc
        finally:
            source.dispose()
            target.close()


def _restore(old: Connection, new: Connection, *, now: datetime, real_now: datetime) -> int:
    new.execute(PATIENT)
    if new.execute(LEADER_WORKS).scalar():
        raise CannotStart(say("A Balie works on that database. Stop it first."))
    _set_aside(new)
    copy_rows(old, new, progress=lambda there, whole: None)
    return look_first(new, now=now, real_now=real_now)


def _set_aside(new: Connection) -> None:
    """Keep what is there where nobody looks, and empty the tables; who led last stays known, for its epoch is over."""
    names = [table.name for table in moved_tables()]
    new.execute(text(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE"))
    new.execute(text(f"CREATE SCHEMA {KEPT}"))
    for name in names:
        new.execute(text(f'CREATE TABLE {KEPT}."{name}" AS TABLE "{name}"'))
    new.execute(text("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " RESTART IDENTITY"))
