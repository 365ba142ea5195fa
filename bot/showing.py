"""Shows cards on desks, says lines to colleagues, and fires the timers of conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import card_places, pinning
from bot.card import Draftsman
from bot.card_places import OWNER, PAST, RELEASED
from bot.clock import Clock
from bot.conversation import Action, State, step
from bot.crowd import Crowd, Turns, at, hold
from bot.deliver import nothing
from bot.errors import DeskAway, DeskShut, PlaceGone, ShowFailed
from bot.model import Card, Notice, Place, Shown
from bot.ports import Desk
from bot.rules import who
from bot.store import Store, audit, conversations, jobs, placements
from bot.store.records import Job, Placement
from bot.store.sentences import load, unload
from bot.together import Together
from bot.work import Again, Settle
from knowledge.rulebook.values import DeskChannel
from knowledge.sentence import Sentence, say

BALIE = "balie"

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Shower:
    """Does the jobs "show", "say" and "announce", and the timers "claim", "remind", "asked" and "pin"."""

    store: Store
    draftsman: Draftsman
    desks: Mapping[tuple[str, str], Desk]  # by name and workspace
    clock: Clock
    turns: Turns = field(default_factory=Turns)
    _drawn: Together[int, tuple[Placement, Card] | None] = field(init=False)

    def __post_init__(self) -> None:
        self._drawn = Together(self._draw)

    @property
    def crowd(self) -> Crowd:
        return Crowd(store=self.store, desks=self.desks, clock=self.clock, turns=self.turns)

    async def show(self, job: Job) -> Settle:
        """Show a card as it is now; once more when it changed meanwhile."""
        now = self.clock.now()
        found = await self._drawn(int(job.subject))
        if found is None:
            return nothing
        placement, card = found
        desk = self.desks.get((placement.desk, placement.workspace))
        if desk is None:
            log.warning("no such desk", desk=placement.desk, workspace=placement.workspace)
            return nothing
        shown = Shown(message=placement.message, version=placement.shown_version) if placement.message else None
        fresh = shown is None and placement.role != PAST
        if fresh and card.state not in conversations.WORKING:
            return nothing  # it was over before anybody saw it here
        if fresh and not self.crowd.lets_in(desk, placement, urgent=card.route.urgent):
            return lambda c: hold(c, placement, clock=self.clock)
        try:
            after = await desk.show(card, _place(placement), shown)
        except PlaceGone:
            return lambda c: self._elsewhere(c, placement, now)
        except DeskShut as exc:
            later = Again(after=exc.after)
            return lambda c: self._meanwhile(c, placement, later, now)
        except ShowFailed as exc:
            again = Again(after=exc.after, pause=isinstance(exc, DeskAway))
            return lambda _: again
        self.turns.shown(at(placement), placement.id)
        return lambda c: _settle_shown(c, placement, after)

    async def say(self, job: Job) -> Settle:
        """Say a line under the cards of a conversation."""
        conversation_id = int(job.subject.split(".")[0])
        sentence = load(job.payload["sentence"])
        places = await self.store.read(lambda c: placements.of_conversation(c, conversation_id))
        for place in places:
            desk = self.desks.get((place.desk, place.workspace))
            if desk and sentence and place.role == OWNER:
                under = Shown(message=place.message, version=place.shown_version) if place.message else None
                try:
                    await desk.say(_place(place), Notice(text=sentence), under=under)
                except PlaceGone:
                    log.warning("no such channel", desk=place.desk, channel=place.channel)
                except ShowFailed as exc:
                    wait = exc.after
                    return lambda _: Again(after=wait)
        return nothing

    async def announce(self, job: Job) -> Settle:
        """Tell the coordinator something, in the channels of the catch-all; a desk that is away hears it later."""
        sentence = load(job.payload["sentence"])
        rulebook = self.draftsman.rules.rulebook
        away = None
        for channel in rulebook.departments[rulebook.catch_all].channels:
            desk = self.desks.get((channel.desk, channel.workspace))
            if desk and sentence:
                try:
                    await desk.say(Place(channel=channel), Notice(text=sentence, urgent=True))
                except DeskAway as exc:
                    away = Again(after=exc.after)
                except ShowFailed:
                    log.error("the coordinator was not told", desk=channel.desk, channel=channel.channel)
        return lambda _: away

    async def claim(self, job: Job) -> Settle:
        """A claim ends: whoever holds the conversation does not any more."""
        return lambda c: self._claim_ends(c, job)

    async def remind(self, job: Job) -> Settle:
        return lambda c: self._remind(c, int(job.subject))

    async def pin(self, job: Job) -> Settle:
        """A key message begins or ends: the cards of its topic are shown again."""
        return lambda c: pinning.redraw(c, job, now=self.clock.now())

    async def asked(self, job: Job) -> Settle:
        return lambda c: self._asked(c, int(job.subject))

    def _claim_ends(self, connection: Connection, job: Job) -> Again | None:
        conversation_id = int(job.subject)
        held = conversations.lock(connection, conversation_id)
        if held is None or held.state is not State.CLAIMED or not jobs.stands(connection, job.id):
            return None  # answered, or a fresh claim has set a timer of its own
        self._change(connection, conversation_id, Action.CLAIM_EXPIRED, **RELEASED)
        audit.record(
            connection,
            conversation_id=conversation_id,
            at=self.clock.now(),
            action=Action.CLAIM_EXPIRED,
            object=f"conversation {conversation_id}",
            result="ok",
            origin=BALIE,
            actor=BALIE,
            details={"holder": held.holder},
        )
        return None

    def _remind(self, connection: Connection, conversation_id: int) -> Again | None:
        found = conversations.get(connection, conversation_id)
        if found is None or found.remind_at is None:
            return None
        name = who(self.draftsman.rules.rulebook, found.remind_by)
        if found.state in (State.OPEN, State.CLAIMED, State.SUBMITTED):
            self._say(connection, conversation_id, say("Reminder for %(name)s.", name=name.name if name else ""))
        self._change(connection, conversation_id, None, remind_at=None, remind_by="")
        return None

    def _asked(self, connection: Connection, conversation_id: int) -> Again | None:
        found = conversations.get(connection, conversation_id)
        if found is None or not found.asked or found.state is not State.CLAIMED:
            return None
        rulebook = self.draftsman.rules.rulebook
        asked, holder = who(rulebook, found.asked), who(rulebook, found.holder)
        line = say(
            "%(asked)s, do you have an answer for %(name)s yet?",
            asked=asked.name if asked else "",
            name=holder.name if holder else "",
        )
        self._say(connection, conversation_id, line)
        return None

    def _change(self, connection: Connection, conversation_id: int, action: Action | None, **columns: object) -> None:
        now = self.clock.now()
        locked = conversations.lock(connection, conversation_id)
        assert locked  # noqa: S101
        if action:
            columns["state"] = step(locked.state, action)
        after = conversations.change(connection, locked, at=now, by=BALIE, action=action or "reminded", **columns)
        card_places.show(connection, after, now=now)

    def _say(self, connection: Connection, conversation_id: int, sentence: Sentence) -> None:
        now = self.clock.now()
        subject = f"{conversation_id}.{now.timestamp()}"
        jobs.enqueue(connection, "say", subject, at=now, payload={"sentence": unload(sentence)})

    async def _draw(self, placement_ids: Sequence[int]) -> Sequence[tuple[Placement, Card] | None]:
        now = self.clock.now()
        return await self.store.read(lambda c: [self._card(c, each, now) for each in placement_ids])

    def _card(self, connection: Connection, placement_id: int, now: datetime) -> tuple[Placement, Card] | None:
        placement = placements.get(connection, placement_id)
        conversation = conversations.get(connection, placement.conversation_id) if placement else None
        if placement is None or conversation is None:
            return None
        return placement, self.draftsman.draw(connection, conversation, now=now)

    def _elsewhere(self, connection: Connection, placement: Placement, now: datetime) -> Again | None:
        """A channel is gone: the card goes to the catch-all's channels, with a word about it."""
        if placement.role == PAST:
            return None  # only a link stood there
        rulebook = self.draftsman.rules.rulebook
        catch_all = rulebook.departments[rulebook.catch_all]
        lost = DeskChannel(desk=placement.desk, workspace=placement.workspace, channel=placement.channel)
        if lost in catch_all.channels:
            log.error("the catch-all channel is gone", desk=lost.desk, channel=lost.channel)
            return Again(after=timedelta(minutes=5))
        conversation = conversations.lock(connection, placement.conversation_id)
        assert conversation  # noqa: S101
        placements.retire(connection, placement)
        card_places.add_elsewhere(connection, conversation, catch_all.channels, role=placement.role, now=now)
        line = say(
            "%(desk)s has no channel %(channel)s (any more). Its messages come here.",
            desk=lost.desk,
            channel=lost.channel,
        )
        self._say(connection, conversation.id, line)
        return None

    def _meanwhile(self, connection: Connection, placement: Placement, later: Again, now: datetime) -> Again:
        """A desk is shut: its new cards stand meanwhile in the channels of the catch-all on other desks."""
        rulebook = self.draftsman.rules.rulebook
        other = [
            channel
            for channel in rulebook.departments[rulebook.catch_all].channels
            if (channel.desk, channel.workspace) != (placement.desk, placement.workspace)
        ]
        conversation = conversations.lock(connection, placement.conversation_id)
        if other and conversation and not placement.message and placement.role != PAST:
            card_places.add_elsewhere(connection, conversation, other, role=placement.role, now=now)
        return later


def _settle_shown(connection: Connection, placement: Placement, after: Shown) -> Again | None:
    conversation = conversations.lock(
        connection, placement.conversation_id
    )  # no change may slip in before the job ends
    placements.shown(connection, placement.id, message=after.message, version=after.version)
    newer = conversation is not None and conversation.version > after.version and placement.role != PAST
    return Again() if newer else None


def _place(placement: Placement) -> Place:
    return Place(channel=at(placement), role=placement.role)


def announce(connection: Connection, subject: str, sentence: Sentence, *, now: datetime) -> None:
    """Have the coordinator told; the same ``subject`` is told once until it was said."""
    jobs.enqueue(connection, "announce", subject, at=now, urgency=0, payload={"sentence": unload(sentence)})
