"""The store: each transaction is one plain function, run in an executor; sqlite.py and postgresql.py open one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import StoreUnavailable
from bot.store.leadership import Alone, Leadership

T = TypeVar("T")


@dataclass(slots=True)
class Commits:
    """What this process wrote since it started."""

    done: int = 0
    failed: int = 0
    seconds: float = 0.0  # in all, as those felt it who waited


class Store:
    """One database. ``write`` and ``read`` run a synchronous function over a Connection as one transaction.

    The function is short, can be run again, touches only its connection, and gets ids and times as arguments.
    What it reports with ``changed`` and ``enqueued`` wakes the watchers once the commit stands.
    """

    leadership: Leadership

    def __init__(self, writer: Engine, reader: Engine, *, writers: int, readers: int, lock: Any = None) -> None:
        self._writer, self._reader, self._lock = writer, reader, lock
        self._write_pool = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._read_pool = ThreadPoolExecutor(readers, thread_name_prefix="store-read")
        self._watchers: set[asyncio.Queue[int]] = set()
        self.jobs = asyncio.Event()
        self.commits = Commits()
        self.leadership = Alone()

    @property
    def database(self) -> str:
        """Return which database it is: sqlite or postgresql."""
        return self._writer.dialect.name

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` as one write transaction; raises StoreUnavailable when it could not be committed."""
        begun = time.monotonic()
        done = asyncio.get_running_loop().run_in_executor(self._write_pool, self._transact, fn)
        done.add_done_callback(self._committed)
        try:
            result, _ = await asyncio.shield(done)  # who was cancelled meanwhile has committed, and others must hear it
        except StoreUnavailable:
            self.commits.failed += 1
            raise
        self.commits.done += 1
        self.commits.seconds += time.monotonic() - begun
        return result

    async def lead(self, fn: Callable[[Connection], T]) -> T:
        """Write as the leader: what only one process may do; raises LostLeadership when another one took over."""
        return await self.write(fn)

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

    async def listen(self) -> None:
        """Hear what other processes change, until cancelled; here there are none."""
        await asyncio.Event().wait()

    def close(self) -> None:
        """Finish what runs, then let go of the database."""
        self._write_pool.shutdown(wait=True)
        self._read_pool.shutdown(wait=True)
        self._writer.dispose()
        self._reader.dispose()
        if self._lock:
            self._lock.close()

    def _transact(self, fn: Callable[[Connection], T]) -> tuple[T, set[int] | None]:
        """Run a whole transaction; return its result and ``news`` of it."""
        try:
            with self._writer.begin() as connection:
                news(connection)
                return fn(connection), news(connection)
        except OperationalError as exc:
            raise StoreUnavailable(reason(exc)) from exc

    def _read(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._reader.begin() as connection:
                return fn(connection)
        except OperationalError as exc:
            raise StoreUnavailable(reason(exc)) from exc

    def _committed(self, done: asyncio.Future[tuple[Any, set[int] | None]]) -> None:
        if not done.cancelled() and done.exception() is None and (told := done.result()[1]) is not None:
            self._tell(told)

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


def enqueued(connection: Connection) -> None:
    """Note that there is work to do, for the leader, who may be another process."""
    connection.info["enqueued"] = True


def news(connection: Connection) -> set[int] | None:
    """Return which conversations a transaction changed, and forget it; None when nobody needs to hear of it."""
    ids: set[int] = connection.info.pop("changed", set())
    work = connection.info.pop("enqueued", False)
    return ids if ids or work else None


def reason(exc: DBAPIError) -> str:
    return str(exc.orig) if exc.orig else type(exc).__name__


def _drain(queue: asyncio.Queue[int]) -> None:
    while not queue.empty():
        queue.get_nowait()
