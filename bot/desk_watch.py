"""Writes down how each desk is doing, so that every process can tell it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.clock import real_now
from bot.errors import LostLeadership, StoreUnavailable
from bot.health import desk_key
from bot.ports import Desk
from bot.pulse import Contact, Pulse
from bot.store import Store, pulses

LOOK = timedelta(seconds=15)
KEPT_EVERY = timedelta(minutes=1)

log = structlog.get_logger()


class DeskWatch:
    """Looks at the desks while this process leads; what is wrong the desks themselves have told."""

    def __init__(self, desks: Mapping[tuple[str, str], Desk], store: Store) -> None:
        self._desks, self._store = desks, store
        self._kept: dict[str, tuple[Pulse, datetime]] = {}

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except (StoreUnavailable, LostLeadership) as exc:
                log.warning("how the desks are doing was not kept", reason=type(exc).__name__)
            await asyncio.sleep(LOOK.total_seconds())

    async def look(self) -> None:
        """Write down what changed, and all of it now and then."""
        now, fresh = real_now(), dict[str, tuple[Pulse, datetime]]()
        for (name, workspace), desk in self._desks.items():
            before = self._kept.get(desk_key(name, workspace))
            pulse = _pulse(desk, before[0] if before else None, now)
            if before is None or pulse != before[0] or now - before[1] >= KEPT_EVERY:
                fresh[desk_key(name, workspace)] = (pulse, now)
        if fresh:
            await self._store.lead(lambda c: _keep(c, fresh))
            self._kept |= fresh


def _keep(connection: Connection, fresh: Mapping[str, tuple[Pulse, datetime]]) -> None:
    for key, (pulse, at) in fresh.items():
        pulses.keep(connection, key, pulse, at=at)


def _pulse(desk: Desk, before: Pulse | None, now: datetime) -> Pulse:
    contact = Contact.BLOCKED if desk.trouble else Contact.CONNECTED
    since = before.since if before and before.contact is contact else now
    return Pulse(contact=contact, since=since, trouble=desk.trouble)
