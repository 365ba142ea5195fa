"""One of several processes of a town: it leads when it may, and stops itself at a chosen point of its first post.

Its arguments are the address of the database, the file of the platform, and where to stop: "before call" (the intent
is committed), "after call" (the platform took it) or "never".
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.model import Posted, Reply
from bot.settings import Settings
from bot.store.postgresql import SharedStore, open_postgresql
from handlers.app import Program
from handlers.serving import lead
from tests.flow.conftest import build
from tests.flow.town import MONDAY
from tests.servers.platform import FakeChannel, Platform

TIMEOUT = 1.0


class StoppingChannel(FakeChannel):
    """Knows what every process posted; stops this one after its first post."""

    stop = "never"

    async def post(self, reply: Reply) -> Posted:
        self._look()
        posted = await super().post(reply)
        if self.stop == "after call":
            os.kill(os.getpid(), signal.SIGSTOP)
        return posted

    async def find(self, reply: Reply) -> Posted | None:
        self._look()
        return await super().find(reply)

    def _look(self) -> None:
        if self.platform.file and self.platform.file.exists():
            self.platform.posts = [tuple(post) for post in json.loads(self.platform.file.read_text())]


def stop_after_the_intent(store: SharedStore) -> None:
    """Stop this process when the intent to post is committed, before it calls."""
    lead_ = store.lead

    async def inside(fn: Any) -> Any:
        result = await lead_(fn)
        if type(result).__name__ == "Begun":
            os.kill(os.getpid(), signal.SIGSTOP)
        return result

    store.lead = inside  # type: ignore[method-assign]


async def live(url: str, file: Path, stop: str) -> None:
    store = open_postgresql(url, silence=1)
    StoppingChannel.stop = stop
    if stop == "before call":
        stop_after_the_intent(store)
    balie = build(
        store,
        platform=Platform(file=file, timeout=TIMEOUT),
        start=MONDAY + timedelta(minutes=1),
        channel=StoppingChannel,
    )
    nothing: Any = None
    program = Program(
        settings=Settings(),
        clock=balie.clock,
        rules=balie.rules,
        store=store,
        intake=balie.intake,
        office=balie.office,
        work=balie.work,
        channels={"plein": balie.channel},
        desks={("web", ""): balie.desk},
        answers=nothing,
        reloader=nothing,
        web=nothing,
    )
    leading = asyncio.create_task(lead(program))
    listening = asyncio.create_task(store.listen())
    minutes = 1
    while not leading.done():
        minutes += 1
        balie.clock.jump(MONDAY + timedelta(minutes=minutes))  # what waits for another try is due
        await asyncio.sleep(0.2)
    listening.cancel()
    leading.result()


def main() -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.PrintLoggerFactory(sys.stdout)
    )
    asyncio.run(live(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))


if __name__ == "__main__":
    main()
