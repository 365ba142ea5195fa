"""The store lives on: cancelled callers, failed transactions, a database that is locked, full or damaged."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import IntegrityError

from bot.conversation import State
from bot.errors import CannotStart, StoreUnavailable
from bot.model import Mentioned
from bot.store import Store, jobs, open_store, small, tables
from bot.store.engine import changed
from tests.flow.conftest import Balie, a_mention, build
from tests.flow.town import JAN, MONDAY

BIG = "Mijn kliko is niet geleegd. " + "x" * 20_000


def note(number: int) -> Any:
    return lambda c: small.keep(c, "plein", f"note {number}", "x", at=MONDAY)


async def notes(store: Store) -> int:
    return int(await store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM kept").scalar_one()))


async def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    def half(c: Connection) -> None:
        note(1)(c)
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await store.write(half)
    assert await notes(store) == 0
    await store.write(note(2))
    assert await notes(store) == 1


async def test_a_caller_that_goes_away_harms_nobody(store: Store) -> None:
    """Tasks are cancelled while their transaction waits or runs: each is whole or not there."""
    dice = random.Random(7)

    def two_notes(number: int) -> Any:
        def fn(c: Connection) -> None:
            note(2 * number)(c)
            note(2 * number + 1)(c)

        return fn

    tasks = [asyncio.create_task(store.write(two_notes(number))) for number in range(200)]
    for task in dice.sample(tasks, 120):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    finished = sum(not task.cancelled() for task in tasks)
    await store.write(note(1000))
    kept = await notes(store) - 1
    assert kept % 2 == 0
    assert 2 * finished <= kept <= 400


async def test_a_reader_that_goes_away_harms_nobody(store: Store) -> None:
    tasks = [asyncio.create_task(notes(store)) for _ in range(60)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await notes(store) == 0


async def test_a_commit_that_fails_is_told_and_the_next_one_works(store: Store) -> None:
    failing = [sqlite3.OperationalError("disk I/O error")]

    def refuse(connection: Connection) -> None:
        if failing:
            raise failing.pop()

    event.listen(store._writer, "commit", refuse)
    with pytest.raises(sqlite3.OperationalError):
        await store.write(note(1))
    assert await notes(store) == 0
    await store.write(note(2))
    assert await notes(store) == 1


async def test_the_database_itself_refuses_a_second_live_reply(balie: Balie) -> None:
    await balie.place(await balie.mention())
    copy = "INSERT INTO reply (key, {0}) SELECT 'another key', {0} FROM reply"
    columns = [f'"{column.name}"' for column in tables.reply.columns]
    with pytest.raises(IntegrityError):
        await balie.store.write(lambda c: c.exec_driver_sql(copy.format(", ".join(columns[1:]))).rowcount)


async def test_a_number_that_is_given_out_twice_is_no_row_that_was_there(store: Store) -> None:
    """Asking twice is asking once; but what only bears the number of another row must not vanish."""
    for _ in range(2):
        await store.write(lambda c: jobs.enqueue(c, "claim", "1", at=MONDAY))
    (number,) = await store.read(lambda c: c.execute(select(tables.job.c.id)).one())
    other = {"id": number, "kind": "claim", "subject": "2", "run_at": MONDAY, "attempts": 0}
    with pytest.raises(IntegrityError):
        await store.write(lambda c: jobs.insert_job(c, other))


async def test_who_watches_hears_what_changed_and_only_what_was_committed(balie: Balie) -> None:
    heard: list[int] = []

    async def listen() -> None:
        async for number in balie.office.watch():
            heard.append(number)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    card = await balie.mention()
    assert card.conversation_id in heard
    heard.clear()
    with pytest.raises(RuntimeError):
        await balie.store.write(_fail_after_a_change)
    await asyncio.sleep(0.01)
    listening.cancel()
    assert heard == []


def _fail_after_a_change(connection: Connection) -> None:
    changed(connection, 1)
    raise RuntimeError


# --- a locked database ---------------------------------------------------------------------------------------------


async def test_a_database_locked_by_another_is_said_and_taken_up_again(balie: Balie, tmp_path: Path) -> None:
    await balie.store.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=50").close())
    await balie.mention()
    with closing(sqlite3.connect(tmp_path / "balie.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await balie.receive(Mentioned(event_id="late", mention=a_mention(text="Mijn container.")))
        assert await balie.office.card(1, JAN)  # reading goes on
        other.execute("ROLLBACK")
    await balie.receive(Mentioned(event_id="late", mention=a_mention(text="Mijn container.")))
    await balie.work.idle()
    assert len(balie.desk.cards("afval")) == 2


async def test_the_worker_survives_a_locked_database(balie: Balie, tmp_path: Path) -> None:
    await balie.store.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=20").close())
    placed = await balie.place(await balie.mention())
    with closing(sqlite3.connect(tmp_path / "balie.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        balie.clock.forward(timedelta(seconds=11))
        working = asyncio.create_task(balie.work.run())
        await asyncio.sleep(0.1)
        assert not working.done()
        other.execute("ROLLBACK")
    balie.store.jobs.set()
    for _ in range(200):
        if balie.platform.texts():
            break
        await asyncio.sleep(0.02)
    working.cancel()
    await balie.work.finish(within=1)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert placed.reply


async def test_an_outcome_that_could_not_be_stored_is_not_forgotten(balie: Balie, tmp_path: Path) -> None:
    """The platform took it while the database was locked: we know, and we say so as soon as we can."""
    await balie.store.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=20").close())
    placed = await balie.place(await balie.mention())
    other = sqlite3.connect(tmp_path / "balie.db", isolation_level=None, check_same_thread=False)
    post = balie.channel.post

    async def post_and_lock(reply: Any) -> Any:
        posted = await post(reply)
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.2, other.execute, "ROLLBACK")
        return posted

    balie.channel.post = post_and_lock  # type: ignore[method-assign]
    with closing(other):
        balie.clock.forward(timedelta(seconds=11))
        working = asyncio.create_task(balie.work.run())
        for _ in range(200):
            await asyncio.sleep(0.02)
            if (await balie.card(placed)).state is State.ANSWERED:
                break
        working.cancel()
        await balie.work.finish(within=1)
    assert (await balie.card(placed)).state is State.ANSWERED
    assert balie.platform.calls == 1


# --- starting ------------------------------------------------------------------------------------------------------


async def test_a_second_server_is_refused_with_what_to_do(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"Another Balie uses .*balie.db already. Stop that one first"):
        open_store(tmp_path / "balie.db")
    beside = open_store(tmp_path / "balie.db", server=False)
    await beside.write(note(1))
    beside.close()
    assert await notes(store) == 1


@pytest.mark.parametrize("at", [0, 4096, 8192], ids=["the first page", "the second page", "a page of a table"])
def test_a_damaged_database_is_never_made_anew(empty_store: Path, tmp_path: Path, at: int) -> None:
    path = tmp_path / "balie.db"
    shutil.copy(empty_store, path)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(random.Random(1).randbytes(1000)))
    before = path.read_bytes()
    with pytest.raises(CannotStart, match=r"is damaged. Put a backup back with: balie restore FILE"):
        open_store(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "balie.db"
    path.write_text("Dit zijn mijn vakantiefoto's." * 200)
    with pytest.raises(CannotStart, match="damaged"):
        open_store(path)
    assert path.read_text().startswith("Dit zijn mijn vakantiefoto's.")


def test_a_database_of_a_newer_balie_is_refused(empty_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "balie.db"
    shutil.copy(empty_store, path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotStart, match="made by a newer Balie"):
        open_store(path)


def test_after_a_refused_start_the_lock_is_free(empty_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "balie.db"
    path.write_text("x" * 5000)
    with pytest.raises(CannotStart, match="damaged"):
        open_store(path)
    shutil.copy(empty_store, path)
    open_store(path).close()


# --- a full disk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if not made or made.returncode:
        pytest.skip("only root can make a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


async def test_on_a_full_disk_nothing_is_acknowledged_that_was_not_stored(small_disk: Path, empty_store: Path) -> None:
    shutil.copy(empty_store, small_disk / "balie.db")
    store = open_store(small_disk / "balie.db")
    try:
        balie = build(store)
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * 2_000_000)
        acknowledged = await _fill(balie)
        assert 0 < acknowledged < 200
        assert await _stored(store) == acknowledged

        ballast.unlink()
        await balie.receive(Mentioned(event_id="later", mention=a_mention(text="Er is weer plaats.")))
        assert await _stored(store) == acknowledged + 1
        await balie.work.idle()
        await balie.place(balie.newest_card())
        await balie.later()
        assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    finally:
        store.close()
    with closing(sqlite3.connect(small_disk / "balie.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def _fill(balie: Balie) -> int:
    """Receive until the disk is full; return how many were acknowledged."""
    for number in range(200):
        try:
            await balie.receive(Mentioned(event_id=f"big {number}", mention=a_mention(text=BIG)))
        except StoreUnavailable:
            return number
    return 200


async def _stored(store: Store) -> int:
    return int(await store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM mention").scalar_one()))
