"""The town of the flow tests with its desk in Slack: the real program between a fake platform and a fake Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.card import Draftsman
from bot.clock import ShiftedClock
from bot.crowd import Turns
from bot.deliver import Poster
from bot.front_office import FrontOffice
from bot.intake import Intake
from bot.jobs import handlers_of
from bot.model import Card, Mentioned, Recovery
from bot.rules import Rules
from bot.showing import Shower
from bot.store import Store
from bot.upkeep import Upkeep
from bot.work import Lanes, Work
from handlers.desks.slack.desk import Keys, SlackDesk
from handlers.desks.slack.webhook import PATH, slack_route
from handlers.wording import Wording
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from knowledge.rulebook.values import DeskChannel, DeskIdentity, Rulebook
from knowledge.sentence import Sentence
from tests.flow.conftest import EVENTS, a_mention
from tests.flow.town import MONDAY, TOWN
from tests.servers.platform import FakeChannel, Platform
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, SECRET, TEAM, Json, Reply, Slack, signed

JAN, FATIMA, PETER, EVA, STRANGER = "UJAN", "UFATIMA", "UPETER", "UEVA", "USTRANGER"
AWAY = timedelta(seconds=0.05)
CHANNELS = {"webcare": "CWEBCARE", "afval": "CAFVAL", "zorg": "CZORG", "west": "CWEST"}


def slack_identity(user: str) -> DeskIdentity:
    return DeskIdentity(desk="slack", workspace=TEAM, user=user)


def _in_slack() -> Rulebook:
    departments = {
        key: replace(each, channels=(DeskChannel(desk="slack", workspace=TEAM, channel=CHANNELS[key]),))
        for key, each in TOWN.departments.items()
    }
    members = {
        key: replace(each, identities=(*each.identities, slack_identity(f"U{key.upper()}")))
        for key, each in TOWN.members.items()
    }
    return replace(TOWN, departments=departments, members=members)


TOWN_IN_SLACK = _in_slack()


@dataclass
class World:
    slack: Slack
    desk: SlackDesk
    store: Store
    clock: ShiftedClock
    platform: Platform
    intake: Intake
    office: FrontOffice
    work: Work
    rules: Rules
    channel: FakeChannel
    told: list[Sentence] = field(default_factory=list)

    async def mention(self, text: str = "Mijn kliko is niet geleegd. Wanneer komen jullie?", **changes: Any) -> Json:
        """A citizen writes; return the message in the channel of the owner."""
        await self.receive(text, **changes)
        await self.work.idle()
        return self.newest()

    async def receive(self, text: str, **changes: Any) -> None:
        event = Mentioned(event_id=f"event-{next(EVENTS)}", mention=a_mention(text=text, **changes))
        await self.intake.receive("plein", [event])

    def newest(self, channel: str = "afval") -> Json:
        return self.slack.cards(CHANNELS[channel])[-1]

    async def later(self, step: timedelta = timedelta(seconds=11)) -> None:
        self.clock.forward(step)
        if self.work.lanes.paused():
            await asyncio.sleep(AWAY.total_seconds())
        await self.work.idle()

    async def card(self, message: Json) -> Card:
        conversation = message["metadata"]["event_payload"]["conversation"]
        found = await self.office.card(conversation, slack_identity(PETER))
        assert found
        return found

    async def open(self, user: str, message: Json, label: str = "Beantwoorden") -> Json:
        """Click a button that opens a dialog; return the dialog."""
        reply = await self.slack.press(user, message, label)
        assert reply.acknowledged
        await self.settled()
        return self.slack.top(user)

    async def write(self, user: str, message: Json, text: str = "Wij komen morgen langs.") -> Json:
        """Open the dialog, write, and look at the preview."""
        await self.open(user, message)
        await self.slack.type(user, "text", text)
        await self.slack.submit(user)
        return self.slack.top(user)

    async def place(self, user: str, message: Json, text: str = "Wij komen morgen langs.") -> None:
        await self.write(user, message, text)
        await self.slack.submit(user)
        await self.work.idle()

    async def press(self, user: str, message: Json, label: str) -> None:
        """Click a button, and wait for what follows."""
        await self.slack.press(user, message, label)
        await self.settled()

    async def settled(self) -> None:
        """Wait until Balie has no call to Slack under way."""
        before = -1
        while before != len(self.slack.calls) or self.desk.behind:
            before = len(self.slack.calls)
            await asyncio.sleep(0.03)


@asynccontextmanager
async def world(
    store: Store,
    *,
    rulebook: Rulebook = TOWN_IN_SLACK,
    recovery: Recovery = Recovery.READ_BACK,
    entries: tuple[Entry, ...] = (),
    over_http: bool = False,
    slack: Slack | None = None,
    platform: Platform | None = None,
    **desk: Any,
) -> AsyncIterator[World]:
    """Start the fake Slack and the program; a ``slack`` that is given outlives it, for restarts."""
    own = slack is None
    slack = slack or Slack()
    if own:
        await slack.start()
        for channel in CHANNELS.values():
            slack.channel(channel)
    built = a_world(store, slack, rulebook, recovery, entries, platform or Platform(), over_http=over_http, **desk)
    if over_http:
        slack.deliver = over_signed_http(built.desk)
    running = asyncio.create_task(built.desk.run(built.office))
    try:
        await _serving(built, over_http)
        yield built
        assert slack.refused == []
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await built.desk.aclose()
        if own:
            await slack.stop()


async def _serving(built: World, over_http: bool) -> None:
    async with asyncio.timeout(5):
        while built.desk.app is None and not built.told:
            await asyncio.sleep(0.01)
        if not over_http and not built.told:
            await built.slack.connected()


def a_world(
    store: Store,
    slack: Slack,
    rulebook: Rulebook,
    recovery: Recovery,
    entries: tuple[Entry, ...],
    platform: Platform,
    *,
    over_http: bool,
    **desk: Any,
) -> World:
    clock = ShiftedClock(start=MONDAY, speed=0)
    rules = Rules(rulebook, Advisor(rulebook, entries))
    plein = FakeChannel(rulebook.accounts["plein"], platform, recovery=recovery)
    channels = {"plein": plein}
    intake = Intake(store, rules, clock)
    told: list[Sentence] = []

    async def tell(subject: str, sentence: Sentence) -> None:
        told.append(sentence)

    keys = Keys(
        bot_token=BOT_TOKEN,
        app_token="" if over_http else APP_TOKEN,
        signing_secret=SECRET if over_http else "",
    )
    desk = {"pace": 0.0, "cards_a_minute": 0, "away": AWAY, **desk}
    wording = Wording("nl", zone=rulebook.town.zone, now=clock.now)
    slack_desk = SlackDesk(
        keys,
        workspace=TEAM,
        memory=intake,
        wording=wording,
        rulebook=lambda: rules.rulebook,
        tell=tell,
        base_url=slack.base_url,
        **desk,
    )
    desks = {("slack", TEAM): slack_desk}
    poster = Poster(store=store, rules=rules, channels=channels, clock=clock, intake=intake)
    turns = Turns(now=lambda: clock.now().timestamp())
    shower = Shower(store=store, draftsman=Draftsman(rules, channels), desks=desks, clock=clock, turns=turns)
    return World(
        slack=slack,
        desk=slack_desk,
        store=store,
        clock=clock,
        platform=platform,
        intake=intake,
        office=FrontOffice(store, rules, channels, clock),
        work=Work(store, clock, handlers_of(poster, shower, Upkeep(clock)), Lanes()),
        rules=rules,
        channel=plein,
        told=told,
    )


def over_signed_http(desk: SlackDesk) -> Callable[[Json, str], Awaitable[Reply]]:
    """Deliver as Slack does over HTTP, in the loop of the test."""
    app = Starlette(routes=[slack_route([desk])])

    async def deliver(payload: Json, kind: str) -> Reply:
        body, headers = signed(payload, kind)
        begun = time.monotonic()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://balie") as client:
            answer = await client.post(PATH, content=body, headers=headers)
        json = answer.json() if answer.content else {}
        given = json if answer.status_code == 200 else None
        return Reply(payload=given, seconds=time.monotonic() - begun, status=answer.status_code)

    return deliver
