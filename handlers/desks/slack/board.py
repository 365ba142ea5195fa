"""The cards and lines in the channels of one workspace, at the pace that Slack allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog

from bot.card_places import OWNER, PAST
from bot.errors import ShowFailed
from bot.model import Card, Notice, Place, Shown
from handlers.desks.slack.blocks import Json, escaped, lines, rich, run
from handlers.desks.slack.calls import Calls, MessageGone, NoAnswer
from handlers.desks.slack.card import let_go, row, to_message, to_past
from handlers.desks.slack.links import Links
from handlers.desks.slack.slots import Slots
from handlers.wording import Wording

POST_PACE = 1.0  # seconds between posts in one channel
UPDATE_PACE, UPDATE_BURST = 1.2, 20  # of a whole workspace: tier 3, 50 a minute
PATIENCE = 1.0  # seconds that a job may wait for its moment; later ones come back
FRESH = timedelta(seconds=2)  # that a fresh card may need to stand there
CLOCKS = 30.0  # seconds that our clock and that of Slack may differ
METADATA = "balie_card"
MOST_ROWS = 10  # cards in one line to a colleague

log = structlog.get_logger()


class Board:
    def __init__(self, calls: Calls, *, wording: Wording, links: Links, pace: float = POST_PACE) -> None:
        self._calls, self._wording, self._links = calls, wording, links
        self._posts, self._updates = Slots(pace), Slots(UPDATE_PACE, burst=UPDATE_BURST)
        self._maybe: dict[tuple[str, int], float] = {}  # cards that may have been posted, and since when
        self._waited: set[tuple[str, str]] = set()  # old cards that waited for a fresh one

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        if place.role == PAST:
            return await self._shrink(card, place, shown)
        message = to_message(card, wording=self._wording)
        if shown:
            try:
                return await self._update(card, place, shown.message, message)
            except MessageGone:
                log.info("a card was gone", conversation=card.conversation_id)
        return await self._post(card, place, message)

    async def say(self, place: Place, notice: Notice, *, under: Shown | None, instead: Shown | None) -> Shown:
        said, channel = self._wording.text(notice.text), place.channel.channel
        message = {"text": escaped(said), "blocks": list(_notice(notice, self._wording))}
        if instead:
            try:
                await self._change(place, instead.message, message, urgent=notice.urgent)
                return instead
            except MessageGone:
                log.info("a line was gone", channel=channel)
        thread = {"thread_ts": under.message} if under and under.message else {}
        await self._moment(self._posts, channel, f"{said} {thread}", urgent=notice.urgent)
        posted = await self._call(
            self._posts, channel, "chat.postMessage", channel=channel, **_silent(message), **thread
        )
        return Shown(message=str(posted["ts"]), version=0)

    async def _post(self, card: Card, place: Place, message: Json) -> Shown:
        """Post a card, after a look whether an earlier try stands there."""
        channel = place.channel.channel
        key = channel, card.conversation_id
        if found := await self._look(*key):
            return await self._update(card, place, found, message)
        await self._moment(self._posts, channel, str(card.conversation_id), urgent=card.route.urgent)
        begun = time.time()
        try:
            metadata = {"event_type": METADATA, "event_payload": {"conversation": card.conversation_id}}
            posted = await self._call(
                self._posts, channel, "chat.postMessage", channel=channel, metadata=metadata, **_silent(message)
            )
        except NoAnswer:
            self._maybe.setdefault(key, begun)
            raise
        return self._stands(card, place, str(posted["ts"]))

    async def _update(self, card: Card, place: Place, ts: str, message: Json) -> Shown:
        await self._change(place, ts, message, urgent=card.route.urgent)
        return self._stands(card, place, ts)

    async def _shrink(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        """Make an old card a link to the fresh one, which may need a moment to stand there."""
        if shown is None:
            return Shown(message="", version=card.version)
        this = place.channel.channel, shown.message
        newer = self._links.newer(card.conversation_id, *this)
        if not newer and this not in self._waited:
            self._waited.add(this)
            raise ShowFailed(FRESH)
        self._waited.discard(this)
        try:
            await self._change(place, shown.message, to_past(card, wording=self._wording, newer=newer))
        except MessageGone:
            log.info("an old card was gone", conversation=card.conversation_id)
        return Shown(message=shown.message, version=card.version)

    async def _change(self, place: Place, ts: str, message: Json, *, urgent: bool = False) -> None:
        channel = place.channel.channel
        await self._moment(self._updates, "", f"{channel} {ts}", urgent=urgent)
        await self._call(self._updates, "", "chat.update", channel=channel, ts=ts, **message, parse="none")

    def _stands(self, card: Card, place: Place, ts: str) -> Shown:
        channel = place.channel.channel
        self._maybe.pop((channel, card.conversation_id), None)
        self._links.stands(card.conversation_id, channel, ts, owner=place.role == OWNER)
        return Shown(message=ts, version=card.version)

    async def _look(self, channel: str, conversation: int) -> str | None:
        """Return the message of a card that may have been posted by a try that got no answer."""
        since = self._maybe.get((channel, conversation))
        if since is None:
            return None
        oldest = f"{since - CLOCKS:.6f}"
        found = await self._calls(
            "conversations.history", channel=channel, oldest=oldest, include_all_metadata=1, limit=200
        )
        for message in found.get("messages", ()):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == METADATA and payload.get("conversation") == conversation:
                return str(message["ts"])
        return None

    async def _moment(self, slots: Slots, lane: str, caller: str, *, urgent: bool) -> None:
        """Wait for a moment that is near; come back for one that is not, so that others go on."""
        while wait := slots.wait(lane, caller, urgent=urgent):
            if wait > PATIENCE:
                raise ShowFailed(timedelta(seconds=wait))
            await asyncio.sleep(wait)

    async def _call(self, slots: Slots, lane: str, method: str, **arguments: Any) -> Any:
        try:
            return await self._calls(method, **arguments)
        except ShowFailed as exc:
            if type(exc) is ShowFailed:  # too many requests: the whole lane waits
                slots.pause(lane, exc.after.total_seconds())
            raise


def _notice(notice: Notice, wording: Wording) -> Iterator[Json]:
    """A line, and for each card that it is about a row with [Loslaten]."""
    yield rich(lines([run(wording.text(notice.text))]))
    for card in notice.cards[:MOST_ROWS]:
        yield row(card, wording)
        yield from let_go(card, wording)


def _silent(message: Json) -> Json:
    """Return what a new message needs so that nothing in it is looked up, linked or called."""
    return {
        **message,
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
        "mrkdwn": False,
    }
