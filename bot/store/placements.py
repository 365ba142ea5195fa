"""Placements: where each card stands, and which version it shows there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.store import tables
from bot.store.once import InsertOnce
from bot.store.records import Placement

t = tables.placement

insert_placement = InsertOnce(t)
BY_ID = select(t).where(t.c.id == bindparam("id"))
OF_CONVERSATION = select(t).where(t.c.conversation_id == bindparam("conversation_id")).order_by(t.c.id)
ROUND = select(func.coalesce(func.max(t.c.round), 0)).where(t.c.conversation_id == bindparam("conversation_id"))


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
    row = connection.execute(BY_ID, {"id": placement_id}).first()
    return _record(row) if row else None


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[Placement]:
    return [_record(row) for row in connection.execute(OF_CONVERSATION, {"conversation_id": conversation_id})]


def last_round(connection: Connection, conversation_id: int) -> int:
    """Return the newest round of cards of a conversation; 0 when it has none."""
    return int(connection.execute(ROUND, {"conversation_id": conversation_id}).scalar_one())


def shown(connection: Connection, placement_id: int, *, message: str, version: int) -> None:
    connection.execute(update(t).where(t.c.id == placement_id).values(message=message, shown_version=version))


def retire(connection: Connection, placement: Placement) -> None:
    """Shrink a card to a link: the conversation goes on elsewhere."""
    connection.execute(update(t).where(t.c.id == placement.id).values(role="past"))


def give_role(connection: Connection, placement: Placement, role: str) -> None:
    connection.execute(update(t).where(t.c.id == placement.id).values(role=role))


def _record(row: Row[Any]) -> Placement:
    return Placement(**row._mapping)
