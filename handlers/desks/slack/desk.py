"""The desk of one Slack workspace: shows cards, says lines, and serves clicks."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.card_places import PAST
from bot.errors import CannotStart, ShowFailed
from bot.model import Card, Notice, Place, Shown
from bot.ports import Desk, FrontOffice, Memory
from handlers.desks.slack.blocks import Json, escaped, lines, rich, run
from handlers.desks.slack.calls import SIGNED_OUT_PAUSE, SLACK, Calls, MessageGone, NoAnswer, SignedOut
from handlers.desks.slack.card import to_message, to_past
from handlers.desks.slack.listening import bolt_app
from handlers.desks.slack.payload import DESK
from handlers.desks.slack.slots import Slots
from handlers.desks.slack.socket import SILENCE, Listening, Socket
from handlers.desks.slack.workspace import Workspace
from handlers.wording import Wording
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say

POST_PACE = 1.0  # seconds between posts in one channel
UPDATE_PACE, UPDATE_BURST = 1.2, 20  # of a whole workspace: tier 3, 50 a minute
PATIENCE = 1.0  # seconds that a job may wait for its moment; later ones come back
AGAIN = 5.0  # seconds before we connect anew
REMEMBERED = 1000  # conversations whose newest card we can link to
CLOCKS = 30.0  # seconds that our clock and that of Slack may differ
METADATA = "balie_card"

log = structlog.get_logger()

Tell = Callable[[str, Sentence], Awaitable[None]]  # has the coordinator told, once per subject until it was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a workspace is reached with: the bot's token, and a way in."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)  # Socket Mode
    signing_secret: str = field(default="", repr=False)  # signed HTTP, used when there is no app token


class SlackDesk:
    """One workspace. Build it inside the running loop's program; it connects in ``run``."""

    name = DESK

    def __init__(
        self,
        keys: Keys,
        *,
        workspace: str,
        memory: Memory,
        wording: Wording,
        rulebook: Callable[[], Rulebook],
        tell: Tell,
        base_url: str = SLACK,
        tls: ssl.SSLContext | None = None,
        silence: float = SILENCE,
        pace: float = POST_PACE,
    ) -> None:
        if not (keys.bot_token and (keys.app_token or keys.signing_secret)):
            raise CannotStart(
                say(
                    "Slack workspace %(team)s needs BALIE_SLACK_BOT_TOKEN, and BALIE_SLACK_APP_TOKEN or "
                    "BALIE_SLACK_SIGNING_SECRET.",
                    team=workspace,
                )
            )
        self._keys, self.workspace = keys, workspace
        self._memory, self._wording, self._rulebook, self._tell = memory, wording, rulebook, tell
        self._silence = silence
        self.calls = Calls(keys.bot_token, base_url=base_url, tls=tls)
        self.app: AsyncApp | None = None  # serves once ``run`` has begun
        self.listening: Listening | None = None
        self._posts, self._updates = Slots(pace), Slots(UPDATE_PACE, burst=UPDATE_BURST)
        self._maybe: dict[tuple[str, int], float] = {}  # cards that may have been posted, and since when
        self._newest: OrderedDict[int, str] = OrderedDict()  # conversation: link to its newest card
        self._waited: set[int] = set()  # conversations whose fresh card was not there yet
        self._address = ""
        self._told = False

    @property
    def secret(self) -> str:
        """Return what requests over HTTP are signed with; empty in Socket Mode, where none are taken."""
        return "" if self._keys.app_token else self._keys.signing_secret

    async def aclose(self) -> None:
        """Let go of the connections, after the last card."""
        await self.calls.aclose()

    # --- serving clicks --------------------------------------------------------------------------------------------

    async def run(self, office: FrontOffice) -> None:
        """Serve until cancelled; connects again whatever happens."""
        while True:
            pause = AGAIN
            try:
                await self._serve(office)
            except SignedOut:
                await self._signed_out()
                pause = SIGNED_OUT_PAUSE.total_seconds()
            except ShowFailed as exc:
                log.warning("slack not reached", workspace=self.workspace, reason=type(exc).__name__)
            except Exception:
                log.exception("slack stopped", workspace=self.workspace)
            await asyncio.sleep(pause)

    async def _serve(self, office: FrontOffice) -> None:
        who = await self.calls("auth.test")
        if who["team_id"] != self.workspace:
            wrong = say(
                "The token of Slack workspace %(team)s belongs to another workspace, %(other)s.",
                team=self.workspace,
                other=who["team_id"],
            )
            await self._tell(f"slack team {self.workspace}", wrong)
            raise ShowFailed
        self._told = False
        self._address = str(who.get("url") or "")
        workspace = Workspace(
            calls=self.calls,
            office=office,
            wording=self._wording,
            rulebook=self._rulebook,
            memory=self._memory,
            account=f"{DESK}:{self.workspace}",
        )
        self.app = bolt_app(
            workspace,
            team=self.workspace,
            bot_id=str(who.get("bot_id") or ""),
            bot_user=str(who["user_id"]),
            secret=self._keys.signing_secret,
        )
        log.info("slack connected", workspace=self.workspace)
        if not self._keys.app_token:
            await asyncio.Event().wait()
        socket = Socket(self._keys.app_token, self.calls.client, signed_out=self._signed_out)
        self.listening = Listening(self.app, socket, silence=self._silence)
        await self.listening.run()

    async def _signed_out(self) -> None:
        """Have it told once; every call from here on says the same."""
        if not self._told:
            self._told = True
            log.error("slack signed us out", workspace=self.workspace)
            ended = say("The connection with Slack has ended. Install Balie in Slack again and set the new token.")
            await self._tell(f"slack {self.workspace}", ended)

    # --- showing ---------------------------------------------------------------------------------------------------

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        """Post a card once, update it ever after; a message that somebody threw away is posted anew."""
        channel = place.channel.channel
        try:
            if place.role == PAST:
                return await self._shrink(card, channel, shown)
            message = to_message(card, wording=self._wording)
            if shown:
                try:
                    return await self._update(card, channel, shown.message, message)
                except MessageGone:
                    log.info("a card was gone", conversation=card.conversation_id)
            return await self._post(card, channel, message)
        except SignedOut:
            await self._signed_out()
            raise

    async def say(self, place: Place, notice: Notice, *, under: Shown | None = None) -> None:
        """Say a line, in the thread of a card where there is one; never to the whole channel as well."""
        said, channel = self._wording.text(notice.text), place.channel.channel
        thread = {"thread_ts": under.message} if under and under.message else {}
        await self._moment(self._posts, channel, f"{said} {thread}", urgent=notice.urgent)
        try:
            await self._call_in(self._posts, channel, "chat.postMessage", **_spoken(said), channel=channel, **thread)
        except SignedOut:
            await self._signed_out()
            raise

    async def _post(self, card: Card, channel: str, message: Json) -> Shown:
        key = channel, card.conversation_id
        if since := self._maybe.get(key):
            found = await self._look(channel, card.conversation_id, since)
            if found:
                del self._maybe[key]
                return await self._update(card, channel, found, message)
        await self._moment(self._posts, channel, str(card.conversation_id), urgent=card.route.urgent)
        begun = time.time()
        try:
            posted = await self._call_in(
                self._posts,
                channel,
                "chat.postMessage",
                channel=channel,
                metadata={"event_type": METADATA, "event_payload": {"conversation": card.conversation_id}},
                **_silent(message),
            )
        except NoAnswer:
            self._maybe.setdefault(key, begun)
            raise
        self._maybe.pop(key, None)
        return self._stands(card, channel, str(posted["ts"]))

    async def _update(self, card: Card, channel: str, ts: str, message: Json) -> Shown:
        await self._moment(self._updates, "", f"{channel} {ts}", urgent=card.route.urgent)
        await self._call_in(self._updates, "", "chat.update", channel=channel, ts=ts, **message, parse="none")
        return self._stands(card, channel, ts)

    async def _shrink(self, card: Card, channel: str, shown: Shown | None) -> Shown:
        """Make an old card a link to the fresh one, which may need a moment to stand there."""
        if shown is None:
            return Shown(message="", version=card.version)
        newer = self._newest.get(card.conversation_id, "")
        if not newer or newer == self._link(channel, shown.message):
            if card.conversation_id not in self._waited:
                self._waited.add(card.conversation_id)
                raise ShowFailed(timedelta(seconds=2))
            newer = ""
        message = to_past(card, wording=self._wording, newer=newer)
        await self._moment(self._updates, "", f"{channel} {shown.message}", urgent=False)
        try:
            await self._call_in(
                self._updates, "", "chat.update", channel=channel, ts=shown.message, **message, parse="none"
            )
        except MessageGone:
            log.info("an old card was gone", conversation=card.conversation_id)
        return Shown(message=shown.message, version=card.version)

    def _stands(self, card: Card, channel: str, ts: str) -> Shown:
        """Remember where the newest card of a conversation is, for the link on older ones."""
        self._waited.discard(card.conversation_id)
        self._newest[card.conversation_id] = self._link(channel, ts)
        self._newest.move_to_end(card.conversation_id)
        while len(self._newest) > REMEMBERED:
            self._newest.popitem(last=False)
        return Shown(message=ts, version=card.version)

    def _link(self, channel: str, ts: str) -> str:
        return f"{self._address}archives/{channel}/p{ts.replace('.', '')}" if self._address else ""

    async def _look(self, channel: str, conversation: int, since: float) -> str | None:
        """Return the message of a card that may have been posted since then."""
        found = await self.calls(
            "conversations.history", channel=channel, oldest=f"{since - CLOCKS:.6f}", include_all_metadata=1, limit=200
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

    async def _call_in(self, slots: Slots, lane: str, method: str, **arguments: Any) -> Any:
        try:
            return await self.calls(method, **arguments)
        except ShowFailed as exc:
            if type(exc) is ShowFailed:  # too many requests: the whole lane waits
                slots.pause(lane, exc.after.total_seconds())
            raise


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


def _spoken(said: str) -> Json:
    return _silent({"text": escaped(said), "blocks": [rich(lines([run(said)]))]})


_: type[Desk] = SlackDesk
