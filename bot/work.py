"""Runs the durable jobs: takes what is due, a few at a time in each lane, and stores together what ends together."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from bot.clock import Clock, real_now
from bot.errors import LostLeadership, StoreUnavailable
from bot.store import Store, jobs
from bot.store.records import Job
from bot.together import Together

AT_ONCE = 32  # jobs in flight
LEASE = timedelta(minutes=2)
STORING = timedelta(minutes=1)  # how long an outcome is offered to a database that does not take it
POLL = 1.0  # seconds; stands behind every wake-up
SLOWEST = timedelta(minutes=5)  # between tries of a job that keeps failing
ONE_BY_ONE = "post:"  # lanes in which the order matters

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Do this job again after a while; ``pause`` keeps its whole lane waiting too."""

    after: timedelta = timedelta(0)
    pause: bool = False


Settle = Callable[[Connection], Again | None]  # stores the outcome; None: the job is done
Handler = Callable[[Job], Awaitable[Settle]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A job whose outcome is to be stored."""

    job: Job
    settle: Settle
    at: datetime

    def end(self, connection: Connection) -> Again | None:
        again = self.settle(connection)
        if again:
            jobs.again(connection, self.job.id, at=self.at + again.after)
        else:
            jobs.finish(connection, self.job.id)
        return again


class Lanes:
    """How many jobs run in each lane, and which lanes must wait."""

    def __init__(self, *, width: int = 16) -> None:
        self._width = width
        self._running: Counter[str] = Counter()
        self._paused: dict[str, datetime] = {}

    def closed(self) -> set[str]:
        now = real_now()
        self._paused = {lane: until for lane, until in self._paused.items() if until > now}
        full = {lane for lane in self._running if self.room(lane) <= 0}
        return full | set(self._paused)

    def room(self, lane: str) -> int:
        """Return how many more jobs a lane takes now; work without a lane is only bound by the whole."""
        width = 1 if lane.startswith(ONE_BY_ONE) else self._width if lane else AT_ONCE
        return width - self._running[lane]

    def enter(self, lane: str) -> None:
        self._running[lane] += 1

    def leave(self, lane: str) -> None:
        self._running[lane] -= 1

    def pause(self, lane: str, after: timedelta) -> None:
        self._paused[lane] = real_now() + after

    def paused(self) -> Mapping[str, datetime]:
        now = real_now()
        return {lane: until for lane, until in self._paused.items() if until > now}

    def running(self) -> Mapping[str, int]:
        """Return how many jobs are in flight, by lane."""
        return +self._running


class Work:
    """One worker a process, at work while that process leads; it never takes what it has in flight."""

    def __init__(self, store: Store, clock: Clock, handlers: Mapping[str, Handler], lanes: Lanes) -> None:
        self._store, self._clock, self._handlers, self.lanes = store, clock, handlers, lanes
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._stored = Together(self._store_all, whole=(StoreUnavailable, LostLeadership))

    async def run(self) -> None:
        """Work until cancelled; what is in flight then is finished by ``finish``."""
        while True:
            self._store.jobs.clear()
            try:
                pause = await self._round()
            except (StoreUnavailable, LostLeadership) as exc:
                log.warning("no work can be taken; trying again", reason=type(exc).__name__)
                pause = POLL
            if pause > 0:
                await self._wait(pause)

    async def finish(self, *, within: float) -> None:
        """Wait for what is in flight; what takes longer is cut off and found again at the next start."""
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight.values(), timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def drop(self) -> None:
        """Let go of what is in flight: another process led meanwhile, and what became of it is found out anew."""
        tasks = list(self._in_flight.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Do all that is due, and return when nothing is left (for tests and the command line)."""
        while True:
            busy = bool(self._in_flight)  # what ends during the round may have made itself due again
            pause = await self._round()
            if self._in_flight:
                await asyncio.wait(self._in_flight.values(), return_when=asyncio.FIRST_COMPLETED)
            elif pause > 0 and not busy:
                return

    async def _round(self) -> float:
        """Start what is due; return how many seconds there is nothing to start."""
        room = AT_ONCE - len(self._in_flight)
        if room <= 0:
            return POLL
        in_flight, closed = list(self._in_flight), self.lanes.closed()
        now, real = self._clock.now(), real_now()
        first = await self._store.read(
            lambda c: jobs.earliest(c, real_now=real, in_flight=in_flight, closed_lanes=closed)
        )
        if first is None or first > now:
            return POLL if first is None else max(0.001, min(POLL, self._clock.until(first)))
        taken = await self._store.lead(
            lambda c: jobs.take(
                c,
                now=now,
                real_now=real,
                until=real + LEASE,
                in_flight=in_flight,
                closed_lanes=closed,
                limit=room,
                room=self.lanes.room,
            )
        )
        for job in taken:
            self.lanes.enter(job.lane)
            task = asyncio.create_task(self._do(job), name=f"{job.kind} {job.subject}")
            self._in_flight[job.id] = task
            task.add_done_callback(partial(self._left, job))
        return 0 if taken else POLL

    async def _do(self, job: Job) -> None:
        try:
            settle = await self._handlers[job.kind](job)
        except LostLeadership:
            log.warning("another process goes on with a job", kind=job.kind, subject=job.subject)
            return
        except Exception:
            log.exception("a job failed", kind=job.kind, subject=job.subject, attempts=job.attempts)
            settle = _later(job)
        ended = Ended(job=job, settle=settle, at=self._clock.now())
        try:
            again = await self._stored(ended)
        except LostLeadership:  # and whoever leads now finds out what became of it
            log.warning("an outcome comes too late", kind=job.kind, subject=job.subject)
            return
        except Exception:  # the lease runs out and the job is taken again
            log.exception("an outcome was not stored", kind=job.kind, subject=job.subject)
            return
        if again and again.pause:
            self.lanes.pause(job.lane, again.after)

    async def _store_all(self, batch: Sequence[Ended]) -> Sequence[Again | None]:
        return await self._keep_storing(lambda c: [ended.end(c) for ended in batch])

    async def _keep_storing(self, end: Callable[[Connection], T]) -> T:
        """Store outcomes, again and again while the database does not take them: nobody else knows them."""
        give_up, pause = real_now() + STORING, 0.1
        while True:
            try:
                return await self._store.lead(end)
            except StoreUnavailable:
                if real_now() >= give_up:
                    raise
                log.warning("an outcome is not stored yet; trying again")
            await asyncio.sleep(pause)
            pause = min(POLL, 2 * pause)

    def _left(self, job: Job, _: object) -> None:
        del self._in_flight[job.id]
        self.lanes.leave(job.lane)
        self._store.jobs.set()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._store.jobs.wait()
        except TimeoutError:
            pass


def _later(job: Job) -> Settle:
    after = min(SLOWEST, timedelta(seconds=2 ** min(job.attempts, 9)))
    return lambda _: Again(after=after)
