"""A backup of PostgreSQL is one file; putting an old one back posts nothing twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from bot.clock import real_now
from bot.conversation import Action, State
from bot.errors import CannotStart
from bot.model import Face, Recovery
from bot.store import audit, backup_shared, open_store, tables
from bot.store import backup as copies
from bot.store.postgresql import SharedStore, open_postgresql
from handlers.cli import main
from tests.flow.conftest import POSTGRESQL, Balie, build, done
from tests.flow.test_backup import settle
from tests.flow.town import JAN, MONDAY
from tests.peers.postgresql import Cluster

pytestmark = [*POSTGRESQL]


@pytest.fixture
def url(postgresql: Cluster, empty_postgresql: str) -> Iterator[str]:
    with postgresql.database(template=empty_postgresql) as name:
        yield postgresql.url(name)


@pytest.fixture
async def store(url: str) -> AsyncIterator[SharedStore]:
    opened = open_postgresql(url)
    await opened.leadership.gained()
    yield opened
    await opened.leadership.leave()
    opened.close()


@pytest.fixture
def balie(store: SharedStore, recovery: Recovery) -> Balie:
    return build(store, recovery=recovery)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


async def back_up(url: str, file: Path) -> None:
    await asyncio.to_thread(backup_shared.backup, url, file, progress=lambda done, whole: None)


async def restored(balie: Balie, url: str, file: Path, recovery: Recovery) -> tuple[Balie, int]:
    """Stop, put the backup back, start anew on the platform as it is."""
    await balie.store.leadership.leave()
    later = MONDAY + timedelta(hours=1)
    count = await asyncio.to_thread(backup_shared.restore, file, url, now=later, real_now=real_now())
    again = build(balie.store, recovery=recovery, platform=balie.platform, start=later)
    await again.store.leadership.gained()
    return again, count


@pytest.mark.parametrize("recovery", [Recovery.READ_BACK, Recovery.KEY])
@pytest.mark.parametrize("posted", [True, False], ids=["posted since", "never posted"])
async def test_what_was_under_way_is_looked_for_first_and_stands_there_once(
    balie: Balie, url: str, file: Path, recovery: Recovery, posted: bool
) -> None:
    card = await balie.place(await balie.mention())
    await back_up(url, file)
    if posted:
        await balie.later()
        assert len(balie.platform.texts()) == 1
    again, count = await restored(balie, url, file, recovery)
    assert count == 1
    assert (await again.card(card)).face is Face.UNSURE
    assert (await settle(again, card)).state is State.ANSWERED
    assert again.platform.texts() == ["Wij komen morgen langs. ^JK"]


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_where_nothing_can_be_looked_up_a_person_decides(
    balie: Balie, url: str, file: Path, recovery: Recovery
) -> None:
    card = await balie.place(await balie.mention())
    await back_up(url, file)
    await balie.later()
    again, _ = await restored(balie, url, file, recovery)
    for _ in range(5):
        await again.later()
    shown = await again.card(card)
    assert (shown.face, len(again.platform.texts())) == (Face.UNSURE, 1)
    assert done(await again.decide(shown, Action.CONFIRM)).state is State.ANSWERED


async def test_a_backup_made_while_running_is_whole_and_of_one_moment(balie: Balie, url: str, file: Path) -> None:
    await balie.mention()
    writing = asyncio.create_task(_keep_writing(balie))
    await asyncio.sleep(0.1)
    await back_up(url, file)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    copy = open_store(file)
    try:
        assert list(await copy.read(audit.faults)) == []
        counted = "SELECT (SELECT count(*) FROM mention) - (SELECT count(*) FROM conversation)"
        assert await copy.read(lambda c: c.execute(text(counted)).scalar()) == 0
    finally:
        copy.close()
    assert file.stat().st_mode & 0o077 == 0


async def _keep_writing(balie: Balie) -> None:
    number = 0
    while True:
        number += 1
        await balie.mention(author_id=f"burger-{number}")


async def test_it_can_be_put_back_in_sqlite_too(balie: Balie, url: str, file: Path, tmp_path: Path) -> None:
    card = await balie.mention()
    await back_up(url, file)
    small = tmp_path / "small" / "balie.db"
    copies.restore(file, small, now=MONDAY, real_now=real_now())
    store = open_store(small)
    try:
        found = await build(store).office.card(card.conversation_id, JAN)
        assert found is not None
    finally:
        store.close()


async def test_what_came_after_the_backup_is_kept_aside_and_numbers_go_on(balie: Balie, url: str, file: Path) -> None:
    await balie.mention("Kliko een.", author_id="een")
    await back_up(url, file)
    await balie.mention("Kliko twee.", author_id="twee")
    again, _ = await restored(balie, url, file, Recovery.READ_BACK)
    texts = await again.store.read(lambda c: list(c.execute(select(tables.mention.c.text)).scalars()))
    assert texts == ["Kliko een."]
    kept = "SELECT text FROM before_restore.mention ORDER BY id"
    assert await again.store.read(lambda c: list(c.execute(text(kept)).scalars())) == ["Kliko een.", "Kliko twee."]
    assert (await again.mention("Kliko drie.", author_id="drie")).conversation_id == 2
    await restored(again, url, file, Recovery.READ_BACK)  # and once more


async def test_nothing_is_put_back_while_a_balie_works(balie: Balie, url: str, file: Path) -> None:
    await balie.mention()
    await back_up(url, file)
    with pytest.raises(CannotStart, match="A Balie works on that database"):
        await asyncio.to_thread(backup_shared.restore, file, url, now=MONDAY, real_now=real_now())
    assert await balie.store.read(lambda c: c.execute(select(tables.mention.c.id)).first())


async def test_what_is_no_backup_changes_nothing(balie: Balie, url: str, file: Path) -> None:
    await balie.mention()
    await balie.store.leadership.leave()
    file.write_text("Dit is een brief.")
    with pytest.raises(CannotStart, match="is no backup"):
        await asyncio.to_thread(backup_shared.restore, file, url, now=MONDAY, real_now=real_now())
    with pytest.raises(CannotStart, match="exists already"):
        await back_up(url, file)
    assert await balie.store.read(lambda c: c.execute(select(tables.mention.c.id)).first())


async def test_the_commands_work_on_postgresql(
    balie: Balie, url: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await balie.place(await balie.mention())
    await balie.store.leadership.leave()
    for name in [name for name in os.environ if name.startswith("BALIE_")]:
        monkeypatch.delenv(name)
    for name, value in {"DATA": str(tmp_path), "DATABASE": url, "SECRET": "x" * 40}.items():
        monkeypatch.setenv(f"BALIE_{name}", value)

    async def run(*words: str) -> str:
        ended = await asyncio.to_thread(CliRunner().invoke, main, list(words))
        assert ended.exit_code == 0, ended.output
        return ended.output

    assert "De kopie staat in" in await run("backup", str(file))
    assert "kijkt eerst" in await run("restore", str(file))
    assert "verslag" in await run("verify")
    await balie.store.write(lambda c: c.execute(text("UPDATE audit SET actor = 'niemand' WHERE seq = 1")).rowcount)
    changed = await asyncio.to_thread(CliRunner().invoke, main, ["verify"])
    assert (changed.exit_code, "is gewijzigd" in changed.output) == (1, True), changed.output
