"""A busy platform makes its own lane wait, and nothing else; posts of one account go one by one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bot.conversation import State
from bot.errors import TryLater
from bot.model import Card, Mentioned
from tests.flow.conftest import Balie, a_mention
from tests.servers.platform import FakeChannel

SECOND = timedelta(seconds=1)


async def several(balie: Balie, number: int) -> list[Card]:
    return [await balie.place(await balie.mention(author_id=f"burger {n}"), f"Antwoord {n}.") for n in range(number)]


async def test_posts_of_one_account_go_out_one_by_one_in_the_order_of_approval(balie: Balie) -> None:
    await several(balie, 6)
    under_way, most = 0, 0
    post = FakeChannel.post

    async def slow(reply: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return await post(balie.channel, reply)

    balie.channel.post = slow  # type: ignore[method-assign]
    await balie.later()
    assert most == 1
    assert balie.platform.texts() == [f"Antwoord {n}. ^JK" for n in range(6)]


async def test_after_a_429_the_platform_is_left_alone_as_long_as_it_asked(balie: Balie) -> None:
    cards = await several(balie, 5)
    calls: list[float] = []
    post = FakeChannel.post
    clock = asyncio.get_running_loop().time

    async def busy(reply: Any) -> Any:
        calls.append(clock())
        if len(calls) <= 3:
            raise TryLater(timedelta(seconds=0.15))
        return await post(balie.channel, reply)

    balie.channel.post = busy  # type: ignore[method-assign]
    for _ in range(100):
        await balie.later(SECOND * 11)
        if len(balie.platform.texts()) == 5:
            break
        await asyncio.sleep(0.02)
    waits = [after - before for before, after in pairwise(calls[:4])]
    assert min(waits) >= 0.14
    assert sorted(balie.platform.texts()) == [f"Antwoord {n}. ^JK" for n in range(5)]
    assert {(await balie.card(card)).state for card in cards} == {State.ANSWERED}


async def test_while_a_platform_hangs_the_cards_go_on(balie: Balie) -> None:
    """The post waits for an answer that does not come; the desk shows a new message meanwhile."""
    balie.channel.abilities = replace(balie.channel.abilities, timeout=5 * SECOND)
    balie.platform.faults.append("timeout before")
    await balie.place(await balie.mention())
    balie.clock.forward(11 * SECOND)
    working = asyncio.create_task(balie.work.run())
    while balie.platform.calls == 0:
        await asyncio.sleep(0.005)
    await balie.intake.receive("plein", [_new()])
    for _ in range(400):
        await asyncio.sleep(0.005)
        if len(balie.desk.cards("webcare")):
            break
    shown_while_hanging = len(balie.desk.cards("webcare")), balie.platform.texts()
    working.cancel()
    await balie.work.finish(within=0.01)
    assert shown_while_hanging == (1, [])


def _new() -> Mentioned:
    return Mentioned(event_id="new", mention=a_mention(text="Wat een mooie avond.", author_id="ander"))
