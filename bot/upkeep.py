"""What must happen by itself each day: the seal over the audit, and forgetting what was kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from bot.store import audit, jobs, small
from bot.store.records import Job
from bot.work import Again, Settle

SEAL = ("seal", "audit")
FOR_A_DAY = "for a day"  # kept under this account: what somebody began and may not finish


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Does the job "seal"."""

    clock: Clock

    async def seal(self, job: Job) -> Settle:
        """Seal the day that ended, forget, and come back at the end of the next."""

        def settle(connection: Connection) -> Again:
            now = self.clock.now()
            audit.seal(connection, day=(now - timedelta(days=1)).date().isoformat())
            small.drop_kept(connection, FOR_A_DAY, before=now - timedelta(days=1))
            return Again(after=_midnight(now) - now)

        return settle


def schedule(connection: Connection, *, now: datetime) -> None:
    """Ask for everything that comes back by itself; asking twice is asking once."""
    jobs.enqueue(connection, *SEAL, at=_midnight(now))


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(0), UTC)
