"""Telegram brings its updates to us: each is stored before it is acknowledged, and nobody else can bring any."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import CannotStart, Outcome, StoreUnavailable
from bot.ports import Receive
from handlers.public.telegram.events import to_events, to_know
from handlers.public.telegram.message import Me
from handlers.public.telegram.session import Api, translated
from handlers.public.telegram.threads import Threads
from handlers.webhooks import body_of
from knowledge.rulebook.values import Account
from knowledge.sentence import say

FOLDER = "/telegram"
HEADER = b"x-telegram-bot-api-secret-token"
LOOK = timedelta(minutes=1)  # between two looks whether Telegram still knows where to bring them

log = structlog.get_logger(__name__)


class Hook:
    """Where the updates of one bot are brought; any process of the town may take them."""

    def __init__(self, account: Account, api: Api, threads: Threads, *, public_url: str, look: timedelta) -> None:
        if not public_url:
            raise CannotStart(
                say("Account '%(account)s' has 'receive: webhook'. Set BALIE_PUBLIC_URL too.", account=account.key)
            )
        self.account = account
        self.secret = secret_of(api.token)
        self._api, self._threads, self._look = api, threads, look
        self._address = f"{public_url.rstrip('/')}{FOLDER}/{account.key}"
        self._begun = False
        self._me: Me | None = None
        self._receive: Receive | None = None

    async def look(self, receive: Receive) -> None:
        """See to it that updates are brought here. Raises an Outcome when the platform does not answer."""
        if self._begun:
            await asyncio.sleep(self._look.total_seconds())
        with translated():
            where, waiting = await self._api.webhook()
            if where != self._address:
                await self._api.start_webhook(self._address, self.secret)
        if waiting:
            log.warning("telegram has updates that it could not bring", account=self.account.key, waiting=waiting)
        if not self._begun:
            await receive(self.account.key, [])  # says that the account is connected
        self._begun, self._receive = True, receive

    def let_go(self) -> None:
        """From now on another process looks after it."""
        self._begun, self._receive = False, None

    async def take(self, update: object, receive: Receive) -> None:
        """Store what was brought; raises StoreUnavailable, or an Outcome while we do not know who we are."""
        me = await self._who()
        known = await self._threads.known()
        events = to_events([update], account=self.account.key, me=me, known=known)
        await (self._receive or receive)(self.account.key, events)
        await self._threads.add(to_know(events))

    async def _who(self) -> Me:
        if self._me is None:
            with translated():
                self._me = await self._api.me()
        return self._me


def secret_of(token: str) -> str:
    """Return what Telegram shows with every update: known to whoever has the bot's token, and to nobody else."""
    return hmac.new(token.encode(), b"balie webhook", hashlib.sha256).hexdigest()


def telegram_route(hooks: Iterable[Hook], receive: Receive) -> Route:
    """Return one address for all bots, with the key of the account at its end."""
    known = {hook.account.key: hook for hook in hooks}
    return Route(f"{FOLDER}/{{account}}", _endpoint(known, receive), methods=["POST"])


def _endpoint(hooks: dict[str, Hook], receive: Receive) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        hook = hooks.get(request.path_params["account"])
        if hook is None or not _shown(request, hook.secret):
            return Response(status_code=401)
        body = await body_of(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        try:
            await hook.take(update, receive)
        except (StoreUnavailable, Outcome) as problem:  # not stored: Telegram brings it again
            log.warning("telegram update not taken", account=hook.account.key, problem=type(problem).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    return endpoint


def _shown(request: Request, secret: str) -> bool:
    """Tell whether the very bytes of the secret were shown, in a time that tells nothing of it."""
    given = [value for name, value in request.headers.raw if name == HEADER]
    return len(given) == 1 and hmac.compare_digest(given[0], secret.encode())
