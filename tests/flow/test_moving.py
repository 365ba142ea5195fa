"""What stood in SQLite stands in PostgreSQL, once, and the work goes on there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.conversation import Action, State
from bot.errors import CannotStart
from bot.store import audit, jobs, open_store
from bot.store.moving import move
from handlers.cli import main
from tests.flow.conftest import POSTGRESQL, Balie, build, done
from tests.flow.town import MONDAY
from tests.peers.postgresql import Cluster

pytestmark = [*POSTGRESQL]


@pytest.fixture
def url(postgresql: Cluster) -> Iterator[str]:
    with postgresql.database() as name:
        yield postgresql.url(name)


async def a_life(balie: Balie) -> None:
    """Leave an answered, a merged and an open conversation behind, with an answer under way."""
    await balie.place(await balie.mention())
    await balie.later()
    main_one = await balie.mention(author_id="een")
    other = await balie.mention("De glasbak ook.", author_id="twee")
    done(await balie.decide(other, Action.MERGE, into=main_one.conversation_id))
    await balie.edit(main_one, "Mijn kliko is weg.")
    await balie.place(await balie.card(main_one))
    balie.store.close()


async def test_everything_comes_along_and_the_work_goes_on(balie: Balie, tmp_path: Path, url: str) -> None:
    await a_life(balie)
    told: list[tuple[int, int]] = []
    sizes = await asyncio.to_thread(move, tmp_path / "balie.db", url, progress=lambda *now: told.append(now))
    assert sizes["conversation"] == 3
    assert told[-1] == (sum(sizes.values()), sum(sizes.values()))

    store = open_store(tmp_path, url=url)
    try:
        await store.leadership.gained()
        await store.lead(jobs.release_all)  # as every start does
        balie.platform.timeout = 8.0  # a busy machine may take long between the intent and the call
        again = build(store, platform=balie.platform, start=MONDAY + timedelta(minutes=1))
        assert await store.read(audit.faults) == []
        await again.later()
        assert len(balie.platform.texts()) == 2
        card = await again.mention("Nog een kliko.", author_id="drie")
        assert card.conversation_id == 4
        assert card.state is State.OPEN
    finally:
        await store.leadership.leave()
        store.close()


async def test_doing_it_again_changes_nothing(balie: Balie, tmp_path: Path, url: str) -> None:
    await a_life(balie)
    sizes = [await asyncio.to_thread(move, tmp_path / "balie.db", url) for _ in range(2)]
    assert sizes[0] == sizes[1]


async def test_a_database_that_went_on_meanwhile_is_refused(balie: Balie, tmp_path: Path, url: str) -> None:
    await a_life(balie)
    await asyncio.to_thread(move, tmp_path / "balie.db", url)
    store = open_store(tmp_path, url=url)
    await store.write(lambda c: c.execute(text("UPDATE mention SET text = 'anders' WHERE id = 1")).rowcount)
    store.close()
    with pytest.raises(CannotStart, match="other rows in mention"):
        await asyncio.to_thread(move, tmp_path / "balie.db", url)


async def test_it_is_refused_while_a_server_runs(balie: Balie, tmp_path: Path, url: str) -> None:
    with pytest.raises(CannotStart, match="Another Balie uses"):
        await asyncio.to_thread(move, tmp_path / "balie.db", url)
    balie.store.close()
    leader = open_store(tmp_path, url=url)
    await leader.leadership.gained()
    with pytest.raises(CannotStart, match="A Balie works on that database"):
        await asyncio.to_thread(move, tmp_path / "balie.db", url)
    await leader.leadership.leave()
    leader.close()
    assert await asyncio.to_thread(move, tmp_path / "balie.db", url)


async def test_the_command_says_what_it_did(
    balie: Balie, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_life(balie)
    for name in list(os.environ):
        if name.startswith("BALIE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BALIE_DATA", str(tmp_path))
    refused = await asyncio.to_thread(CliRunner().invoke, main, ["migrate", "sqlite-to-postgres"])
    assert "Stel BALIE_DATABASE in" in refused.output
    monkeypatch.setenv("BALIE_DATABASE", url)
    monkeypatch.setenv("BALIE_SECRET", "x" * 40)
    moved = await asyncio.to_thread(CliRunner().invoke, main, ["migrate", "sqlite-to-postgres"])
    assert "staan in PostgreSQL, en het verslag is heel" in moved.output, moved.output
