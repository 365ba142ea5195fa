"""The visitor of the town's own links, against a server on this machine; and where it never goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.links import LinkState
from handlers import link_visitor
from handlers.link_visitor import Visitor, is_public

OWN = frozenset({"veldwijk.example", "www.veldwijk.example"})


@dataclass
class Site:
    """The town's website; remembers what was asked."""

    port: int = 0
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, host, path

    def url(self, path: str, host: str = "veldwijk.example") -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.host.partition(":")[0], request.path))
        match request.path.split("/")[1:]:
            case ["status", code]:
                return web.Response(status=int(code))
            case ["no-head"]:
                return web.Response(status=405 if request.method == "HEAD" else 200)
            case ["to", *rest]:
                return web.Response(status=302, headers={"location": "/" + "/".join(rest)})
            case ["loop"]:
                return web.Response(status=301, headers={"location": "/loop"})
            case ["away", host]:
                return web.Response(status=302, headers={"location": self.url("/status/200", host)})
            case ["slow"]:
                await asyncio.sleep(5)
            case ["endless"] if request.method == "GET":
                stream = web.StreamResponse()
                await stream.prepare(request)
                while True:
                    await stream.write(b"x" * 65536)
            case ["endless"]:
                return web.Response(status=405)
        return web.Response()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield site
    await runner.cleanup()


async def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def visitor() -> Visitor:
    return Visitor(public=lambda address: True, resolve=here, plain=True)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/status/200", LinkState.WORKS),
        ("/status/204", LinkState.WORKS),
        ("/status/404", LinkState.GONE),
        ("/status/410", LinkState.GONE),
        ("/status/401", LinkState.CLOSED),
        ("/status/403", LinkState.CLOSED),
        ("/status/429", LinkState.SILENT),
        ("/status/500", LinkState.SILENT),
        ("/no-head", LinkState.WORKS),
        ("/to/status/200", LinkState.WORKS),
        ("/to/to/status/404", LinkState.GONE),
        ("/away/www.veldwijk.example", LinkState.WORKS),
        ("/away/evil.example", LinkState.ELSEWHERE),
        ("/away/127.0.0.1", LinkState.ELSEWHERE),
        ("/loop", LinkState.SILENT),
    ],
)
async def test_what_a_page_says_is_understood(site: Site, path: str, state: LinkState) -> None:
    assert await visitor().visit(site.url(path), hosts=OWN) is state
    assert {host for _, host, _ in site.asked} <= OWN


async def test_a_page_that_is_there_is_asked_for_its_head_only(site: Site) -> None:
    await visitor().visit(site.url("/status/200"), hosts=OWN)
    assert site.asked == [("HEAD", "veldwijk.example", "/status/200")]


async def test_a_slow_page_gives_no_answer_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_visitor, "TIME", 0.2)
    assert await visitor().visit(site.url("/slow"), hosts=OWN) is LinkState.SILENT


async def test_of_an_endless_page_nothing_is_read(site: Site) -> None:
    assert await asyncio.wait_for(visitor().visit(site.url("/endless"), hosts=OWN), 3) is LinkState.WORKS


async def test_nobody_at_home_is_no_crash() -> None:
    assert await visitor().visit("http://veldwijk.example:9/x", hosts=OWN) is LinkState.SILENT


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://veldwijk.example.evil.example/",
        "https://veldwijk.example@evil.example/",
        "https://evil.example#veldwijk.example",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://localhost/",
        "https://xn--veldwijk-.example/",
        "https://",
        "https://[veldwijk.example/",
        "no address",
        "",
    ],
)
async def test_a_site_that_is_not_the_towns_is_not_even_looked_up(url: str) -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    assert await Visitor(resolve=never).visit(url, hosts=OWN) is LinkState.FOREIGN


@pytest.mark.parametrize(
    "url",
    [
        "http://veldwijk.example/",
        "ftp://veldwijk.example/",
        "file://veldwijk.example/etc/passwd",
        "gopher://veldwijk.example/",
        "https://veldwijk.example:22/",
        "https://veldwijk.example:99999/",
        "https://user:secret@veldwijk.example/",
    ],
)
async def test_only_https_on_its_own_port_is_asked(url: str) -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    assert await Visitor(resolve=never).visit(url, hosts=OWN) is LinkState.FORBIDDEN


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["172.16.3.4"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["::1"],
        ["::"],
        ["fe80::1%eth0"],
        ["fc00::1"],
        ["ff02::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["8.8.8.8", "127.0.0.1"],
        ["no address"],
    ],
)
async def test_a_name_of_the_town_that_leads_inside_is_not_followed(addresses: list[str]) -> None:
    async def inside(host: str, port: int) -> Sequence[str]:
        return addresses

    assert await Visitor(resolve=inside).visit("https://veldwijk.example/", hosts=OWN) is LinkState.FORBIDDEN


@pytest.mark.parametrize("address", ["8.8.8.8", "145.0.0.1", "2a00:1450:400e::1"])
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


async def test_a_second_answer_of_the_name_server_cannot_lead_inside(site: Site) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]  # the page is asked at the first, which was looked at

    async def changing(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    looked: list[str] = []

    def public(address: str) -> bool:
        looked.append(address)
        return True

    state = await Visitor(public=public, resolve=changing, plain=True).visit(site.url("/status/200"), hosts=OWN)
    assert (state, looked) == (LinkState.WORKS, ["127.0.0.1"])
