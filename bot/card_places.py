"""Where the cards of a conversation stand, and the work to show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.rules import department_of
from bot.store import jobs, placements
from bot.store.records import Conversation, Placement
from knowledge.rulebook.values import DeskChannel, Rulebook

OWNER, READER, PAST = "owner", "reader", "past"
NEW, UPDATE = 1, 2
FIRST = 1  # round
RELEASED: Mapping[str, Any] = {
    "holder": "",
    "held_since": None,
    "writing": False,
    "submitted_by": "",
    "submitted_at": None,
    "asked": "",
    "asked_until": None,
}  # columns of a conversation that nobody holds


def open_round(
    connection: Connection, opened: Conversation, rulebook: Rulebook, *, readers: Sequence[str], now: datetime
) -> None:
    """Give a conversation its cards: in the owner's channels, and in those that read along."""
    owners = _channels(rulebook, [opened.department])
    _add(connection, opened, owners, role=OWNER, number=FIRST, now=now)
    along = [channel for channel in _channels(rulebook, readers) if channel not in owners]
    _add(connection, opened, along, role=READER, number=FIRST, now=now)


def fresh_round(connection: Connection, reopened: Conversation, rulebook: Rulebook, *, now: datetime) -> None:
    """Shrink the old cards to links, and put a new one below in each place."""
    present = [place for place in placements.of_conversation(connection, reopened.id) if place.role != PAST]
    number = placements.last_round(connection, reopened.id) + 1
    for place in present:
        placements.retire(connection, place)
        _enqueue(connection, place.id, place, urgent=reopened.urgent, now=now, urgency=UPDATE)
        channel = DeskChannel(desk=place.desk, workspace=place.workspace, channel=place.channel)
        _add(connection, reopened, [channel], role=place.role, number=number, now=now)


def move(connection: Connection, forwarded: Conversation, rulebook: Rulebook, *, now: datetime) -> None:
    """Put the card in the new owner's channels; where it stood it becomes a link, or stays where both are."""
    owners = _channels(rulebook, [forwarded.department])
    present = [place for place in placements.of_conversation(connection, forwarded.id) if place.role != PAST]
    for place in present:
        channel = DeskChannel(desk=place.desk, workspace=place.workspace, channel=place.channel)
        if channel in owners:
            placements.give_role(connection, place, OWNER)
            owners = [other for other in owners if other != channel]
        elif place.role == OWNER:
            placements.retire(connection, place)
        _enqueue(connection, place.id, place, urgent=forwarded.urgent, now=now, urgency=UPDATE)
    number = placements.last_round(connection, forwarded.id) + 1
    _add(connection, forwarded, owners, role=OWNER, number=number, now=now)


def show(connection: Connection, conversation: Conversation, *, now: datetime) -> None:
    """Ask for every card of a conversation to be shown as it is now."""
    for place in placements.of_conversation(connection, conversation.id):
        if place.role != PAST:
            _enqueue(connection, place.id, place, urgent=conversation.urgent, now=now, urgency=UPDATE)


def let_in(connection: Connection, place: Placement, *, urgent: bool, now: datetime) -> None:
    """Ask for a card that waited for room in its channel."""
    _enqueue(connection, place.id, place, urgent=urgent, now=now, urgency=NEW)


def _channels(rulebook: Rulebook, departments: Iterable[str]) -> list[DeskChannel]:
    found: list[DeskChannel] = []
    for key in departments:
        department = department_of(rulebook, key)
        channels = department.channels or rulebook.departments[rulebook.catch_all].channels
        found += [channel for channel in channels if channel not in found]
    return found


def _add(
    connection: Connection,
    conversation: Conversation,
    channels: Iterable[DeskChannel],
    *,
    role: str,
    number: int,
    now: datetime,
) -> None:
    for channel in channels:
        added = placements.add(
            connection,
            conversation_id=conversation.id,
            desk=channel.desk,
            workspace=channel.workspace,
            channel=channel.channel,
            role=role,
            round=number,
        )
        if added:
            _enqueue(connection, added, channel, urgent=conversation.urgent, now=now, urgency=NEW)


def _enqueue(
    connection: Connection,
    placement_id: int,
    place: Placement | DeskChannel,
    *,
    urgent: bool,
    now: datetime,
    urgency: int,
) -> None:
    lane = f"show:{place.desk}:{place.workspace}"
    urgency = 0 if urgent else urgency
    jobs.enqueue(connection, "show", str(placement_id), at=now, lane=lane, urgency=urgency)


def add_elsewhere(
    connection: Connection, conversation: Conversation, channels: Iterable[DeskChannel], *, role: str, now: datetime
) -> None:
    """Put the card in other channels of its present round."""
    number = placements.last_round(connection, conversation.id)
    _add(connection, conversation, channels, role=role, number=number, now=now)
