"""One account signed in at its server: keeps the session alive and turns what goes wrong into our outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import structlog
from atproto import AsyncClient, AsyncRequest, Session, SessionEvent
from atproto.exceptions import AtProtocolError, BadRequestError, RateLimitExceededError, RequestErrorBase
from atproto_client.client.base import Response
from atproto_client.models.base import ParamsModelBase
from atproto_client.models.common import XrpcError

from bot.errors import Blocked, Outcome, Refused, TryLater, Unsure
from bot.ports import Memory
from handlers.way_out import DIRECT, WayOut
from knowledge.rulebook.values import Account
from knowledge.sentence import say

SERVICE = "https://bsky.social"
PAUSE = timedelta(seconds=2)  # after a connection that did not come about
SPENT = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")  # a new session may help
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
MAY_HAVE_HAPPENED = (408, 409, 425)  # beside every 5xx

PROBLEMS = (AtProtocolError, httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError)

log = structlog.get_logger(__name__)


class SignedIn:
    """Calls the server as one account; raises what the client library raises, see ``translated``."""

    def __init__(
        self, account: Account, password: str, memory: Memory, *, timeout: timedelta, out: WayOut = DIRECT
    ) -> None:
        self.account = account
        self.skew = timedelta(0)  # how far our clock is ahead of the server's
        self._password = password
        self._memory = memory
        self._timeout = timeout.total_seconds()
        limits = httpx.Timeout(self._timeout, connect=self._timeout / 2)
        self._client = AsyncClient(
            account.options.get("service", SERVICE), AsyncRequest(timeout=limits, **out.for_httpx())
        )
        self._client.on_session_change(self._changed)
        self._session: Session | None = None
        self._signing_in = asyncio.Lock()

    async def ask(self, nsid: str, params: ParamsModelBase) -> dict[str, Any]:
        return await self._call(lambda: self._client.invoke_query(nsid, params=params))

    async def do(self, nsid: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._call(lambda: self._client.invoke_procedure(nsid, json=body))

    async def did(self) -> str:
        """Return who we are, after signing in if need be."""
        session = await self._sign_in()
        return str(session.did)

    async def aclose(self) -> None:
        await self._client.request.close()

    async def _call(self, send: Callable[[], Awaitable[Response]]) -> dict[str, Any]:
        session = await self._sign_in()
        token = session.access_jwt
        try:
            return await self._answer(send)
        except RequestErrorBase as problem:
            if error_name(problem) not in SPENT:
                raise
        await self._sign_in(spent=token)
        return await self._answer(send)

    async def _answer(self, send: Callable[[], Awaitable[Response]]) -> dict[str, Any]:
        async with asyncio.timeout(self._timeout):
            response = await send()
        if date := response.headers.get("date"):
            self.skew = datetime.now(UTC) - parsedate_to_datetime(date)
        if not isinstance(response.content, dict):
            raise ValueError("not a JSON object")
        return response.content

    async def _sign_in(self, *, spent: str = "") -> Session:
        """Return the session in use, or the one that was kept, or a new one; never that of the ``spent`` token."""
        async with self._signing_in:
            if self._session and self._session.access_jwt != spent:
                return self._session
            kept = None if spent else await self._kept()
            if kept:
                await self._client.login(session_string=kept, fetch_bsky_profile=False)
            else:  # one of the 30 sign-ins per five minutes
                async with asyncio.timeout(self._timeout):
                    await self._client.login(self._handle, self._password, fetch_bsky_profile=False)
            self._session = Session.decode(self._client.export_session_string())
            return self._session

    async def _kept(self) -> str | None:
        kept = await self._memory.recall(self.account.key, "session")
        try:
            session = Session.decode(kept) if kept else None
            usable = session is not None and session.handle == self._handle and bool(session.access_jwt_payload.exp)
        except (AtProtocolError, ValueError):
            return None
        return kept if usable else None

    async def _changed(self, event: SessionEvent, session: Session) -> None:
        self._session = session
        if event is not SessionEvent.IMPORT:
            await self._memory.keep(self.account.key, "session", session.encode())

    @property
    def _handle(self) -> str:
        return self.account.name.removeprefix("@").lower()


def error_name(problem: RequestErrorBase) -> str:
    content = problem.response.content if problem.response else None
    return content.error if isinstance(content, XrpcError) else ""


def status(problem: RequestErrorBase) -> int:
    """Return the HTTP status; 0: no answer came."""
    return problem.response.status_code if problem.response else 0


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client library raises into what it means for a post."""
    try:
        yield
    except PROBLEMS as problem:
        raise _outcome(problem) from problem


def _outcome(problem: Exception) -> Outcome:
    if isinstance(problem.__cause__ or problem, NOT_SENT):
        return TryLater(PAUSE)
    if isinstance(problem, RateLimitExceededError):
        return TryLater(_until_reset(problem))
    if not isinstance(problem, RequestErrorBase) or status(problem) == 0:
        return Unsure(type(problem).__name__)
    if status(problem) == 401:
        return Blocked(error_name(problem))
    if isinstance(problem, BadRequestError) and error_name(problem) == "InvalidSwap":
        return Unsure("InvalidSwap")
    if 400 <= status(problem) < 500 and status(problem) not in MAY_HAVE_HAPPENED:
        return Refused(say("Bluesky refuses it: %(reason)s", reason=str(problem)))
    return Unsure(str(status(problem)))


def _until_reset(problem: RateLimitExceededError) -> timedelta:
    seconds = problem.retry_after
    if seconds is None and problem.reset_at:
        seconds = (problem.reset_at - datetime.now(UTC)).total_seconds()
    return max(timedelta(seconds=1), timedelta(seconds=seconds)) if seconds is not None else PAUSE
