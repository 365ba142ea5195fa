"""Plays citizens on the square: sample messages at a human pace, and what they say once they are answered."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from bot.clock import ShiftedClock
from handlers.web.square import Square
from handlers.web.square_store import Post

SAMPLES = Path(__file__).parent / "samples.yaml"
FIRST_AFTER = 1.0  # seconds
TURN = 0.25  # seconds between two looks at what is to be done
REACTS_AFTER = (6.0, 12.0)  # seconds after the town's answer
OPENING = 6  # messages that come in the order of the file, so that a demo always opens the same way
DAY_STARTS = time(9, 2)
NIGHT_STARTS = time(1, 55)
SATURDAY = 5


class Part(StrEnum):
    """Of which part of the day a message is."""

    CALM = "calm"  # the stream from the start, while nothing was asked for
    DAY = "day"
    NIGHT = "night"


PACE = {Part.CALM: (12.0, 25.0), Part.DAY: (3.0, 8.0), Part.NIGHT: (5.0, 12.0)}  # seconds between two messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A message somebody could have written, "{town}" for the town's handle; ``then`` is said once it is answered."""

    handle: str
    text: str
    name: str = ""
    night: bool = False
    followers: int | None = None
    then: str = ""
    under: str = ""  # the opening words of the town's own post that this reacts to


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    own_posts: tuple[str, ...]
    messages: tuple[Sample, ...]


def samples(path: Path = SAMPLES) -> Samples:
    kept = YAML(typ="safe").load(path)
    return Samples(
        own_posts=tuple(kept["own_posts"]),
        messages=tuple(Sample(**each) for each in kept["messages"]),
    )


class Player:
    """Writes on the square until cancelled; the strip of the demo tells it what to play."""

    def __init__(
        self, square: Square, *, clock: ShiftedClock, zone: ZoneInfo, chance: random.Random | None = None
    ) -> None:
        self._square = square
        self._clock = clock
        self._zone = zone
        self._chance = chance or random.Random()
        self._samples = samples()
        self._said: set[Sample] = set()
        self._waits: dict[int, Sample] = {}  # root of the thread -> who will react once it is answered
        self._reacts: list[tuple[float, int, Sample]] = []  # (when, under which post, who)
        self._next = 0.0
        self.playing = Part.CALM
        self.paused = False

    def play_day(self) -> None:
        self._clock.jump(self._next_local(DAY_STARTS, working_day=True))
        self._start(Part.DAY)

    def play_night(self) -> None:
        self._clock.jump(self._next_local(NIGHT_STARTS))
        self._start(Part.NIGHT)

    def pause(self) -> None:
        self.paused = True

    def go_on(self) -> None:
        self.paused = False

    async def run(self) -> None:
        await self._open_square()
        self._start(Part.CALM)
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                if not self.paused:
                    await self._turn(asyncio.get_running_loop().time())
                await asyncio.sleep(TURN)
        finally:
            watching.cancel()

    async def _open_square(self) -> None:
        """The town's own news stands there before anybody speaks."""
        if not await self._square.threads(limit=1):
            for text in self._samples.own_posts:
                await self._square.announce(text)

    async def _turn(self, now: float) -> None:
        for due in [each for each in self._reacts if each[0] <= now]:
            self._reacts.remove(due)
            _, under, sample = due
            await self._square.write(sample.then, handle=sample.handle, name=sample.name, parent=under)
        if self._next <= now:
            self._next = now + self._chance.uniform(*PACE[self.playing])
            await self._speak(self._draw())

    async def _speak(self, sample: Sample) -> None:
        post = await self._square.write(
            sample.text.replace("{town}", self._square.handle),
            handle=sample.handle,
            name=sample.name,
            followers=sample.followers,
            parent=await self._find(sample.under),
        )
        if sample.then:
            self._waits[post.id] = sample

    async def _find(self, opening: str) -> int | None:
        if not opening:
            return None
        threads = await self._square.threads()
        return next((thread[0].id for thread in threads if thread[0].town and thread[0].text.startswith(opening)), None)

    async def _watch(self) -> None:
        async for number in self._square.watch():
            post = await self._square.read(number)
            if post:
                self._heard(post)

    def _heard(self, post: Post) -> None:
        """Remember to react when this is the town's answer to somebody who has more to say."""
        if post.town and post.parent in self._waits:
            when = asyncio.get_running_loop().time() + self._chance.uniform(*REACTS_AFTER)
            self._reacts.append((when, post.id, self._waits.pop(post.parent)))

    def _start(self, part: Part) -> None:
        self.playing, self.paused = part, False
        self._next = asyncio.get_running_loop().time() + FIRST_AFTER

    def _draw(self) -> Sample:
        """Take the next message of this part of the day; only when all were said, begin again."""
        night = self.playing is Part.NIGHT
        fitting = [each for each in self._samples.messages if each.night == night]
        left = [each for each in fitting if each not in self._said]
        if not left:
            self._said -= set(fitting)
            left = fitting
        sample = left[0] if night or len(fitting) - len(left) < OPENING else self._chance.choice(left)
        self._said.add(sample)
        return sample

    def _next_local(self, at: time, *, working_day: bool = False) -> datetime:
        """Return the next such moment on the clocks of the town, never one that has passed."""
        now = self._clock.now().astimezone(self._zone)
        day = now.date()
        while True:
            moment = datetime.combine(day, at, self._zone)
            if moment > now and not (working_day and day.weekday() >= SATURDAY):
                return moment.astimezone(UTC)
            day += timedelta(days=1)
