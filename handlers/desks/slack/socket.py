"""Socket Mode: Slack comes to us over a connection that we opened; it is replaced when it falls silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.desks.slack.calls import SIGNED_OUT, SIGNED_OUT_PAUSE, quiet

PING = 10.0  # seconds; four without an answer and the connection is replaced
LOOK = 15.0  # seconds between looks
SILENCE = 240.0  # seconds without a word from Slack before we open another connection

log = structlog.get_logger()


class Socket(SocketModeClient):
    """The library's client, which backs off when the token does not count any more."""

    def __init__(self, token: str, client: AsyncWebClient, *, signed_out: Callable[[], Awaitable[None]]) -> None:
        super().__init__(token, logger=quiet, web_client=client, proxy=client.proxy, ping_interval=PING)
        self._signed_out = signed_out

    async def issue_new_wss_url(self) -> str:
        while True:
            try:
                return await super().issue_new_wss_url()
            except SlackApiError as exc:
                if exc.response.get("error") not in SIGNED_OUT:
                    raise
                await self._signed_out()
                await asyncio.sleep(SIGNED_OUT_PAUSE.total_seconds())


class Listening:
    """Listens until cancelled. ``heard``: when Slack last said something, on the clock of ``time.monotonic``."""

    def __init__(self, app: AsyncApp, socket: Socket, *, silence: float = SILENCE) -> None:
        self._app, self._socket, self._silence = app, socket, silence
        self.heard = time.monotonic()
        socket.socket_mode_request_listeners.append(self._request)
        socket.message_listeners.append(self._message)

    async def run(self) -> None:
        try:
            await self._socket.connect_to_new_endpoint(force=True)
            while True:
                await asyncio.sleep(min(self._silence / 4, LOOK))
                if time.monotonic() - self.heard > self._silence:
                    await self._replace()
        finally:
            with suppress(Exception):
                await self._socket.close()  # type: ignore[no-untyped-call]

    async def _replace(self) -> None:
        """A connection can be up and deliver nothing: no ping tells, so a silent one is never trusted for long."""
        log.info("slack is silent, connecting anew")
        self.heard = time.monotonic()
        await self._socket.connect_to_new_endpoint(force=True)

    async def _message(
        self, client: AsyncBaseSocketModeClient, message: dict[str, Any], raw: str | None = None
    ) -> None:
        if message.get("type") != "hello":
            self.heard = time.monotonic()

    async def _request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, answer, time.time())
