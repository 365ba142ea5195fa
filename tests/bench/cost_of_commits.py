"""What a durable commit costs on this disk, alone and in batches."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from tests.bench import ROUNDS, Result

COMMITS = 100
TEXT = "Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?"


def open_store(path: Path, *, synchronous: str) -> sqlite3.Connection:
    """Open an empty database as the store does, or with less safety to compare."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("CREATE TABLE mention (id INTEGER PRIMARY KEY, account TEXT, post TEXT UNIQUE, text TEXT)")
    return connection


def write(connection: sqlite3.Connection, first: int, rows: int) -> None:
    """Insert these rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    values = [("plein", f"post-{first + row}", TEXT) for row in range(rows)]
    connection.executemany("INSERT OR IGNORE INTO mention (account, post, text) VALUES (?, ?, ?)", values)
    connection.execute("COMMIT")


def directly(connection: sqlite3.Connection, first: int, rows: int) -> list[float]:
    """Time each commit on the calling thread, in milliseconds."""
    took = []
    for number in range(COMMITS):
        start = time.perf_counter()
        write(connection, first + number * rows, rows)
        took.append((time.perf_counter() - start) * 1000)
    return took


def decide(connection: sqlite3.Connection, number: int) -> Iterator[None]:
    """A click: begin, three reads, three writes, commit; yields after each statement."""
    yield connection.execute("BEGIN IMMEDIATE")
    for step in range(3):
        yield connection.execute("SELECT text FROM mention WHERE post = ?", (f"post-{number - step}",)).fetchone()
        yield connection.execute("INSERT INTO mention (post, text) VALUES (?, ?)", (f"post-{number}-{step}", TEXT))
    yield connection.execute("COMMIT")


async def from_the_loop(connection: sqlite3.Connection, first: int, *, hop_each: bool) -> list[float]:
    """Time each click as the event loop sees it: one trip to the writing thread, or one for each statement."""
    loop = asyncio.get_running_loop()
    took = []
    with ThreadPoolExecutor(1) as writer:
        for number in range(first, first + COMMITS):
            start = time.perf_counter()
            statements = decide(connection, number)
            if hop_each:
                while await loop.run_in_executor(writer, next, statements, statements) is not statements:
                    pass
            else:
                await loop.run_in_executor(writer, list, statements)
            took.append((time.perf_counter() - start) * 1000)
    return took


def results() -> Iterator[Result]:
    """Measure on the disk of the project, in turns: a disk has its moods."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        opened = {mode: open_store(Path(folder) / f"{mode}.db", synchronous=mode) for mode in ("NORMAL", "FULL")}
        click = partial(from_the_loop, opened["FULL"])
        runs: dict[str, Callable[[int], list[float]]] = {
            "NORMAL, 1 row": lambda first: directly(opened["NORMAL"], first, 1),
            **{f"FULL, {rows} rows": partial(directly, opened["FULL"], rows=rows) for rows in (1, 10, 50)},
            "FULL, a click, one trip to the thread": lambda first: asyncio.run(click(first, hop_each=False)),
            "FULL, a click, a trip for each statement": lambda first: asyncio.run(click(first, hop_each=True)),
        }
        took: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(ROUNDS * len(runs)):
            name = list(runs)[number % len(runs)]
            took[name] += runs[name](number * 1_000_000)
    for name, times in took.items():
        yield Result(name=name, value=median(times), unit="ms")
        yield Result(name=f"{name}, 99 %", value=quantiles(times, n=100)[98], unit="ms")
