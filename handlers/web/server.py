"""The web server: it leaves signals to us, and cuts off who takes for ever to ask something."""

from __future__ import annotations

import asyncio
import contextlib

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.settings import Settings

ASKING = 15.0  # seconds from the first byte of a request to its last
MOST = 800  # connections at once; more are told to come back later


class Impatient(H11Protocol):
    """Closes a connection on which a request does not come to its end; an answer may take as long as it likes."""

    asking = ASKING
    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._watch()
        else:
            self._rest()

    def _watch(self) -> None:
        if self._cut is None:
            self._cut = self.loop.call_later(self.asking, self.transport.abort)

    def _rest(self) -> None:
        if self._cut:
            self._cut.cancel()
            self._cut = None


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again before what is in flight is finished."""

    capture_signals = contextlib.nullcontext  # type: ignore[assignment]


def server_of(app: ASGIApp, settings: Settings, *, protocol: type[Impatient] = Impatient) -> Server:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        limit_concurrency=MOST,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return Server(config)
