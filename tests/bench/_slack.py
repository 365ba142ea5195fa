"""A fake Slack in a process of its own, so that its work is not counted as ours."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from tests.servers.slack import Json, Slack


@contextmanager
def slack_apart(channels: Sequence[str]) -> Iterator[str]:
    """Start it and give the address of its Web API."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there, channels), daemon=True)
    process.start()
    yield here.recv()
    here.send(None)
    process.join()
    if process.exitcode:
        raise RuntimeError("Slack would not have taken everything")


class OfBolt(Slack):
    """Slack-bolt names the workspace in every call."""

    def _take(self, method: str, arguments: Json) -> Json:
        return super()._take(method, {name: value for name, value in arguments.items() if name != "team_id"})


def _serve(pipe: Connection, channels: Sequence[str]) -> None:
    async def serve() -> None:
        slack = OfBolt()
        await slack.start()
        for channel in channels:
            slack.channel(channel)
        pipe.send(slack.base_url)
        await asyncio.to_thread(pipe.recv)
        await slack.stop()
        if slack.refused:
            raise SystemExit(f"refused: {slack.refused[:3]}")

    asyncio.run(serve())
