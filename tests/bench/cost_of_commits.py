"""What a durable commit costs on this disk, alone and in batches: `python -m tests.bench.cost_of_commits [folder]`."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COMMITS = 400
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


def directly(connection: sqlite3.Connection, rows: int) -> list[float]:
    """Time each commit on the calling thread, in milliseconds."""
    took = []
    for number in range(COMMITS):
        start = time.perf_counter()
        write(connection, number * rows, rows)
        took.append((time.perf_counter() - start) * 1000)
    return took


def decide(connection: sqlite3.Connection, number: int) -> Iterator[None]:
    """A click: begin, three reads, three writes, commit; yields after each statement."""
    yield connection.execute("BEGIN IMMEDIATE")
    for step in range(3):
        yield connection.execute("SELECT text FROM mention WHERE post = ?", (f"post-{number - step}",)).fetchone()
        yield connection.execute("INSERT INTO mention (post, text) VALUES (?, ?)", (f"post-{number}-{step}", TEXT))
    yield connection.execute("COMMIT")


async def from_the_loop(connection: sqlite3.Connection, *, hop_each: bool) -> list[float]:
    """Time each click as the event loop sees it: one trip to the writing thread, or one for each statement."""
    loop = asyncio.get_running_loop()
    took = []
    with ThreadPoolExecutor(1) as writer:
        for number in range(COMMITS):
            start = time.perf_counter()
            statements = decide(connection, number)
            if hop_each:
                while await loop.run_in_executor(writer, next, statements, statements) is not statements:
                    pass
            else:
                await loop.run_in_executor(writer, list, statements)
            took.append((time.perf_counter() - start) * 1000)
    return took


def report(name: str, took: list[float], rows: int = 1) -> None:
    """Print the median, the 99th percentile and what that is per row."""
    median, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"{name:38} median {median:6.3f} ms   p99 {p99:6.3f} ms   per row {median / rows:6.3f} ms")


def main() -> None:
    """Measure in a folder of the disk that the database will stand on."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as folder:
        path = Path(folder) / "cost.db"
        report("NORMAL, 1 row", directly(open_store(path, synchronous="NORMAL"), 1))
        report("FULL, 1 row", directly(open_store(path, synchronous="FULL"), 1))
        for rows in (10, 50):
            report(f"FULL, {rows} rows", directly(open_store(path, synchronous="FULL"), rows), rows)
        for name, hop_each in (("one trip to the thread", False), ("a trip for each statement", True)):
            clicks = from_the_loop(open_store(path, synchronous="FULL"), hop_each=hop_each)
            report(f"FULL, a click, {name}", asyncio.run(clicks))


if __name__ == "__main__":
    main()
