"""Conversations: one row each, changed only through ``change``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from bot.conversation import State
from bot.model import CloseReason, Visibility
from bot.store import tables
from bot.store.engine import changed
from bot.store.records import Conversation
from bot.store.statement import Statement

t = tables.conversation
p = tables.placement
LARGEST = 2**31 - 1  # the largest number that PostgreSQL gives out, and takes
WORKING = (State.OPEN, State.CLAIMED, State.SUBMITTED, State.APPROVED)

ONE = select(t).where(t.c.id == bindparam("id"))
BY_ID = Statement(ONE)
LOCKED = Statement(ONE.with_for_update())  # the first thing a write does on PostgreSQL; SQLite has one writer anyway
BY_THREAD = Statement(
    select(t).where(
        t.c.account == bindparam("account"),
        t.c.thread_id == bindparam("thread_id"),
        t.c.author_id == bindparam("author_id"),
    )
)
INSERT = Statement(insert(t).returning(t))
CHANGE = Statement(update(t).where(t.c.id == bindparam("which"), t.c.version == bindparam("seen")))
CONTACTS_BEFORE = Statement(
    select(func.count()).where(
        t.c.account == bindparam("account"), t.c.author_id == bindparam("author_id"), t.c.id < bindparam("id")
    )
)
IN_CHANNEL = (
    select(t, p.c.id.label("placement_id"))
    .join(p, p.c.conversation_id == t.c.id)
    .where(
        p.c.desk == bindparam("desk"),
        p.c.workspace == bindparam("workspace"),
        p.c.channel == bindparam("channel"),
        p.c.role != "past",
    )
    .order_by(p.c.id.desc())
    .limit(bindparam("limit"))
)
COUNTS = (
    select(
        t.c.department,
        func.count().filter(t.c.state == State.OPEN),
        func.count().filter(t.c.holder == bindparam("member")),
        func.count().filter(and_(t.c.due_at < bindparam("now"), t.c.state != State.APPROVED)),
    )
    .where(t.c.state.in_(WORKING))
    .group_by(t.c.department)
)
OF_MEMBER = (
    select(t)
    .where(
        t.c.state.in_(WORKING),
        or_(
            t.c.holder == bindparam("member"),
            t.c.asked == bindparam("member"),
            t.c.remind_by == bindparam("member"),
            and_(t.c.state == State.SUBMITTED, t.c.department.in_(bindparam("approves", expanding=True))),
        ),
    )
    .order_by(t.c.due_at)
    .limit(bindparam("limit"))
)

TO_DO = (
    select(t)
    .where(
        t.c.department.in_(bindparam("departments", expanding=True)),
        t.c.state.in_(bindparam("states", expanding=True)),
        or_(t.c.due_at < bindparam("due_before"), bindparam("due_before", type_=t.c.due_at.type).is_(None)),
    )
    .order_by(t.c.due_at.is_(None), t.c.due_at, t.c.id)
    .limit(bindparam("limit"))
)
PRIVATE = (
    select(t.c.id)
    .where(
        t.c.account == bindparam("account"),
        t.c.author_id == bindparam("author_id"),
        t.c.visibility == Visibility.PRIVATE,
    )
    .limit(1)
)


def get(connection: Connection, conversation_id: int) -> Conversation | None:
    return _one(connection, BY_ID, conversation_id)


def lock(connection: Connection, conversation_id: int) -> Conversation | None:
    """Return a conversation that nobody else changes until this transaction ends."""
    return _one(connection, LOCKED, conversation_id)


def possible(conversation_id: int) -> bool:
    """Tell whether there can be such a number: people and programs may ask for any."""
    return 0 < conversation_id <= LARGEST


def of_thread(connection: Connection, *, account: str, thread_id: str, author_id: str) -> Conversation | None:
    row = BY_THREAD.first(connection, {"account": account, "thread_id": thread_id, "author_id": author_id})
    return _record(row) if row else None


def add(connection: Connection, **columns: Any) -> Conversation:
    """Open a conversation; the columns not given have the table's defaults."""
    added = _record(INSERT.one(connection, columns))
    changed(connection, added.id)
    return added


def change(
    connection: Connection, conversation: Conversation, *, at: datetime, by: str, action: str, **columns: Any
) -> Conversation:
    """Store new columns under the next version; the caller holds the conversation as ``lock`` gave it."""
    columns |= {"changed_at": at, "changed_by": by, "last_action": action, "version": conversation.version + 1}
    if CHANGE.run(connection, {**columns, "which": conversation.id, "seen": conversation.version}) != 1:
        raise AssertionError(f"conversation {conversation.id} changed under its lock")
    changed(connection, conversation.id)
    return replace(conversation, **columns)


def contacts_before(connection: Connection, conversation: Conversation) -> int:
    """Count the earlier conversations with the same citizen on this account."""
    values = {"account": conversation.account, "author_id": conversation.author_id, "id": conversation.id}
    return int(CONTACTS_BEFORE.one(connection, values)[0])


def wrote_privately(connection: Connection, *, account: str, author_id: str) -> bool:
    """Tell whether this citizen ever wrote to this account in private."""
    return connection.execute(PRIVATE, {"account": account, "author_id": author_id}).first() is not None


def in_channel(
    connection: Connection, *, desk: str, workspace: str, channel: str, limit: int
) -> Sequence[Conversation]:
    """Return the newest cards of one desk channel, oldest first."""
    values = {"desk": desk, "workspace": workspace, "channel": channel, "limit": limit}
    return [_record(row) for row in reversed(connection.execute(IN_CHANNEL, values).all())]


def of_member(
    connection: Connection, *, member: str, approves: Sequence[str], limit: int = 100
) -> Sequence[Conversation]:
    """Return what a member holds, was asked, set aside, or may approve."""
    values = {"member": member, "approves": list(approves), "limit": limit}
    return [_record(row) for row in connection.execute(OF_MEMBER, values)]


def to_do(
    connection: Connection,
    *,
    departments: Sequence[str],
    states: Sequence[State],
    due_before: datetime | None = None,
    limit: int = 100,
) -> Sequence[Conversation]:
    """Return what departments have to do in some states, what is due first first."""
    values = {"departments": list(departments), "states": list(states), "due_before": due_before, "limit": limit}
    return [_record(row) for row in connection.execute(TO_DO, values)]


def counts(connection: Connection, *, member: str, now: datetime) -> dict[str, tuple[int, int, int]]:
    """Return for each department: open, held by the member, late."""
    rows = connection.execute(COUNTS, {"member": member, "now": now})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _one(connection: Connection, statement: Statement, conversation_id: int) -> Conversation | None:
    if not possible(conversation_id):
        return None
    row = statement.first(connection, {"id": conversation_id})
    return _record(row) if row else None


def _record(row: Any) -> Conversation:
    columns = row._asdict()
    columns.pop("placement_id", None)
    columns["state"] = State(columns["state"])
    columns["visibility"] = Visibility(columns["visibility"])
    columns["close_reason"] = CloseReason(columns["close_reason"]) if columns["close_reason"] else None
    return Conversation(**columns)
