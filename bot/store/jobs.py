"""Jobs: durable work, taken by one worker at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from bot.store import tables
from bot.store.engine import enqueued
from bot.store.once import InsertOnce
from bot.store.records import Job
from bot.store.statement import Statement

t = tables.job

insert_job = InsertOnce(t)
FREE = or_(t.c.taken_until.is_(None), t.c.taken_until < bindparam("real_now"))
DUE = Statement(
    select(t)
    .where(
        t.c.run_at <= bindparam("now"),
        FREE,
        t.c.id.not_in(bindparam("in_flight", expanding=True)),
        t.c.lane.not_in(bindparam("closed_lanes", expanding=True)),
    )
    .order_by(t.c.urgency, t.c.run_at, t.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # PostgreSQL: what a click cancels at this moment is left alone
)
TAKE = Statement(
    update(t)
    .where(t.c.id.in_(bindparam("ids", expanding=True)))
    .values(taken_until=bindparam("until"), attempts=t.c.attempts + 1)
)
EARLIEST = Statement(
    select(func.min(t.c.run_at)).where(
        FREE,
        t.c.id.not_in(bindparam("in_flight", expanding=True)),
        t.c.lane.not_in(bindparam("closed_lanes", expanding=True)),
    )
)
OLDEST = Statement(select(func.min(t.c.run_at), func.count()).where(t.c.run_at <= bindparam("now")))
STANDS = Statement(select(t.c.id).where(t.c.id == bindparam("id")))
CHANGE = Statement(update(t).where(t.c.id == bindparam("which")))
FINISH = Statement(delete(t).where(t.c.id == bindparam("id")))
CANCEL = Statement(delete(t).where(t.c.kind == bindparam("kind"), t.c.subject == bindparam("subject")))


def enqueue(
    connection: Connection,
    kind: str,
    subject: str,
    *,
    at: datetime,
    lane: str = "",
    urgency: int = 1,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Ask for work; one row per kind and subject, so asking twice is asking once."""
    values = {
        "kind": kind,
        "subject": subject,
        "lane": lane,
        "urgency": urgency,
        "run_at": at,
        "attempts": 0,
        "payload": dict(payload or {}),
    }
    insert_job(connection, values)
    enqueued(connection)


def reschedule(connection: Connection, kind: str, subject: str, *, at: datetime, lane: str = "") -> None:
    """Set a timer anew: an earlier one for the same subject goes."""
    cancel(connection, kind, subject)
    enqueue(connection, kind, subject, at=at, lane=lane)


def cancel(connection: Connection, kind: str, subject: str) -> None:
    CANCEL.run(connection, {"kind": kind, "subject": subject})


def take(
    connection: Connection,
    *,
    now: datetime,
    real_now: datetime,
    until: datetime,
    in_flight: Collection[int],
    closed_lanes: Collection[str],
    limit: int,
    room: Callable[[str], int],
) -> Sequence[Job]:
    """Lease what is due, most urgent first. ``in_flight`` is what this process works on already.

    ``room`` tells how many more jobs a lane may have in flight.
    """
    values = {
        "now": now,
        "real_now": real_now,
        "in_flight": list(in_flight),
        "closed_lanes": list(closed_lanes),
        "limit": limit,
    }
    due, lanes = [], Counter[str]()
    for job in map(_record, DUE.all(connection, values)):
        if lanes[job.lane] < room(job.lane):
            lanes[job.lane] += 1
            due.append(job)
    if due:
        TAKE.run(connection, {"ids": [job.id for job in due], "until": until})
    return due


def earliest(
    connection: Connection, *, real_now: datetime, in_flight: Collection[int], closed_lanes: Collection[str]
) -> datetime | None:
    """Return when the first job that could be taken is due; None when there is none."""
    values = {"real_now": real_now, "in_flight": list(in_flight), "closed_lanes": list(closed_lanes)}
    found = EARLIEST.scalar(connection, values)
    return found if isinstance(found, datetime) else None


def stands(connection: Connection, job_id: int) -> bool:
    """Tell whether a job is still asked for: a timer that was set anew is another job."""
    return STANDS.first(connection, {"id": job_id}) is not None


def finish(connection: Connection, job_id: int) -> None:
    FINISH.run(connection, {"id": job_id})


def again(connection: Connection, job_id: int, *, at: datetime, attempts: int | None = None) -> None:
    """Give a job back, to run at ``at``."""
    values: dict[str, Any] = {"run_at": at, "taken_until": None}
    if attempts is not None:
        values["attempts"] = attempts
    CHANGE.run(connection, {**values, "which": job_id})
    enqueued(connection)


def release_all(connection: Connection) -> None:
    """After a restart nobody works on anything."""
    connection.execute(update(t).values(taken_until=None))
    enqueued(connection)


def waiting(connection: Connection, *, now: datetime) -> tuple[datetime | None, int]:
    """Return since when the oldest due job waits, and how many are due."""
    row = OLDEST.one(connection, {"now": now})
    return row[0], row[1]


def _record(row: Any) -> Job:
    columns = row._asdict()
    del columns["taken_until"]
    return Job(**columns)
