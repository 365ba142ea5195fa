"""How several processes share one PostgreSQL database: one of them leads, and all hear what the others changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import structlog
from psycopg import AsyncConnection, Error
from sqlalchemy import Connection, bindparam, select

from bot.errors import LostLeadership
from bot.store import tables
from bot.store.leadership import Leadership

PULSE = 1.0  # seconds between signs of life, and between tries
SILENCE = 6  # seconds without a sign of life until the server ends a leadership
NEWS = "balie"  # the channel on which processes tell what they changed
MISSED = 0  # in the place of a conversation: look at everything again

TRY = "SELECT pg_try_advisory_lock(hashtext('balie leader'))"
TAKE = """
    INSERT INTO leader (id, epoch, holder) VALUES (1, 1, %s)
    ON CONFLICT (id) DO UPDATE SET
        epoch = CASE leader.holder WHEN excluded.holder THEN leader.epoch ELSE leader.epoch + 1 END,
        holder = excluded.holder
    RETURNING epoch
"""
STILL_LEADS = (
    select(tables.leader.c.epoch).where(tables.leader.c.epoch == bindparam("epoch")).with_for_update(read=True)
)

log = structlog.get_logger()


class OneOfSeveral:
    """Leads while it holds an advisory lock on a connection of its own.

    The lock falls when the connection ends; the server ends it when this process is silent, stopped for instance. What
    such a process still wants to commit as the leader is refused by ``must_lead``: its epoch is over. A process that
    gets the lock back before another one had it keeps its epoch, and with it what it has in flight.
    """

    def __init__(self, conninfo: str, *, silence: float = SILENCE) -> None:
        self._conninfo, self._silence = conninfo, silence
        self._pulse = min(PULSE, silence / 4)  # the server must hear us in time
        self.leads = False
        self._me, self.epoch = uuid4().hex, 0
        self._connection: AsyncConnection | None = None

    async def gained(self) -> bool:
        while True:
            try:
                if (epoch := await self._try()) is not None:
                    before, self.epoch, self.leads = self.epoch, epoch, True
                    log.info("this process leads", epoch=epoch)
                    return epoch != before
            except (Error, TimeoutError) as exc:
                log.warning("no leadership: the database does not answer", reason=type(exc).__name__)
                await self.leave()
            await asyncio.sleep(self._pulse)

    async def lost(self) -> None:
        try:
            while self._connection:
                await asyncio.sleep(self._pulse)
                async with asyncio.timeout(self._silence):
                    await self._connection.execute("SELECT 1")
        except (Error, TimeoutError):
            log.warning("this process does not lead any more", epoch=self.epoch)
        await self.leave()

    async def leave(self) -> None:
        self.leads = False
        if self._connection:
            await self._connection.close()
            self._connection = None

    def must_lead(self, connection: Connection, epoch: int) -> None:
        """Hold the epoch still until this transaction ends; raises LostLeadership when it is over."""
        if connection.execute(STILL_LEADS, {"epoch": epoch}).first() is None:
            raise LostLeadership

    async def _try(self) -> int | None:
        """Return the epoch of the leadership that this process got now, or None."""
        if self._connection is None:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
            await self._connection.execute(f"SET idle_session_timeout = {int(self._silence * 1000)}")
        async with asyncio.timeout(2 * self._silence + 10):  # a stopped leader may hold its epoch for a while
            got = await (await self._connection.execute(TRY)).fetchone()
            if not (got and got[0]):
                return None
            row = await (await self._connection.execute(TAKE, [self._me])).fetchone()
        assert row  # noqa: S101
        return int(row[0])


async def listen(conninfo: str, tell: Callable[[str], None]) -> None:
    """Hand every piece of news to ``tell``, until cancelled; an empty one when some may have been missed."""
    while True:
        try:
            async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
                await connection.execute(f"LISTEN {NEWS}")
                tell("")
                while True:
                    async for news in connection.notifies(timeout=PULSE):
                        tell(news.payload)
                    await connection.execute("SELECT 1")  # a dead connection would be silent for ever
        except (Error, OSError) as exc:
            log.warning("no news from other processes", reason=type(exc).__name__)
            await asyncio.sleep(PULSE)


_: type[Leadership] = OneOfSeveral
