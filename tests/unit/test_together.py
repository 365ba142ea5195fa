"""What comes while a trip is under way goes together, as the next trip."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import Together


class Ferry:
    """Notes who went over together; an odd passenger sinks it."""

    def __init__(self) -> None:
        self.trips: list[list[int]] = []
        self.lands = asyncio.Event()
        self.over: Together[int, str] = Together(self.carry, whole=(ConnectionError,))

    async def carry(self, passengers: Sequence[int]) -> Sequence[str]:
        self.trips.append(list(passengers))
        await self.lands.wait()
        if 13 in passengers:
            raise ValueError("thirteen")
        if 99 in passengers:
            raise ConnectionError
        return [f"{each} is over" for each in passengers]


async def some(ferry: Ferry, *passengers: int) -> list[asyncio.Task[str]]:
    tasks = []
    for each in passengers:
        tasks.append(asyncio.create_task(ferry.over(each)))
        await asyncio.sleep(0.001)
    return tasks


async def test_who_comes_while_a_trip_is_under_way_goes_with_the_next_one() -> None:
    ferry = Ferry()
    tasks = await some(ferry, 1, 2, 3)
    ferry.lands.set()
    assert await asyncio.gather(*tasks) == ["1 is over", "2 is over", "3 is over"]
    assert ferry.trips == [[1], [2, 3]]


async def test_one_that_fails_does_not_harm_the_others() -> None:
    ferry = Ferry()
    tasks = await some(ferry, 1, 2, 13, 3)
    ferry.lands.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["1 is over", "2 is over", "thirteen", "3 is over"]


async def test_what_is_everybodys_fault_is_not_tried_one_by_one() -> None:
    ferry = Ferry()
    tasks = await some(ferry, 1, 2, 99)
    ferry.lands.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, ConnectionError, ConnectionError]
    assert ferry.trips == [[1], [2, 99]]


async def test_who_left_the_queue_does_not_go() -> None:
    ferry = Ferry()
    tasks = await some(ferry, 1, 2, 3)
    tasks[1].cancel()
    await asyncio.sleep(0)
    ferry.lands.set()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    assert await tasks[2] == "3 is over"
    assert ferry.trips == [[1], [3]]
