"""Pulses: what the leader last saw of each connection, kept so that every process can tell it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.pulse import Contact, Pulse, Seen
from bot.store import small, tables
from bot.store.sentences import load, unload

NAME, SEEN = "pulse", "seen"
t = tables.kept

ALL = select(t.c.account, t.c.value, t.c.at).where(t.c.name == bindparam("name"))


def keep(connection: Connection, key: str, pulse: Pulse, *, at: datetime) -> None:
    """Keep how an account or desk is doing; ``at`` is real time."""
    kept = {
        "contact": pulse.contact,
        "since": pulse.since.isoformat(),
        "heard": pulse.heard.isoformat() if pulse.heard else None,
        "trouble": unload(pulse.trouble),
    }
    small.keep(connection, key, NAME, json.dumps(kept), at=at)


def recall(connection: Connection, key: str) -> Pulse | None:
    kept = small.recall(connection, key, NAME)
    return _read(kept) if kept else None


def every(connection: Connection) -> Mapping[str, tuple[Pulse, datetime]]:
    """Return how each connection was doing, and when the leader looked."""
    return {row.account: (_read(row.value), row.at) for row in connection.execute(ALL, {"name": NAME})}


def saw(connection: Connection, key: str, *, at: datetime, lag: timedelta) -> None:
    """Note that a citizen was heard."""
    small.keep(connection, key, SEEN, str(max(timedelta(0), lag).total_seconds()), at=at)


def seen(connection: Connection) -> Mapping[str, Seen]:
    """Return when a citizen was last heard, by account."""
    rows = connection.execute(ALL, {"name": SEEN})
    return {row.account: Seen(at=row.at, lag=timedelta(seconds=float(row.value))) for row in rows}


def _read(kept: str) -> Pulse:
    values = json.loads(kept)
    return Pulse(
        contact=Contact(values["contact"]),
        since=datetime.fromisoformat(values["since"]),
        heard=_moment(values["heard"]),
        trouble=load(values["trouble"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
