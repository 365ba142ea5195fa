"""Flights of the canary: the last test message to each account, how it is recognised and when it arrived."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.model import Mention
from bot.store import jobs, small, tables

KIND = "canary"  # of the job, and under which name the last flight is kept
MARK = re.compile(r"balie-[0-9a-f]{16}")
ALL = select(tables.kept.c.account, tables.kept.c.value).where(tables.kept.c.name == bindparam("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A test message; times are real."""

    mark: str
    sent: datetime
    arrived: datetime | None = None
    whole: bool = True  # over the platform itself; False: from our own door on
    late: bool = False  # it was not there in time, and that was told
    message: str = ""  # that carries the card, and is used again
    version: int = 0

    @property
    def took(self) -> timedelta | None:
        return self.arrived - self.sent if self.arrived else None


def mark_of(authors: Mapping[str, str], mention: Mention) -> str:
    """Return the mark of a test message; empty when it is a citizen who speaks."""
    if authors.get(mention.account, "").casefold() != mention.author.casefold():
        return ""
    found = MARK.search(mention.text)
    return found.group() if found else ""


def arrive(connection: Connection, account: str, mark: str, *, now: datetime) -> None:
    """Have the card of a test message shown."""
    jobs.enqueue(connection, KIND, account, at=now, urgency=0, payload={"mark": mark})


def last(connection: Connection, account: str) -> Flight | None:
    kept = small.recall(connection, account, KIND)
    return _read(kept) if kept else None


def every(connection: Connection) -> Mapping[str, Flight]:
    """Return the last flight to each account."""
    return {row.account: _read(row.value) for row in connection.execute(ALL, {"name": KIND})}


def keep(connection: Connection, account: str, flight: Flight) -> None:
    kept = {
        "mark": flight.mark,
        "sent": flight.sent.isoformat(),
        "arrived": flight.arrived.isoformat() if flight.arrived else None,
        "whole": flight.whole,
        "late": flight.late,
        "message": flight.message,
        "version": flight.version,
    }
    small.keep(connection, account, KIND, json.dumps(kept), at=flight.sent)


def _read(kept: str) -> Flight:
    values = json.loads(kept)
    return Flight(
        mark=values["mark"],
        sent=datetime.fromisoformat(values["sent"]),
        arrived=datetime.fromisoformat(values["arrived"]) if values["arrived"] else None,
        whole=values["whole"],
        late=values["late"],
        message=values["message"],
        version=values["version"],
    )
