"""The one open line to each browser: which conversations and posts changed; it carries no words of anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from handlers.web.site import Site, Visit
from handlers.web.square import Square

PING = 15  # seconds
RETRY = 1000  # milliseconds until a browser tries again


class Stream:
    def __init__(self, site: Site, square: Square | None) -> None:
        self._site = site
        self._square = square
        self._open: set[asyncio.Queue[ServerSentEvent]] = set()

    def clock_changed(self) -> None:
        """Tell every browser that the clock of the demo jumped: each time on the page may read otherwise."""
        for news in self._open:
            news.put_nowait(ServerSentEvent(event="clock", data=""))

    async def open(self, visit: Visit) -> Response:
        return EventSourceResponse(self._news(), ping=PING, headers={"x-accel-buffering": "no"})

    async def _news(self) -> AsyncIterator[ServerSentEvent]:
        """Merge what changed at the desk and on the square, until the browser leaves."""
        news: asyncio.Queue[ServerSentEvent] = asyncio.Queue()
        self._open.add(news)
        sources = [asyncio.create_task(_forward(self._site.office.watch(), "card", news))]
        if self._square:
            sources.append(asyncio.create_task(_forward(self._square.watch(), "post", news)))
        await asyncio.sleep(0)  # from here on nothing is missed
        yield ServerSentEvent(event="hello", data="", retry=RETRY)
        try:
            while True:
                yield await news.get()
        finally:
            self._open.discard(news)
            for source in sources:
                source.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*sources, return_exceptions=True)


async def _forward(changes: AsyncIterator[int], name: str, news: asyncio.Queue[ServerSentEvent]) -> None:
    async for number in changes:
        news.put_nowait(ServerSentEvent(event=name, data=str(number)))
