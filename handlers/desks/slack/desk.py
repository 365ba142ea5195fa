"""The desk of one Slack workspace: shows cards, says lines, and serves clicks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from slack_bolt.async_app import AsyncApp

from bot.errors import CannotStart, ShowFailed
from bot.model import Card, Notice, Place, Shown
from bot.ports import Desk, FrontOffice, Memory
from handlers.desks.slack.board import POST_PACE, Board
from handlers.desks.slack.calls import AWAY, SIGNED_OUT_PAUSE, SLACK, Calls, SignedOut
from handlers.desks.slack.links import Links
from handlers.desks.slack.listening import bolt_app
from handlers.desks.slack.payload import DESK
from handlers.desks.slack.socket import SILENCE, Listening, Socket
from handlers.desks.slack.workspace import Workspace
from handlers.way_out import DIRECT, WayOut
from handlers.wording import Wording
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say

LAST = 2.0  # seconds for answers that are under way when we stop
AGAIN = 5.0  # seconds before we connect anew
CARDS_A_MINUTE = 10  # new ones in one channel: a channel that floods is muted within days
NOT_REACHED = say("Slack cannot be reached. Look at the proxy and the network.")
ENDED = say("The connection with Slack has ended. Install Balie in Slack again and set the new token.")

log = structlog.get_logger()

Tell = Callable[[str, Sentence], Awaitable[None]]  # has the coordinator told, once per subject until it was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a workspace is reached with: the bot's token, and a way in."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)  # Socket Mode
    signing_secret: str = field(default="", repr=False)  # signed HTTP, used when there is no app token


def keys_of(tokens: Mapping[str, str], workspace: str) -> Keys:
    """Return the keys of a workspace: its own, as in BOT_TOKEN_T0123, or those of the only one, as in BOT_TOKEN."""

    def token(name: str) -> str:
        return tokens.get(f"{name}_{workspace}") or tokens.get(name, "")

    return Keys(bot_token=token("BOT_TOKEN"), app_token=token("APP_TOKEN"), signing_secret=token("SIGNING_SECRET"))


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
        out: WayOut = DIRECT,
        silence: float = SILENCE,
        pace: float = POST_PACE,
        cards_a_minute: int = CARDS_A_MINUTE,
        away: timedelta = AWAY,
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
        self.cards_a_minute = cards_a_minute
        self.calls = Calls(keys.bot_token, base_url=base_url, out=out, away=away)
        self.app: AsyncApp | None = None  # serves once ``run`` has begun
        self.listening: Listening | None = None
        self._links = Links()
        self._board = Board(self.calls, wording=wording, links=self._links, pace=pace)
        self._told = False
        self.trouble: Sentence | None = None
        self.behind: set[asyncio.Task[None]] = set()  # answers to clicks that are under way

    @property
    def everywhere(self) -> bool:
        return bool(self.secret)

    @property
    def secret(self) -> str:
        """Return what requests over HTTP are signed with; empty in Socket Mode, where none are taken."""
        return "" if self._keys.app_token else self._keys.signing_secret

    async def aclose(self) -> None:
        """Let go of the connections, after the last card and the last answer to a click."""
        if self.behind:
            await asyncio.wait(self.behind, timeout=LAST)
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
                self.trouble = self.trouble or NOT_REACHED
            except Exception:
                log.exception("slack stopped", workspace=self.workspace)
                self.trouble = NOT_REACHED
            await asyncio.sleep(pause)

    async def _serve(self, office: FrontOffice) -> None:
        who = await self.calls("auth.test")
        if who["team_id"] != self.workspace:
            wrong = say(
                "The token of Slack workspace %(team)s belongs to another workspace, %(other)s.",
                team=self.workspace,
                other=who["team_id"],
            )
            self.trouble = wrong
            await self._tell(f"slack team {self.workspace}", wrong)
            raise ShowFailed
        self._told, self.trouble = False, None
        self._links.address = str(who.get("url") or "")
        workspace = Workspace(
            calls=self.calls,
            office=office,
            wording=self._wording,
            rulebook=self._rulebook,
            memory=self._memory,
            account=f"{DESK}:{self.workspace}",
            behind=self.behind,
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
            self.trouble = ENDED
            await self._tell(f"slack {self.workspace}", ENDED)

    # --- showing ---------------------------------------------------------------------------------------------------

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        """Post a card once, update it ever after; a message that somebody threw away is posted anew."""
        try:
            return await self._board.show(card, place, shown)
        except SignedOut:
            await self._signed_out()
            raise

    async def say(
        self, place: Place, notice: Notice, *, under: Shown | None = None, instead: Shown | None = None
    ) -> Shown:
        """Say a line, in the thread of a card where there is one; never to the whole channel as well."""
        try:
            return await self._board.say(place, notice, under=under, instead=instead)
        except SignedOut:
            await self._signed_out()
            raise


_: type[Desk] = SlackDesk
