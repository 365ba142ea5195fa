"""Opens the database and runs each transaction as one plain function in an executor."""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import CannotStart, StoreUnavailable
from bot.store.migrate import check_version
from knowledge.sentence import say

T = TypeVar("T")
READERS = 3


class Store:
    """One database. ``write`` and ``read`` run a synchronous function over a Connection as one transaction.

    The function is short, can be run again, touches only its connection, and gets ids and times as arguments.
    What it reports with ``changed`` and ``enqueued`` wakes the watchers once the commit stands.
    """

    def __init__(self, writer: Engine, reader: Engine, *, lock: Any = None) -> None:
        self._writer, self._reader, self._lock = writer, reader, lock
        self._write_pool = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_pool = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._watchers: set[asyncio.Queue[int]] = set()
        self.jobs = asyncio.Event()

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` as one write transaction; raises StoreUnavailable when it could not be committed."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_pool, self._write, fn, loop)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` over one consistent view."""
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, self._read, fn)

    async def watch(self) -> AsyncIterator[int]:
        """Yield ids of conversations as they change, from now on; 0 when some were missed."""
        queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1000)
        self._watchers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)

    def close(self) -> None:
        """Finish what runs, then let go of the database."""
        self._write_pool.shutdown(wait=True)
        self._read_pool.shutdown(wait=True)
        self._writer.dispose()
        self._reader.dispose()
        if self._lock:
            self._lock.close()

    def _write(self, fn: Callable[[Connection], T], loop: asyncio.AbstractEventLoop) -> T:
        try:
            with self._writer.begin() as connection:
                connection.info.pop("changed", None)
                result = fn(connection)
                changed = connection.info.pop("changed", set())
        except OperationalError as exc:
            raise StoreUnavailable(_reason(exc)) from exc
        with suppress(RuntimeError):  # the loop may be closed while the last commit ran
            loop.call_soon_threadsafe(self._tell, changed)
        return result

    def _read(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._reader.begin() as connection:
                return fn(connection)
        except OperationalError as exc:
            raise StoreUnavailable(_reason(exc)) from exc

    def _tell(self, changed: set[int]) -> None:
        self.jobs.set()
        for queue in self._watchers:
            for conversation_id in changed:
                if queue.full():
                    _drain(queue)
                    conversation_id = 0
                queue.put_nowait(conversation_id)


def changed(connection: Connection, conversation_id: int) -> None:
    """Note that a conversation looks different, for those who watch."""
    connection.info.setdefault("changed", set()).add(conversation_id)


def open_store(path: Path, *, server: bool = True) -> Store:
    """Open the SQLite file at ``path``; raises CannotStart with a sentence that says what to do.

    ``server`` takes the lock that refuses a second server; the command line goes without and writes beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock(path) if server else None
    try:
        writer = open_writer(path)
    except BaseException:
        if lock:
            lock.close()
        raise
    return Store(writer, _sqlite(path, begin="BEGIN", readers=READERS), lock=lock)


def open_writer(path: Path) -> Engine:
    """Open a whole database of this version, migrated if need be; raises CannotStart."""
    writer = _sqlite(path, begin="BEGIN IMMEDIATE")
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


def _sqlite(path: Path, *, begin: str, readers: int = 1) -> Engine:
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
        connection.exec_driver_sql(begin)

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
        raise CannotStart(say("Balie cannot open %(path)s: %(reason)s.", path=str(path), reason=_reason(exc))) from exc
    if verdict != "ok":
        raise CannotStart(broken)


def _reason(exc: DBAPIError) -> str:
    return str(exc.orig) if exc.orig else type(exc).__name__


def _drain(queue: asyncio.Queue[int]) -> None:
    while not queue.empty():
        queue.get_nowait()
