"""A bot whose updates are brought: stored before they are acknowledged, from Telegram alone, and back to polling."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from starlette.applications import Starlette

from bot.errors import CannotStart, StoreUnavailable
from bot.model import Edited, Mentioned
from handlers.public.telegram import Telegram, telegram_route
from handlers.public.telegram.webhook import secret_of
from handlers.webhooks import LARGEST
from knowledge.rulebook.values import Account
from tests.contract.stage import CALL_TIMEOUT, KeptInMemory, Received
from tests.contract.telegram import TOKEN, TelegramStage
from tests.contract.test_public_channels import eventually, receiving
from tests.peers.postgresql import free_port
from tests.servers.telegram import Bot

OTHER_TOKEN = "5353:canary-BBF8xyzSecretOfTheLibrary"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 5,
        "date": 1_795_000_000,
        "chat": {"id": 7, "type": "private", "first_name": "Sanne"},
        "from": {"id": 7, "is_bot": False, "first_name": "Sanne"},
        "text": "Hallo",
    },
}


@dataclass
class Town:
    """Bots of one town, and where their updates are brought."""

    stage: TelegramStage
    port: int = field(default_factory=free_port)
    bots: list[Telegram] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hooked(self, token: str = TOKEN, *, key: str = "tg", memory: KeptInMemory | None = None) -> Telegram:
        options = {"service": self.stage.server.url, "receive": "webhook"}
        account = Account(key=key, channel="telegram", name="@GemeenteBot", options=options)
        bot = Telegram(
            account,
            token,
            memory or self.stage.memory,
            timeout=CALL_TIMEOUT,
            public_url=self.url,
            look=timedelta(seconds=0.1),
        )
        self.bots.append(bot)
        return bot

    def app(self, receive: Any) -> Starlette:
        return Starlette(routes=[telegram_route([bot.hook for bot in self.bots if bot.hook], receive)])

    @asynccontextmanager
    async def open(self, receive: Any) -> AsyncIterator[None]:
        """Serve, as the program does, and look after each bot as the leader does."""
        server = uvicorn.Server(uvicorn.Config(self.app(receive), port=self.port, log_config=None))
        serving = asyncio.create_task(server.serve())
        running = [asyncio.create_task(bot.run(receive)) for bot in self.bots]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            server.should_exit = True
            await serving


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with TelegramStage() as stage:
        made = Town(stage)
        yield made
        for bot in made.bots:
            await bot.aclose()


def texts(received: Received) -> list[str]:
    return [event.mention.text.removeprefix("@GemeenteBot ") for event in received.of(Mentioned)]


async def test_what_citizens_write_is_brought_stored_and_acknowledged(town: Town) -> None:
    received = Received(town.stage.memory)
    town.hooked()
    await town.stage.write("van voor de start")
    async with town.open(received):
        post = await town.stage.write("hallo")
        await eventually(lambda: len(texts(received)) == 2)
        town.stage.bot.reads_all = True
        await town.stage.edit(post, "@GemeenteBot hallo daar")
        await eventually(lambda: received.of(Edited))
        await eventually(lambda: not town.stage.bot.waiting)
    assert texts(received) == ["van voor de start", "hallo"]
    assert town.stage.bot.brought == [200, 200, 200]


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(town: Town) -> None:
    kept = Received(town.stage.memory)
    answers = iter([StoreUnavailable("full"), StoreUnavailable("full")])

    async def receive(account: str, events: Any, *, cursor: str | None = None) -> None:
        if events and (problem := next(answers, None)):
            raise problem
        await kept(account, events, cursor=cursor)

    town.hooked()
    await town.stage.write("bewaar mij")
    async with town.open(receive):
        await eventually(lambda: not town.stage.bot.waiting)
    assert town.stage.bot.brought == [503, 503, 200]
    assert texts(kept) == ["bewaar mij"]


async def test_the_same_update_on_two_processes_is_one_message(town: Town) -> None:
    received = Received(town.stage.memory)
    town.hooked()
    second = Town(town.stage, port=town.port)
    second.hooked()
    for app in (town.app(received), second.app(received), town.app(received)):
        assert (await post(app, UPDATE)).status_code == 200
    assert texts(received) == ["Hallo"]
    await second.bots[0].aclose()


async def test_several_bots_of_one_town_do_not_mix(town: Town) -> None:
    library: Bot = town.stage.server.join(OTHER_TOKEN, "BiebBot")
    received = Received(town.stage.memory)
    town.hooked()
    town.hooked(OTHER_TOKEN, key="bieb")
    async with town.open(received):
        town.stage.server.write(town.stage.citizen, town.stage.group, "@BiebBot zijn jullie open?")
        await town.stage.write("hallo")
        await eventually(lambda: len(received.of(Mentioned)) == 2)
    accounts = {event.mention.text: event.mention.account for event in received.of(Mentioned)}
    assert accounts == {"@BiebBot zijn jullie open?": "bieb", "@GemeenteBot hallo": "tg"}
    assert (library.brought, town.stage.bot.brought) == ([200], [200])
    assert library.secret != town.stage.bot.secret


@pytest.mark.parametrize("shown", [None, "", "wrong", secret_of(OTHER_TOKEN), secret_of(TOKEN) + "x", "\xe9" * 64])
async def test_who_does_not_show_the_secret_is_refused_unread(
    town: Town, shown: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    received = Received(town.stage.memory)
    town.hooked()
    headers = {} if shown is None else {HEADER: shown.encode("latin-1")}
    for body in (json.dumps(UPDATE).encode(), b"{", b"\xff" * 2_000_000):
        assert (await post(town.app(received), body, headers=headers)).status_code == 401
    assert received.events == {}
    assert "Traceback" not in capsys.readouterr().err


async def test_another_bots_secret_opens_no_door_and_an_unknown_bot_has_none(town: Town) -> None:
    town.hooked()
    town.hooked(OTHER_TOKEN, key="bieb")
    app = town.app(Received(town.stage.memory))
    assert (await post(app, UPDATE, key="bieb")).status_code == 401
    assert (await post(app, UPDATE, key="niemand")).status_code == 401
    assert (await post(app, UPDATE, headers=[(HEADER, secret_of(TOKEN)), (HEADER, "x")])).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 200_000, 400),
        (b" " * (LARGEST + 1), 413),
        (b"[]", 200),
        (b"null", 200),
        (b'{"update_id": 1, "message": {"chat": 5}}', 200),
    ],
)
async def test_what_cannot_be_read_is_refused_and_what_makes_no_sense_is_passed_over(
    town: Town, body: bytes, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    received = Received(town.stage.memory)
    town.hooked()
    assert (await post(town.app(received), body)).status_code == status
    assert received.events == {}
    assert "Traceback" not in capsys.readouterr().err


async def test_from_polling_to_webhook_and_back_nothing_is_lost_or_taken_twice(town: Town) -> None:
    stage, received = town.stage, Received(town.stage.memory)
    await stage.write("een")
    async with receiving(stage) as polled:
        await eventually(lambda: polled.of(Mentioned))
        await stage.write("twee")
        await eventually(lambda: len(polled.of(Mentioned)) == 2)
    received.events |= polled.events
    await stage.write("drie")
    town.hooked()
    async with town.open(received):
        await eventually(lambda: "drie" in texts(received))
        await stage.write("vier")
        await eventually(lambda: "vier" in texts(received))
    await stage.write("vijf")
    await stage.channel.aclose()
    stage.channel = stage.make()
    async with receiving(stage) as again:
        await eventually(lambda: "vijf" in texts(again))
    assert texts(again) == ["vijf"]
    assert texts(received) == ["een", "twee", "drie", "vier"]
    assert stage.bot.webhook == ""


async def test_an_address_that_somebody_took_away_is_set_again(town: Town) -> None:
    received = Received(town.stage.memory)
    town.hooked()
    async with town.open(received):
        await eventually(lambda: town.stage.bot.webhook)
        town.stage.bot.webhook = ""
        await eventually(lambda: town.stage.bot.webhook == f"{town.url}/telegram/tg")
        await town.stage.write("hallo")
        await eventually(lambda: texts(received))


async def test_a_thread_that_began_on_one_process_goes_on_on_another(town: Town) -> None:
    """What one of them learned, the other must know: Telegram tells only one step back."""
    received = Received(town.stage.memory)
    town.hooked()
    second = Town(town.stage, port=town.port)
    second.hooked()
    one, two = town.app(received), second.app(received)
    group = {"id": -100123, "type": "supergroup", "title": "Buurt"}
    first = {**UPDATE["message"], "message_id": 8, "chat": group, "text": "@GemeenteBot eerst"}  # type: ignore[dict-item]
    first["entities"] = [{"type": "mention", "offset": 0, "length": 12}]
    then = {**first, "message_id": 9, "text": "@GemeenteBot dan", "reply_to_message": {**first}}
    last = {**first, "message_id": 10, "text": "@GemeenteBot ten slotte", "reply_to_message": {**then}}
    await post(two, {"update_id": 0, "message": {**first, "message_id": 2}})
    for number, (app, message) in enumerate([(one, first), (two, then), (one, last)]):
        assert (await post(app, {"update_id": number, "message": message})).status_code == 200
    threads = [event.mention.thread_id for event in received.of(Mentioned)]
    assert threads[1:] == ["-100123:8"] * 3
    await second.bots[0].aclose()


def test_a_webhook_without_an_address_of_ours_is_said_at_the_start() -> None:
    account = Account(key="tg", channel="telegram", name="@GemeenteBot", options={"receive": "webhook"})
    with pytest.raises(CannotStart, match="BALIE_PUBLIC_URL"):
        Telegram(account, TOKEN, KeptInMemory())


async def test_the_secret_stands_in_no_log(town: Town) -> None:
    town.hooked()
    with structlog.testing.capture_logs() as lines:
        async with town.open(Received(town.stage.memory)):
            await eventually(lambda: town.stage.bot.webhook)
            await post(town.app(Received(town.stage.memory)), b"{")
    assert secret_of(TOKEN) not in str(lines)
    assert TOKEN not in str(lines)


async def post(app: Starlette, body: Any, *, key: str = "tg", headers: Any = None) -> httpx.Response:
    """Bring something to the door of one bot, with the right secret unless other headers are given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    shown = {HEADER: secret_of(TOKEN)} if headers is None else headers
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://balie.example") as client:
        return await client.post(f"/telegram/{key}", content=content, headers=shown)
