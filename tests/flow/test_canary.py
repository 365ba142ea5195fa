"""A test message goes the way of a citizen's, up to a card; it disturbs nobody, and it is missed when it stays away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.canary import AtOurDoor, Canary, Schedule, Voice, no_canary
from bot.intake import Intake
from bot.model import Mentioned
from bot.ports import PublicChannel
from bot.store import conversations, flights
from bot.work import Lanes, Work
from handlers.public.bluesky.canary import BlueskyVoice
from handlers.web.square import Square
from handlers.web.square_canary import SquareVoice
from knowledge.rulebook.values import Account, DeskChannel
from tests.contract.bluesky import PASSWORD, BlueskyStage
from tests.contract.stage import KeptInMemory
from tests.flow.conftest import Balie, a_mention
from tests.flow.town import TOWN

PROOF = DeskChannel(desk="web", workspace="", channel="proef")
SOON = timedelta(seconds=0.3)


@dataclass
class Flying:
    balie: Balie
    canary: Canary
    work: Work

    async def cards(self) -> list[Any]:
        await self.work.idle()
        return self.balie.desk.cards("proef")

    async def flight(self) -> flights.Flight | None:
        await self.work.idle()
        return await self.balie.store.read(lambda c: flights.last(c, "plein"))

    async def until(self, holds: Callable[[flights.Flight | None], object]) -> flights.Flight:
        async with asyncio.timeout(10):
            while not holds(flight := await self.flight()):
                await asyncio.sleep(0.02)
        assert flight
        return flight

    async def told(self) -> list[str]:
        await self.work.idle()
        return [str(notice.text) for _, notice in self.balie.desk.lines]


@asynccontextmanager
async def flying(
    balie: Balie, voice: Callable[[Intake], Voice], *, channel: PublicChannel | None = None
) -> AsyncIterator[Flying]:
    """Let the canary fly every 0.6 seconds; a message must be a card within 0.3."""
    authors: dict[str, str] = {}
    intake = Intake(balie.store, balie.rules, balie.clock, canaries=authors)
    canary = Canary(
        {"plein": voice(intake)},
        place=PROOF,
        store=balie.store,
        channels={"plein": channel or balie.channel},
        desks={("web", ""): balie.desk},
        clock=balie.clock,
        words=lambda mark: f"Proefbericht {mark}",
        schedule=Schedule(every=2 * SOON, within=SOON, first=timedelta(0)),
    )
    authors.update(canary.authors)
    handlers = {**balie.work._handlers, flights.KIND: canary.show}
    running = asyncio.create_task(canary.run())
    hearing = asyncio.create_task(channel.run(intake.receive)) if channel else None
    try:
        yield Flying(balie, canary, Work(balie.store, balie.clock, handlers, Lanes()))
    finally:
        tasks = [task for task in (running, hearing) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await canary.aclose()


@pytest.fixture
async def at_the_door(balie: Balie) -> AsyncIterator[Flying]:
    async with flying(balie, lambda intake: AtOurDoor("plein", intake.receive)) as built:
        yield built


async def test_a_test_message_becomes_one_card_that_is_used_again(at_the_door: Flying) -> None:
    first = await at_the_door.until(lambda flight: flight and flight.arrived)
    assert first.took
    assert first.took < timedelta(seconds=5)
    second = await at_the_door.until(lambda flight: flight and flight.arrived and flight.mark != first.mark)
    (card,) = await at_the_door.cards()
    assert second.mark in card.mention.text
    assert (card.actions, card.conversation_id) == ((), 0)
    assert await at_the_door.told() == []


async def test_it_is_no_conversation_and_no_department_sees_it(at_the_door: Flying) -> None:
    await at_the_door.until(lambda flight: flight and flight.arrived)
    store = at_the_door.balie.store
    assert await store.read(lambda c: conversations.get(c, 1)) is None
    assert {channel for channel, _ in at_the_door.balie.desk.messages.values()} == {"proef"}


async def test_one_that_does_not_arrive_is_told_once_and_so_is_its_return(at_the_door: Flying) -> None:
    await at_the_door.until(lambda flight: flight and flight.arrived)
    at_the_door.balie.desk.failures = 10**9
    await at_the_door.until(lambda flight: flight and flight.late)
    await asyncio.sleep(4 * SOON.total_seconds())
    (missed,) = await at_the_door.told()
    assert "was no card after" in missed
    at_the_door.balie.desk.failures = 0
    at_the_door.balie.clock.forward(timedelta(minutes=1))  # the job that failed is tried again
    await at_the_door.until(lambda flight: flight and not flight.late)
    assert "arrives again" in (await at_the_door.told())[1]


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("@burger", "balie-0123456789abcdef"),
        (AtOurDoor.author, "Mijn kliko is niet geleegd."),
        (AtOurDoor.author, "balie-0123"),
    ],
)
async def test_who_is_not_the_canary_is_a_citizen(at_the_door: Flying, author: str, text: str) -> None:
    event = Mentioned(event_id="e", mention=a_mention(author=author, text=text))
    intake = Intake(
        at_the_door.balie.store, at_the_door.balie.rules, at_the_door.balie.clock, canaries=at_the_door.canary.authors
    )
    await intake.receive("plein", [event])
    assert await at_the_door.balie.store.read(lambda c: conversations.get(c, 1))


async def test_without_a_canary_such_a_message_is_a_citizens(balie: Balie) -> None:
    await balie.mention("balie-0123456789abcdef", author=AtOurDoor.author)
    assert await balie.store.read(lambda c: conversations.get(c, 1))
    assert (await no_canary(None))(None) is None  # type: ignore[arg-type]


async def test_on_the_square_it_goes_all_the_way_and_is_taken_away_again(balie: Balie) -> None:
    square = Square(
        TOWN.accounts["plein"],
        path=":memory:",
        memory=KeptInMemory(),
        clock=balie.clock,
        public_url="https://x.example",
    )
    async with flying(balie, lambda _: SquareVoice(square), channel=square) as built:
        flight = await built.until(lambda flight: flight and flight.arrived)
        assert flight.whole
        async with asyncio.timeout(5):
            while any(not post.deleted_at for thread in await square.threads() for post in thread):
                await asyncio.sleep(0.02)
    await square.aclose()


async def test_on_bluesky_a_second_account_speaks_and_takes_it_back(balie: Balie) -> None:
    async with BlueskyStage() as stage:
        stage.server.join("proef.test", PASSWORD)
        options = {"service": stage.server.url}
        second = Account(key="bsky_canary", channel="bluesky", name="@proef.test", options=options)
        voice = BlueskyVoice(second, PASSWORD, stage.memory, town=stage.channel)
        heard: list[Mentioned] = []

        async def receive(account: str, events: Any, *, cursor: str | None = None) -> None:
            heard.extend(event for event in events if isinstance(event, Mentioned))

        running = asyncio.create_task(stage.channel.run(receive))
        await voice.speak("Proefbericht balie-0123456789abcdef")
        async with asyncio.timeout(5):
            while not heard:
                await asyncio.sleep(0.02)
        assert flights.mark_of({"bsky": voice.author}, heard[0].mention) == "balie-0123456789abcdef"
        assert [post.value["text"][:13] for post in stage.server.posts.values()] == ["@gemeente.tes"]
        await voice.hush()
        assert stage.server.posts == {}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await voice.aclose()
