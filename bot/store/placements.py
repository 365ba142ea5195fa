"""Placements: where each card stands, and which version it shows there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from bot.store import tables
from bot.store.conversations import WORKING
from bot.store.once import InsertOnce
from bot.store.records import Placement, Waiting
from bot.store.statement import Statement
from knowledge.rulebook.values import DeskChannel

t = tables.placement

insert_placement = InsertOnce(t)
BY_ID = Statement(select(t).where(t.c.id == bindparam("id")))
OF_CONVERSATION = Statement(select(t).where(t.c.conversation_id == bindparam("conversation_id")).order_by(t.c.id))
c = tables.conversation
earlier = c.alias()
WAITS = and_(
    t.c.desk == bindparam("desk"),
    t.c.workspace == bindparam("workspace"),
    t.c.channel == bindparam("channel"),
    t.c.message == "",
    t.c.role != "past",
    t.c.id.not_in(bindparam("coming", expanding=True)),
    c.c.state.in_(WORKING),
)
NOT_THE_FIRST = exists().where(
    earlier.c.account == c.c.account, earlier.c.thread_id == c.c.thread_id, earlier.c.id < c.c.id
)
LATER_WAITING = (
    select(func.count(), func.min(c.c.opened_at))
    .join_from(t, c, c.c.id == t.c.conversation_id)
    .where(WAITS, t.c.id.not_in(bindparam("next", expanding=True)))
)
NEXT_WAITING = (
    select(t, c.c.urgent)
    .join_from(t, c, c.c.id == t.c.conversation_id)
    .where(WAITS)
    .order_by(c.c.urgent.desc(), NOT_THE_FIRST, c.c.due_at, t.c.id)
    .limit(bindparam("limit"))
)
ROUND = Statement(
    select(func.coalesce(func.max(t.c.round), 0)).where(t.c.conversation_id == bindparam("conversation_id"))
)
CHANGE = Statement(update(t).where(t.c.id == bindparam("which")))


def add(
    connection: Connection, *, conversation_id: int, desk: str, workspace: str, channel: str, role: str, round: int
) -> int | None:
    """Give a card a place; None when it has that place in this round."""
    values = {
        "conversation_id": conversation_id,
        "desk": desk,
        "workspace": workspace,
        "channel": channel,
        "role": role,
        "round": round,
        "message": "",
        "shown_version": 0,
    }
    return insert_placement(connection, values)


def get(connection: Connection, placement_id: int) -> Placement | None:
    row = BY_ID.first(connection, {"id": placement_id})
    return _record(row) if row else None


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[Placement]:
    return [_record(row) for row in OF_CONVERSATION.all(connection, {"conversation_id": conversation_id})]


def waiting(connection: Connection, channel: DeskChannel, *, room: int, coming: Collection[int] = ()) -> Waiting:
    """Return what was never shown in a channel and is not ``coming``: what there is room for, and how much more.

    The urgent go first, then what opened a thread, then what is due.
    """
    where = {"desk": channel.desk, "workspace": channel.workspace, "channel": channel.channel, "coming": list(coming)}
    rows = connection.execute(NEXT_WAITING, {**where, "limit": room}).all()
    later = connection.execute(LATER_WAITING, {**where, "next": [row.id for row in rows]}).one()
    return Waiting(next=[(_record(row), row.urgent) for row in rows], later=later[0], oldest=later[1])


def last_round(connection: Connection, conversation_id: int) -> int:
    """Return the newest round of cards of a conversation; 0 when it has none."""
    return int(ROUND.one(connection, {"conversation_id": conversation_id})[0])


def shown(connection: Connection, placement_id: int, *, message: str, version: int) -> None:
    CHANGE.run(connection, {"which": placement_id, "message": message, "shown_version": version})


def retire(connection: Connection, placement: Placement) -> None:
    """Shrink a card to a link: the conversation goes on elsewhere."""
    give_role(connection, placement, "past")


def give_role(connection: Connection, placement: Placement, role: str) -> None:
    CHANGE.run(connection, {"which": placement.id, "role": role})


def _record(row: Any) -> Placement:
    columns = row._asdict()
    columns.pop("urgent", None)
    return Placement(**columns)
