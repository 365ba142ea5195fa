"""A backup is made while the program runs; putting an old one back posts nothing twice."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import real_now
from bot.conversation import Action, State
from bot.errors import CannotStart, Unsure
from bot.model import Card, Face, Posted, Recovery, Reply
from bot.reply import State as ReplyState
from bot.store import audit, open_store
from bot.store.backup import backup, restore
from tests.flow.conftest import Balie, build, done
from tests.flow.town import JAN, MONDAY

LONG = " ".join(["Wij komen morgen langs om uw container te legen."] * 10)


async def restored(balie: Balie, tmp_path: Path, recovery: Recovery, *, life: int = 1) -> Balie:
    """Stop, put the backup back, start anew on the platform as it is."""
    balie.store.close()
    path = tmp_path / "balie.db"
    later = MONDAY + timedelta(hours=life)
    restore(tmp_path / "backup.db", path, now=later, real_now=real_now())
    return build(open_store(path), recovery=recovery, platform=balie.platform, start=later)


async def settle(balie: Balie, card: Card) -> Card:
    for _ in range(200):
        await balie.later()
        shown = await balie.card(card)
        if shown.face not in (Face.WAITING, Face.SENDING, Face.UNSURE):
            return shown
        await asyncio.sleep(0.03)
    return shown


async def test_a_backup_made_while_running_holds_everything(balie: Balie, tmp_path: Path) -> None:
    await balie.mention()
    writing = asyncio.create_task(_keep_writing(balie))
    await asyncio.to_thread(backup, tmp_path / "balie.db", tmp_path / "backup.db")
    writing.cancel()

    copy = open_store(tmp_path / "backup.db")
    try:
        assert await build(copy).office.card(1, JAN) is not None
        assert list(await copy.read(audit.faults)) == []
    finally:
        copy.close()


async def _keep_writing(balie: Balie) -> None:
    while True:
        await balie.mention(author_id="ander")


@pytest.mark.parametrize("recovery", [Recovery.READ_BACK, Recovery.KEY])
async def test_what_was_posted_after_the_backup_is_found_and_not_posted_again(
    balie: Balie, tmp_path: Path, recovery: Recovery
) -> None:
    card = await balie.place(await balie.mention())
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    await balie.later()
    assert len(balie.platform.texts()) == 1

    again = await restored(balie, tmp_path, recovery)
    try:
        before = await again.card(card)
        assert before.face is Face.UNSURE
        shown = await settle(again, card)
        assert shown.state is State.ANSWERED
        assert again.platform.texts() == ["Wij komen morgen langs. ^JK"]
    finally:
        again.store.close()


@pytest.mark.parametrize("recovery", [Recovery.READ_BACK, Recovery.KEY])
async def test_what_was_never_posted_goes_out_once_it_was_looked_for(
    balie: Balie, tmp_path: Path, recovery: Recovery
) -> None:
    card = await balie.place(await balie.mention())
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    again = await restored(balie, tmp_path, recovery)
    try:
        await again.later()
        assert again.platform.texts() == []  # not before the last look
        assert (await settle(again, card)).state is State.ANSWERED
        assert again.platform.texts() == ["Wij komen morgen langs. ^JK"]
    finally:
        again.store.close()


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_where_nothing_can_be_looked_up_a_person_decides_after_a_restore(
    balie: Balie, tmp_path: Path, recovery: Recovery
) -> None:
    card = await balie.place(await balie.mention())
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    await balie.later()
    again = await restored(balie, tmp_path, recovery)
    try:
        for _ in range(5):
            await again.later()
        shown = await again.card(card)
        assert (shown.face, len(again.platform.texts())) == (Face.UNSURE, 1)
        assert done(await again.decide(shown, Action.CONFIRM)).state is State.ANSWERED
    finally:
        again.store.close()


@pytest.mark.parametrize("posted", [0, 1, 2])
async def test_the_parts_of_a_long_answer_come_in_order_after_a_restore(
    balie: Balie, tmp_path: Path, posted: int, recovery: Recovery
) -> None:
    card = await balie.mention()
    card = done(await balie.decide(card, Action.APPROVE, text=LONG, split=True))
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    if posted:
        await balie.later()
        del balie.platform.posts[posted:]
    again = await restored(balie, tmp_path, recovery)
    try:
        assert (await settle(again, card)).state is State.ANSWERED
        assert [text.removesuffix(" ^JK")[-5:] for text in again.platform.texts()] == ["(1/2)", "(2/2)"]
    finally:
        again.store.close()


async def test_a_second_part_never_goes_before_the_first_however_long_that_is_looked_for(
    balie: Balie, tmp_path: Path, recovery: Recovery
) -> None:
    card = await balie.mention()
    card = done(await balie.decide(card, Action.APPROVE, text=LONG, split=True))
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    again = await restored(balie, tmp_path, recovery)
    find, waits = again.channel.find, 8

    async def slow_to_find_the_first(reply: Reply) -> Posted | None:
        nonlocal waits
        if "(1/2)" in reply.text and waits:
            waits -= 1
            raise Unsure
        return await find(reply)

    again.channel.find = slow_to_find_the_first  # type: ignore[method-assign]
    try:
        for _ in range(200):
            await again.later(timedelta(minutes=1))
            if (await again.card(card)).state is State.ANSWERED:
                break
            await asyncio.sleep(0.05)
        assert [text.removesuffix(" ^JK")[-5:] for text in again.platform.texts()] == ["(1/2)", "(2/2)"]
    finally:
        again.store.close()


@pytest.mark.parametrize("change", ["edit", "delete"])
async def test_what_the_citizen_changed_meanwhile_does_not_go_out_after_a_restore(
    balie: Balie, tmp_path: Path, change: str, recovery: Recovery
) -> None:
    card = await balie.place(await balie.mention())
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    again = await restored(balie, tmp_path, recovery)
    try:
        await (again.edit(card, "Laat maar.") if change == "edit" else again.delete(card))
        await settle(again, card)
        assert again.platform.texts() == []
        assert [one.state for one in await again.replies(card)] == [ReplyState.HELD_BACK]
    finally:
        again.store.close()


async def test_the_database_that_was_there_is_kept_beside_it(balie: Balie, tmp_path: Path) -> None:
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    await balie.mention()
    again = await restored(balie, tmp_path, Recovery.READ_BACK)
    again.store.close()
    kept = open_store(tmp_path / "balie.db.before-restore")
    try:
        assert await build(kept).office.card(1, JAN) is not None
    finally:
        kept.close()


async def test_what_a_killed_server_left_in_its_log_is_kept_too(balie: Balie, tmp_path: Path) -> None:
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    await balie.mention()
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("balie.db", "balie.db-wal"):  # as they lie there when nobody closed them
        shutil.copy(tmp_path / name, killed / name)
    restore(tmp_path / "backup.db", killed / "balie.db", now=MONDAY, real_now=real_now())

    for name, mentions in (("balie.db", 0), ("balie.db.before-restore", 1)):
        with closing(sqlite3.connect(killed / name)) as file:
            assert file.execute("SELECT count(*) FROM mention").fetchone() == (mentions,), name


async def test_nothing_is_put_back_while_a_server_runs(balie: Balie, tmp_path: Path) -> None:
    backup(tmp_path / "balie.db", tmp_path / "backup.db")
    with pytest.raises(CannotStart, match="Another Balie uses"):
        restore(tmp_path / "backup.db", tmp_path / "balie.db", now=MONDAY, real_now=real_now())
    assert (await balie.mention()).state is State.OPEN


REFUSALS: list[tuple[str, Callable[[Path], object]]] = [
    ("is no backup of Balie, or it is damaged", lambda path: path.write_text("geen database " * 500)),
    ("There is no backup at", lambda path: None),
]


@pytest.mark.parametrize(("why", "make"), REFUSALS, ids=["a text", "nothing"])
def test_what_is_no_backup_is_refused_and_the_database_stays(
    empty_store: Path, tmp_path: Path, why: str, make: Callable[[Path], object]
) -> None:
    path = tmp_path / "balie.db"
    path.write_bytes(empty_store.read_bytes())
    before = path.read_bytes()
    make(tmp_path / "backup.db")
    with pytest.raises(CannotStart, match=why):
        restore(tmp_path / "backup.db", path, now=MONDAY, real_now=real_now())
    assert path.read_bytes() == before


def test_a_backup_never_overwrites_anything(empty_store: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.db").write_text("van gisteren")
    with pytest.raises(CannotStart, match="exists already"):
        backup(empty_store, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "van gisteren"


def test_a_backup_is_for_its_owner_only(empty_store: Path, tmp_path: Path) -> None:
    backup(empty_store, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").stat().st_mode & 0o077 == 0
