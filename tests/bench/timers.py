"""What a hundred thousand waiting timers cost while nothing is due: memory and processor time of the worker."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import Connection

from bot.clock import SystemClock, real_now
from bot.store import Store, jobs, open_store
from bot.work import Lanes, Work
from tests.bench import Result

TIMERS = 100_000
WATCHED = 20.0  # seconds


def wait_a_day(connection: Connection) -> None:
    now = real_now()
    for number in range(TIMERS):
        jobs.enqueue(connection, "claim", str(number), at=now + timedelta(days=1, milliseconds=number))


async def watched(store: Store) -> tuple[float, float]:
    """Return the part of a core that the worker takes, and how many MB it grew."""
    work = Work(store, SystemClock(), {}, Lanes())
    process = psutil.Process()
    running = asyncio.create_task(work.run())
    await asyncio.sleep(1)
    began, before = time.process_time(), process.memory_info().rss
    await asyncio.sleep(WATCHED)
    took, grown = time.process_time() - began, process.memory_info().rss - before
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return took / WATCHED, grown / 1e6


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / "balie.db"
        store = open_store(path)
        empty = psutil.Process().memory_info().rss
        asyncio.run(store.write(wait_a_day))
        core, grown = asyncio.run(watched(store))
        whole = (psutil.Process().memory_info().rss - empty) / 1e6
        store.close()
        on_disk = path.stat().st_size / 1e6
    yield Result(name="memory, setting and keeping them", value=max(whole, grown), unit="MB", at_most=20)
    yield Result(name="on disk", value=on_disk, unit="MB")
    yield Result(name="of a core, while they wait", value=core * 100, unit="%", at_most=1)
