"""The worker does what is due, stores together what ends together, and rests when there is nothing to do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Connection

from bot.clock import real_now
from bot.store import Store, jobs
from bot.store.records import Job
from bot.work import Again, Lanes, Settle, Work
from tests.flow.conftest import Balie


async def worked(work: Work, seconds: float) -> None:
    running = asyncio.create_task(work.run())
    await asyncio.sleep(seconds)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await work.finish(within=1)


async def ask(balie: Balie, *subjects: str) -> None:
    def asked(connection: Connection) -> None:
        for subject in subjects:
            jobs.enqueue(connection, "say", subject, at=balie.clock.now())

    await balie.store.write(asked)


def take(balie: Balie, connection: Connection) -> Any:
    """Take what is due, as another process would."""
    now, real = balie.clock.now(), real_now()
    until = real + timedelta(minutes=2)
    return jobs.take(
        connection, now=now, real_now=real, until=until, in_flight=(), closed_lanes=(), limit=9, room=lambda _: 9
    )


async def test_a_job_that_another_process_took_lets_us_rest(balie: Balie) -> None:
    await ask(balie, "1.1")
    assert await balie.store.lead(lambda c: take(balie, c))
    before = balie.store.commits.done
    await worked(balie.work, 0.5)
    assert balie.store.commits.done == before


async def test_outcomes_that_come_together_are_stored_in_one_go(balie: Balie) -> None:
    subjects = [str(number) for number in range(10)]
    met = asyncio.Barrier(len(subjects))

    async def say(job: Job) -> Settle:
        await met.wait()
        return lambda _: None

    work = Work(balie.store, balie.clock, {"say": say}, Lanes())
    await ask(balie, *subjects)
    before = balie.store.commits.done
    await work.idle()
    assert await balie.store.read(lambda c: jobs.waiting(c, now=balie.clock.now())) == (None, 0)
    assert balie.store.commits.done - before <= 4  # taken once, stored as it comes


async def test_an_outcome_that_cannot_be_stored_does_not_take_the_others_along(balie: Balie) -> None:
    met = asyncio.Barrier(3)
    stored: list[str] = []

    async def say(job: Job) -> Settle:
        await met.wait()

        def settle(connection: Connection) -> Again | None:
            if job.subject == "broken":
                raise ValueError
            stored.append(job.subject)
            return None

        return settle

    work = Work(balie.store, balie.clock, {"say": say}, Lanes())
    await ask(balie, "1", "broken", "2")
    await work.idle()
    left = await balie.store.read(lambda c: jobs.waiting(c, now=balie.clock.now()))
    assert left[1] == 1  # its lease runs out, and it is tried again
    assert {"1", "2"} <= set(stored)


async def test_what_becomes_due_again_while_we_look_is_done_too(balie: Balie) -> None:
    class SlowToRead:
        jobs = balie.store.jobs
        lead = balie.store.lead

        async def read(self, fn: Any) -> Any:
            found = await balie.store.read(fn)
            await asyncio.sleep(0.1)
            return found

    done: list[str] = []

    async def say(job: Job) -> Settle:
        done.append(job.subject)
        if job.subject == "slow":
            await asyncio.sleep(0.05)  # it ends while the round after the quick one looks what is due
        again = done.count("slow") == 1 and job.subject == "slow"
        return lambda _: Again() if again else None

    await ask(balie, "quick", "slow")
    await Work(cast(Store, SlowToRead()), balie.clock, {"say": say}, Lanes()).idle()
    assert sorted(done) == ["quick", "slow", "slow"]
