"""In a town hall the only way out is a proxy, and the certificates are the town's own: every call goes that way."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import NotPosted, ShowFailed
from bot.ports import PublicChannel
from bot.settings import BrokenSettings, read
from bot.store import Store
from handlers.commands.slack import live
from handlers.desks.slack.calls import Calls
from handlers.public.bluesky import Bluesky
from handlers.public.telegram import Telegram
from handlers.way_out import DIRECT, WayOut, way_out
from knowledge.rulebook.values import Account
from tests.contract.bluesky import PASSWORD, BlueskyStage
from tests.contract.stage import CALL_TIMEOUT
from tests.contract.telegram import TOKEN, TelegramStage
from tests.contract.test_public_channels import answer, taken_in
from tests.flow.slack_world import CHANNELS, JAN, TOWN_IN_SLACK, world
from tests.servers.municipal import Municipal
from tests.servers.slack import BOT_TOKEN, Slack

pytestmark = pytest.mark.sqlite
Stage = BlueskyStage | TelegramStage
STAGES = {"bluesky": BlueskyStage, "telegram": TelegramStage}
SLACK_HOST = "slack.veldwijk.test"


class SlackBehindTheProxy(Slack):
    @property
    def base_url(self) -> str:
        return f"https://{SLACK_HOST}/api/"


def outside(stage: Stage, out: WayOut) -> PublicChannel:
    """Return the town's channel at an address that only the proxy can find."""
    if isinstance(stage, BlueskyStage):
        options = {"service": "https://bsky.veldwijk.test", "every": "0.05"}
        account = Account(key="bsky", channel="bluesky", name="@gemeente.test", options=options)
        return Bluesky(account, PASSWORD, stage.memory, timeout=CALL_TIMEOUT, out=out)
    options = {"service": "https://telegram.veldwijk.test"}
    account = Account(key="tg", channel="telegram", name="@GemeenteBot", options=options)
    return Telegram(account, TOKEN, stage.memory, timeout=CALL_TIMEOUT, out=out)


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with STAGES[request.param]() as stage:
        yield stage


@asynccontextmanager
async def hall(stage: Stage, folder: Path, *, password: str = "") -> AsyncIterator[Municipal]:
    port = int(stage.server.url.rsplit(":", 1)[1])
    ports = {"bsky.veldwijk.test": port, "telegram.veldwijk.test": port}
    async with Municipal(folder, ports, password=password) as network:
        yield network


def by(network: Municipal) -> WayOut:
    return way_out(read({"BALIE_PROXY": network.proxy, "BALIE_CA": str(network.ca)}))


@pytest.mark.parametrize("password", ["", "kanarie"], ids=["open proxy", "proxy with a password"])
async def test_a_channel_hears_and_answers_through_the_proxy(stage: Stage, tmp_path: Path, password: str) -> None:
    async with hall(stage, tmp_path, password=password) as network:
        await stage.channel.aclose()
        stage.channel = outside(stage, by(network))  # type: ignore[assignment]
        mention = await taken_in(stage, await stage.write("Mijn kliko is niet geleegd."))
        await stage.channel.post(answer(mention))
        assert list(await stage.below(mention.post_id)) == ["Dank, we komen langs."]
        assert {target.split(".")[0] for target in network.asked} <= {"CONNECT bsky", "CONNECT telegram"}


async def test_a_certificate_that_nobody_trusts_is_no_post(stage: Stage, tmp_path: Path) -> None:
    async with hall(stage, tmp_path) as network:
        mention = await taken_in(stage, await stage.write("Mijn kliko is niet geleegd."))
        channel = outside(stage, WayOut(proxy=network.proxy))
        with pytest.raises(NotPosted):
            await channel.post(answer(mention))
        await channel.aclose()
        assert list(await stage.below(mention.post_id)) == []


