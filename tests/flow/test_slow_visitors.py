"""Who asks for ever, byte by byte, keeps nobody else waiting and is cut off; who waits for an answer is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.settings import Settings
from handlers.web.health import health_routes
from handlers.web.server import ASKING, Impatient, server_of

SHORT = 0.5  # seconds
SLOW = 200  # visitors


class Quick(Impatient):
    asking = SHORT


@dataclass
class Site:
    port: int

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, head: bytes) -> bytes:
        """Send this and read all until the server closes."""
        reader, writer = await self.open()
        writer.write(head)
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


async def _nothing_wrong() -> dict[str, str]:
    return {}


async def _slow_answer(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            await asyncio.sleep(SHORT / 2)
            yield b"piece "

    return StreamingResponse(pieces())


async def _form(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    routes = [*health_routes(_nothing_wrong), Route("/slow", _slow_answer), Route("/form", _form, methods=["POST"])]
    server = server_of(Starlette(routes=routes), Settings(port=0), protocol=Quick)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield Site(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await serving


async def test_two_hundred_who_send_half_a_question_keep_nobody_waiting_and_are_cut_off(site: Site) -> None:
    async with AsyncExitStack() as stack:
        slow = [await site.open() for _ in range(SLOW)]
        for _, writer in slow:
            stack.callback(writer.close)
            writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        begun = time.monotonic()
        assert b"200 OK" in await site.ask(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert time.monotonic() - begun < 1
        async with asyncio.timeout(10 * SHORT):
            ends = await asyncio.gather(*(reader.read() for reader, _ in slow), return_exceptions=True)
        assert all(end == b"" or isinstance(end, ConnectionResetError) for end in ends)


async def test_a_drop_now_and_then_does_not_buy_time(site: Site) -> None:
    reader, writer = await site.open()
    writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
    begun = time.monotonic()
    while time.monotonic() - begun < 10 * SHORT and not reader.at_eof() and not writer.is_closing():
        writer.write(b"X-Drop: 1\r\n")
        await asyncio.sleep(SHORT / 10)
        if reader.exception():
            break
    assert time.monotonic() - begun < 4 * SHORT
    writer.close()


@pytest.mark.parametrize(
    ("head", "least", "most"),
    [
        (b"", SHORT / 2, 4 * SHORT),
        (b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", SHORT / 2, 4 * SHORT),
        (b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha", SHORT / 2, 4 * SHORT),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /livez HTTP/1.1\r\nHo", 0, 7),  # as a connection that is kept
    ],
    ids=["silence", "half a body", "half a chunk", "half a second question"],
)
async def test_whatever_is_left_half_is_cut_off(site: Site, head: bytes, least: float, most: float) -> None:
    begun = time.monotonic()
    async with asyncio.timeout(10):
        await site.ask(head)
    assert least < time.monotonic() - begun < most


async def test_who_asked_may_wait_long_for_the_answer(site: Site) -> None:
    answer = await site.ask(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.count(b"piece") == 4


async def test_one_connection_asks_many_times(site: Site) -> None:
    reader, writer = await site.open()
    for _ in range(4):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"ok")
        await asyncio.sleep(SHORT / 2)
    writer.close()


def test_a_slow_telephone_has_the_time() -> None:
    assert 10 <= ASKING <= 30
