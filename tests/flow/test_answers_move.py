"""The standard answers come along from SQLite to PostgreSQL, and the next one gets a number of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answers import SHELL, Answers
from bot.model.answers import Pinned, Proposed, Saved, TakenOver
from bot.store import answers, open_store
from bot.store.moving import move
from knowledge.exchange import Plan, Row
from knowledge.faq import Entry
from tests.flow.conftest import POSTGRESQL, Balie, build
from tests.flow.town import FATIMA, MONDAY, PETER
from tests.peers.postgresql import Cluster

pytestmark = [*POSTGRESQL]
KLIKO = Entry(key="kliko", question="Kliko niet geleegd?", answer="Wij komen langs.")


@pytest.fixture
def url(postgresql: Cluster) -> Iterator[str]:
    with postgresql.database() as name:
        yield postgresql.url(name)


async def a_base(base: Answers) -> None:
    plan = await base.plan([Row(number=1, entry=KLIKO)], source="lijst", by=SHELL)
    assert isinstance(plan, Plan)
    assert isinstance(await base.take_over(plan, source="lijst", name="lijst.csv", by=SHELL), TakenOver)
    better = replace(KLIKO, answer="Wij komen morgen.")
    assert isinstance(await base.save(better, seen_revision=1, by=PETER), Saved)
    assert isinstance(await base.save(KLIKO, seen_revision=2, by=FATIMA), Proposed)
    assert isinstance(await base.pin("container", "Sneeuw.", MONDAY + timedelta(hours=1), by=PETER), Pinned)


async def test_all_of_it_comes_along_and_goes_on(balie: Balie, tmp_path: Path, url: str) -> None:
    await a_base(Answers(balie.store, balie.rules, balie.clock))
    balie.store.close()
    await asyncio.to_thread(move, tmp_path / "balie.db", url)
    store = open_store(tmp_path, url=url)
    try:
        moved = build(store)
        base = Answers(store, moved.rules, moved.clock)
        assert [one.answer for one in (await store.read(answers.live)).values()] == ["Wij komen morgen."]
        assert len(await base.history("kliko", by=PETER)) == 2
        assert len(await base.proposals(by=PETER)) == 1
        again = await base.plan([Row(number=1, entry=KLIKO)], source="lijst", by=SHELL)
        assert isinstance(again, Plan)
        assert again.writes() == ()
        second = await base.pin("hulp", "Storing.", MONDAY + timedelta(hours=1), by=PETER)
        assert second == Pinned(id=2)
    finally:
        store.close()
