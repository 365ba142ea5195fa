"""Two processes of one town behind signed HTTP: a click may come to either, and the leader does what follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.model import Recovery
from bot.store.postgresql import open_postgresql
from handlers.app import Program
from handlers.serving import running
from tests.flow.conftest import POSTGRESQL
from tests.flow.slack_world import CHANNELS, JAN, TOWN_IN_SLACK, World, a_world, over_signed_http
from tests.peers.postgresql import Cluster
from tests.servers.platform import Platform
from tests.servers.slack import Slack, labels

pytestmark = [*POSTGRESQL, pytest.mark.timeout(60)]


class NothingToReload:
    async def begin(self) -> None:
        """The rules of the tests stand in no file."""

    async def run(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
async def two(postgresql: Cluster, empty_postgresql: str) -> AsyncIterator[tuple[World, World]]:
    """Two whole programs without their web servers; the first one leads."""
    async with AsyncExitStack() as stack:
        name = stack.enter_context(postgresql.database(template=empty_postgresql))
        slack = Slack()
        await slack.start()
        stack.push_async_callback(slack.stop)
        for channel in CHANNELS.values():
            slack.channel(channel)
        platform = Platform()
        worlds = []
        for _ in range(2):
            store = open_postgresql(postgresql.url(name), silence=1)
            built = a_world(store, slack, TOWN_IN_SLACK, Recovery.READ_BACK, (), platform, over_http=True)
            await stack.enter_async_context(running(program_of(built)))
            await until(lambda one=built: one.desk.app is not None)
            worlds.append(built)
        yield worlds[0], worlds[1]


def program_of(built: World) -> Program:
    nothing: Any = None
    return Program(
        settings=nothing,
        clock=built.clock,
        rules=built.rules,
        store=built.store,
        intake=built.intake,
        office=built.office,
        work=built.work,
        channels={"plein": built.channel},
        desks={("slack", built.desk.workspace): built.desk},
        answers=nothing,
        reloader=NothingToReload(),  # type: ignore[arg-type]
        web=nothing,
    )


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


async def test_a_click_that_comes_to_the_process_that_does_not_lead_has_its_effect(two: tuple[World, World]) -> None:
    leader, other = two
    assert other.store.leadership.epoch == 0  # type: ignore[union-attr]
    await leader.receive("Mijn kliko is niet geleegd.")
    await until(lambda: leader.slack.cards(CHANNELS["afval"]))
    leader.slack.deliver = over_signed_http(other.desk)
    await other.write(JAN, leader.newest())
    answer = await leader.slack.submit(JAN)
    assert answer.status == 200
    await until(lambda: labels(leader.newest()) == ["Tegenhouden"])
    for each in two:
        each.clock.forward(each.rules.rulebook.hold)
    await until(lambda: leader.platform.texts() == ["Wij komen morgen langs. ^JK"])
    assert leader.slack.refused == []
