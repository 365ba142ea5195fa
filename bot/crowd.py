"""Keeps a channel readable when much comes at once: some cards wait, and one line there says how many."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot import card_places
from bot.clock import Clock
from bot.errors import PlaceGone, ShowFailed
from bot.model import Notice, Place, Shown
from bot.ports import Desk
from bot.store import Store, jobs, placements, small
from bot.store.records import Job, Placement, Waiting
from bot.work import Again, Settle
from knowledge.rulebook.values import DeskChannel
from knowledge.sentence import Sentence, say

MINUTE = 60.0  # seconds
GRANT = 3600.0  # seconds after which a card that had its turn and was not tried again loses it
EVERY = timedelta(seconds=20)  # between two looks at what waits
DIGEST = "digest"  # the job, and under which name the memory keeps the message of its line

log = structlog.get_logger()


class Turns:
    """Whose turn it is in each channel: so many new cards a minute; in the leader's memory, in real time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._given: dict[DeskChannel, dict[int, float]] = defaultdict(dict)  # not shown yet; when it was last tried
        self._shown: dict[DeskChannel, dict[int, float]] = defaultdict(dict)
        self.crowded: set[DeskChannel] = set()  # here, who comes waits behind those who came before

    def room(self, channel: DeskChannel, most: int) -> int:
        now = self._now()
        self._shown[channel] = {card: at for card, at in self._shown[channel].items() if at > now - MINUTE}
        self._given[channel] = {card: at for card, at in self._given[channel].items() if at > now - GRANT}
        return max(0, most - len(self._shown[channel]) - len(self._given[channel]))

    def has(self, channel: DeskChannel, placement_id: int) -> bool:
        return placement_id in self._given[channel]

    def coming(self, channel: DeskChannel) -> Collection[int]:
        """Return the placements that do not wait: it is their turn, or it was a moment ago."""
        return [*self._given[channel], *self._shown[channel]]

    def give(self, channel: DeskChannel, placement_id: int) -> None:
        self._given[channel][placement_id] = self._now()

    def shown(self, channel: DeskChannel, placement_id: int) -> None:
        if self._given[channel].pop(placement_id, None) is not None:
            self._shown[channel][placement_id] = self._now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Does the job "digest": one for each channel in which cards wait."""

    store: Store
    desks: Mapping[tuple[str, str], Desk]
    clock: Clock
    turns: Turns

    def lets_in(self, desk: Desk, placement: Placement, *, urgent: bool) -> bool:
        """Tell whether it is the turn of a new card; if not, ``hold`` it."""
        channel, most = at(placement), desk.cards_a_minute
        if not most:
            return True
        crowded = channel in self.turns.crowded or not self.turns.room(channel, most)
        if crowded and not urgent and not self.turns.has(channel, placement.id):
            self.turns.crowded.add(channel)
            return False
        self.turns.give(channel, placement.id)
        return True

    async def digest(self, job: Job) -> Settle:
        """Give as many cards their turn as there is room for, and say how many wait after them."""
        channel = DeskChannel(**job.payload)
        desk = self.desks.get((channel.desk, channel.workspace))
        if desk is None:
            log.warning("no such desk", desk=channel.desk, workspace=channel.workspace)
            return lambda _: None
        room, coming = self.turns.room(channel, desk.cards_a_minute), self.turns.coming(channel)
        waiting = await self.store.read(lambda c: placements.waiting(c, channel, room=room, coming=coming))
        line = await self.store.read(lambda c: small.recall(c, DIGEST, job.subject)) or ""
        if waiting.later or line:
            shown = Shown(message=line, version=0) if line else None
            try:
                line = (await desk.say(Place(channel=channel), Notice(text=_line(waiting)), instead=shown)).message
            except PlaceGone:
                log.warning("no such channel", desk=channel.desk, channel=channel.channel)  # its cards go elsewhere
            except ShowFailed as exc:
                wait = exc.after
                return lambda _: Again(after=wait)
        for placement, _ in waiting.next:
            self.turns.give(channel, placement.id)
        return lambda c: self._go_on(c, job, waiting, line=line if waiting.later else "")

    def _go_on(self, connection: Connection, job: Job, waiting: Waiting, *, line: str) -> Again | None:
        now, channel = self.clock.now(), DeskChannel(**job.payload)
        for placement, urgent in waiting.next:
            card_places.let_in(connection, placement, urgent=urgent, now=now)
        small.keep(connection, DIGEST, job.subject, line, at=now)
        if placements.waiting(connection, channel, room=1).next:
            return Again(after=EVERY)
        self.turns.crowded.discard(channel)
        return None


def hold(connection: Connection, placement: Placement, *, clock: Clock) -> None:
    """Let a card wait, and have the line in its channel tell that it does."""
    channel = at(placement)
    payload = {"desk": channel.desk, "workspace": channel.workspace, "channel": channel.channel}
    jobs.enqueue(connection, DIGEST, " ".join(payload.values()), at=clock.now(), urgency=0, payload=payload)


def at(placement: Placement) -> DeskChannel:
    return DeskChannel(desk=placement.desk, workspace=placement.workspace, channel=placement.channel)


def _line(waiting: Waiting) -> Sentence:
    if not waiting.later:
        return say("All messages stand here again.")
    if waiting.later == 1:
        return say("1 more message waits, since %(at)s. Its card comes here when there is room.", at=waiting.oldest)
    return say(
        "%(count)s more messages wait, the oldest since %(at)s. Their cards come here when there is room.",
        count=waiting.later,
        at=waiting.oldest,
    )
