"""What it costs to take a message in, keep it, and show it as a card in Slack: processor time of the bot's process.

Ours commits every page with `synchronous=FULL`, posts the card with slack_sdk and records where it stands. Beside it,
in turns: a bare loop of aiohttp that posts the same card, and the relay that slack-bolt documents, which keeps nothing.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.card import Draftsman
from bot.clock import ShiftedClock
from bot.deliver import Poster
from bot.intake import Intake
from bot.jobs import handlers_of
from bot.model import Mention, Mentioned
from bot.rules import Rules
from bot.showing import Shower
from bot.store import Store, conversations, open_store
from bot.upkeep import Upkeep
from bot.work import Lanes, Work
from handlers.desks.slack.card import to_message
from handlers.desks.slack.desk import Keys, SlackDesk
from handlers.wording import Wording
from knowledge.advice import Advice, Message
from knowledge.advisor import Advisor
from knowledge.faq import Entry, read
from knowledge.rulebook.values import Rulebook
from tests.bench import ROUNDS, Result, ratio
from tests.bench._slack import slack_apart
from tests.flow.slack_world import CHANNELS, TOWN_IN_SLACK
from tests.flow.town import MONDAY
from tests.servers.slack import BOT_ID, BOT_TOKEN, SECRET, TEAM, Json

PAGE, PAGES = 100, 3  # mentions in a page, pages in a round
TEXT = "Mijn kliko in de Kanaalstraat is al twee weken niet geleegd. Wanneer komen jullie?"
STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
NUMBERS = count(1)


class TimedAdvisor(Advisor):
    """Tells routing and ranking apart from the rest."""

    took = 0.0  # seconds of processor time

    def advise(self, message: Message) -> Advice:
        begun = time.thread_time()
        advice = super().advise(message)
        self.took += time.thread_time() - begun
        return advice


class Bot:
    """Balie as it runs, between a page of mentions and Slack."""

    def __init__(self, store: Store, base_url: str, entries: Sequence[Entry]) -> None:
        town = _one_channel(TOWN_IN_SLACK)
        self.advisor = TimedAdvisor(town, entries)
        rules, clock = Rules(town, self.advisor), ShiftedClock(start=MONDAY, speed=0)
        self.intake = Intake(store, rules, clock)
        self.store, self.wording = store, Wording("nl", zone=town.town.zone, now=clock.now)
        self.draftsman = Draftsman(rules, {})
        self.desk = SlackDesk(
            Keys(bot_token=BOT_TOKEN, signing_secret=SECRET),
            workspace=TEAM,
            memory=self.intake,
            wording=self.wording,
            rulebook=lambda: town,
            tell=_nobody,
            base_url=base_url,
            pace=0.0,
            cards_a_minute=0,
        )
        poster = Poster(store=store, rules=rules, channels={}, clock=clock, intake=self.intake)
        shower = Shower(store=store, draftsman=self.draftsman, desks={("slack", TEAM): self.desk}, clock=clock)
        self.work = Work(store, clock, handlers_of(poster, shower, Upkeep(clock)), Lanes())

    async def relay(self, pages: int) -> None:
        for _ in range(pages):
            page = [_mentioned(next(NUMBERS)) for _ in range(PAGE)]
            await self.intake.receive("plein", page, cursor=page[-1].event_id)
            await self.work.idle()

    async def a_card(self) -> Json:
        """Return a card as it is posted, for the others to post too."""

        def drawn(connection: Any) -> Any:
            conversation = conversations.get(connection, 1)
            assert conversation
            return self.draftsman.draw(connection, conversation, now=MONDAY)

        return to_message(await self.store.read(drawn), wording=self.wording)


async def bare(base_url: str, card: Json, messages: int) -> None:
    """Post cards with nothing around it."""
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(messages):
            arguments = {"channel": CHANNELS["afval"], **card}
            async with session.post(f"{base_url}chat.postMessage", json=arguments) as answer:
                assert (await answer.json())["ok"]


def bolt(base_url: str, card: Json) -> AsyncApp:
    """Return bolt's own example: an event comes in, a message goes out."""

    async def authorize() -> AuthorizeResult:  # spares bolt the calls to auth.test
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_id=BOT_ID, bot_token=BOT_TOKEN)

    app = AsyncApp(client=AsyncWebClient(BOT_TOKEN, base_url=base_url), signing_secret=SECRET, authorize=authorize)

    @app.event("message")
    async def relay(event: Json, say: Callable[..., Awaitable[Any]]) -> None:
        await say(text=card["text"], blocks=card["blocks"])
        done.release()

    return app


done = asyncio.Semaphore(0)


async def through_bolt(app: AsyncApp, messages: int) -> None:
    for number in range(messages):
        event = {"type": "message", "channel": CHANNELS["afval"], "user": "UBURGER", "text": TEXT, "ts": f"1.{number}"}
        body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"E{number}", "event": event}
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        assert answer.status == 200
        await asyncio.wait_for(done.acquire(), 5)


async def measure(folder: Path, base_url: str) -> dict[str, list[float]]:
    """Return microseconds of processor time of a message, by who relays it; "advice" is part of "whole"."""
    store = open_store(folder / "balie.db")
    bot = Bot(store, base_url, read(STARTER.read_text(encoding="utf-8")))
    await bot.relay(1)
    card = await bot.a_card()
    app, messages = bolt(base_url, card), PAGE * PAGES
    runs: dict[str, Callable[[], Awaitable[None]]] = {
        "bare": lambda: bare(base_url, card, messages),
        "bolt": lambda: through_bolt(app, messages),
        "whole": lambda: bot.relay(PAGES),
    }
    took: dict[str, list[float]] = {name: [] for name in (*runs, "advice")}
    for _ in range(ROUNDS):
        bot.advisor.took = 0.0
        for name, run in runs.items():
            begun = time.process_time()
            await run()
            took[name].append((time.process_time() - begun) / messages * 1e6)
        took["advice"].append(bot.advisor.took / messages * 1e6)
    await bot.desk.aclose()
    store.close()
    return took


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=".") as folder, slack_apart(tuple(CHANNELS.values())) as base_url:
        took = uvloop.run(measure(Path(folder), base_url))
    ours = [whole - advice for whole, advice in zip(took["whole"], took["advice"], strict=True)]
    yield Result(name="a bare post with aiohttp on uvloop, a message", value=median(took["bare"]), unit="us")
    yield Result(name="slack-bolt's own relay, a message", value=median(took["bolt"]), unit="us")
    yield Result(name="routing and ranking, a message", value=median(took["advice"]), unit="us")
    yield Result(name="taken in, kept, shown and recorded, a message", value=median(ours), unit="us")
    yield Result(
        name="the bare post beside ours", value=ratio(took["bare"], ours), unit="x", at_least=0.2, against="ours"
    )
    yield Result(name="slack-bolt beside ours", value=ratio(took["bolt"], ours), unit="x", at_least=1.5, against="ours")


def _mentioned(number: int) -> Mentioned:
    mention = Mention(
        account="plein",
        post_id=f"post-{number}",
        thread_id=f"post-{number}",
        author_id=f"burger-{number}",
        author=f"@burger{number}",
        text=f"{TEXT} {number}",
        posted_at=MONDAY,
    )
    return Mentioned(event_id=f"event-{number}", mention=mention)


def _one_channel(town: Rulebook) -> Rulebook:
    """Return the town without departments that read along: a message, a card."""
    return replace(town, topics={key: replace(topic, readers=()) for key, topic in town.topics.items()})


async def _nobody(subject: str, sentence: object) -> None:
    raise AssertionError(f"the coordinator was told about {subject}")