@pytest.mark.parametrize("proxy", ["http://balie:wrong@", "http://"], ids=["wrong password", "no password"])
async def test_a_proxy_that_does_not_let_us_through_is_no_post(stage: Stage, tmp_path: Path, proxy: str) -> None:
    async with hall(stage, tmp_path, password="kanarie") as network:
        mention = await taken_in(stage, await stage.write("Mijn kliko is niet geleegd."))
        channel = outside(stage, WayOut(proxy=proxy + network.proxy.split("@")[1], tls=by(network).tls))
        with pytest.raises(NotPosted):
            await channel.post(answer(mention))
        await channel.aclose()


@asynccontextmanager
async def slack_hall(folder: Path) -> AsyncIterator[tuple[Slack, Municipal]]:
    slack = SlackBehindTheProxy()
    await slack.start()
    slack.socket_url = f"wss://{SLACK_HOST}/socket"
    for channel in CHANNELS.values():
        slack.channel(channel)
    async with Municipal(folder, {SLACK_HOST: slack.port}) as network:
        yield slack, network
    await slack.stop()


async def test_slack_is_reached_and_reaches_us_through_the_proxy(store: Store, tmp_path: Path) -> None:
    async with slack_hall(tmp_path) as (slack, network), world(store, slack=slack, out=by(network)) as balie:
        message = await balie.mention()
        await balie.place(JAN, message)
        await balie.later()
        assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
        assert set(network.asked) == {f"CONNECT {SLACK_HOST}:443"}
        assert len(network.asked) >= 2  # the socket has a connection of its own


async def test_the_command_that_looks_at_slack_goes_that_way_too(tmp_path: Path) -> None:
    async with slack_hall(tmp_path) as (slack, network):
        tokens = {"BOT_TOKEN": BOT_TOKEN, "APP_TOKEN": "xapp"}
        assert await live(TOWN_IN_SLACK, tokens, base_url=slack.base_url, out=by(network))
        assert not await live(TOWN_IN_SLACK, tokens, base_url=slack.base_url)


@pytest.mark.parametrize("half", ["proxy", "tls"])
async def test_slack_needs_both_the_proxy_and_the_certificates(tmp_path: Path, half: str) -> None:
    async with slack_hall(tmp_path) as (slack, network):
        whole = by(network)
        calls = Calls(BOT_TOKEN, base_url=slack.base_url, out=WayOut(**{half: getattr(whole, half)}))
        with pytest.raises(ShowFailed):
            await calls("auth.test")
        await calls.aclose()


def test_the_password_of_the_proxy_is_a_secret() -> None:
    settings = read({"BALIE_PROXY": "http://balie:kanarie-pw@proxy:3128"})
    assert "kanarie-pw" in settings.secrets
    assert "kanarie-pw" not in repr(settings) + repr(way_out(settings))


def test_nothing_set_leaves_the_libraries_alone() -> None:
    assert way_out(read({})) == DIRECT
    assert DIRECT.for_httpx() == {}


def test_own_certificates_come_beside_the_usual_ones(tmp_path: Path) -> None:
    usual = len(ssl.create_default_context().get_ca_certs())
    Municipal(tmp_path, {})._certificates()
    out = way_out(read({"BALIE_CA": str(tmp_path / "ca.pem")}))
    assert out.tls
    assert len(out.tls.get_ca_certs()) == usual + 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BALIE_PROXY", "proxy:3128", "BALIE_PROXY is no address of a proxy"),
        ("BALIE_PROXY", "socks5://kanarie@x", "BALIE_PROXY is no address of a proxy"),
        ("BALIE_CA", "/nowhere.pem", "finds no certificates in it"),
        ("BALIE_CA", __file__, "finds no certificates in it"),
    ],
)
def test_a_wrong_way_out_is_told_at_the_start_and_never_quoted(name: str, value: str, said: str) -> None:
    with pytest.raises(BrokenSettings) as wrong:
        read({name: value})
    assert said in str(wrong.value.faults[0])
    assert "kanarie" not in str(wrong.value.faults[0])
