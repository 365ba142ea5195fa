"""What waits, and what asks for a person: questions for the health page and the metrics, cheap enough to ask often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select

from bot import reply
from bot.store import tables

j, p, r, c = tables.job, tables.placement, tables.reply, tables.conversation
SOON = timedelta(minutes=1)  # a card that is not shown by then is worth a word
TRIED = 5  # a card that was tried so often too, however short ago the last time was
FAILING = 10  # tries; work that failed so often keeps failing
MOST = 1000  # of what is stuck, so many are looked at

WAITING = (
    select(
        j.c.kind,
        j.c.lane,
        func.count().filter(j.c.run_at <= bindparam("now")).label("due"),
        func.count().label("all"),
        func.min(j.c.run_at).label("oldest"),
    )
    .group_by(j.c.kind, j.c.lane)
    .order_by(j.c.kind, j.c.lane)
)
DOUBTFUL = (
    select(r.c.conversation_id, r.c.department, r.c.state, r.c.account, r.c.approved_at)
    .where(r.c.state.in_((reply.State.UNSURE, reply.State.BLOCKED)))
    .order_by(r.c.approved_at)
)
STUCK = (
    select(j.c.kind, j.c.subject, j.c.attempts)
    .where(
        or_(
            (j.c.kind == "show") & or_(j.c.run_at <= bindparam("soon"), j.c.attempts >= TRIED),
            (j.c.kind != "show") & (j.c.attempts >= FAILING),
        )
    )
    .order_by(j.c.run_at)
    .limit(MOST)
)
PLACES = (
    select(p.c.id, p.c.conversation_id, p.c.message, c.c.department, c.c.opened_at, c.c.changed_at)
    .join(c, c.c.id == p.c.conversation_id)
    .where(p.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(p.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The jobs of one kind in one lane."""

    kind: str
    lane: str
    due: int  # to be done now
    all: int  # with the timers of later
    oldest: datetime | None  # since when the first of those that are due waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A reply that is unsure or blocked."""

    conversation_id: int
    department: str
    account: str
    state: reply.State
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotShown:
    """A card that stands nowhere yet, or shows old news."""

    conversation_id: int
    department: str
    since: datetime
    old: bool  # it stands there, as it was before


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Work that failed again and again."""

    kind: str
    subject: str
    attempts: int


def waiting(connection: Connection, *, now: datetime) -> Sequence[Waiting]:
    rows = connection.execute(WAITING, {"now": now})
    return [
        Waiting(kind=row.kind, lane=row.lane, due=row.due, all=row.all, oldest=row.oldest if row.due else None)
        for row in rows
    ]


def doubtful(connection: Connection) -> Sequence[Doubtful]:
    """Return the replies that wait for a person or for an account, oldest first."""
    return [
        Doubtful(
            conversation_id=row.conversation_id,
            department=row.department,
            account=row.account,
            state=reply.State(row.state),
            since=row.approved_at,
        )
        for row in connection.execute(DOUBTFUL)
    ]


def stuck(connection: Connection, *, now: datetime) -> tuple[Sequence[NotShown], Sequence[Failing]]:
    """Return the cards that should have been shown by now, and the other work that keeps failing."""
    rows = connection.execute(STUCK, {"soon": now - SOON}).all()
    ids = [int(row.subject) for row in rows if row.kind == "show"]
    found = connection.execute(PLACES, {"ids": ids}).all() if ids else []
    cards = [
        NotShown(
            conversation_id=row.conversation_id,
            department=row.department,
            since=row.changed_at if row.message else row.opened_at,
            old=bool(row.message),
        )
        for row in found
    ]
    rest = [Failing(kind=row.kind, subject=row.subject, attempts=row.attempts) for row in rows if row.kind != "show"]
    return cards, rest
