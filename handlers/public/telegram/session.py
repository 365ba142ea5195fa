"""One bot at the Bot API: its calls, and what goes wrong as our outcomes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from telegram import Bot, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.errors import Blocked, CannotStart, Outcome, Refused, TryLater, Unsure
from handlers.public.telegram.events import KINDS
from handlers.public.telegram.message import Me
from handlers.way_out import DIRECT, WayOut
from knowledge.rulebook.values import Account
from knowledge.sentence import Sentence, say

SERVICE = "https://api.telegram.org"
TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
PAGE = 100
PAUSE = timedelta(seconds=2)  # after a connection that did not come about
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
PROBLEMS = (TelegramError, httpx.HTTPError, TimeoutError, LookupError, TypeError, ValueError, AttributeError)
GONE = "to delete not found"
REASONS = (  # what the platform says, and what that means; any other words are passed on
    ("blocked by the user", say("this person has blocked us on Telegram.")),
    ("kicked", say("our account was taken out of this group.")),
    ("not a member", say("our account was taken out of this group.")),
    ("deactivated", say("this person's account does not exist any more.")),
    ("replied not found", say("the citizen's message is not there any more.")),
    ("replied message not found", say("the citizen's message is not there any more.")),
    ("can't initiate", say("this person has not opened a chat with us.")),
    ("not enough rights", say("our account may not write in this group.")),
    ("can't be deleted", say("Telegram lets us take a message away within 48 hours only.")),
)

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming form of RetryAfter, without its warning
logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it prints tokens and citizens' words; we log what matters


class Api:
    """Calls the Bot API as one bot; raises what ``translated`` understands. Nothing is ever repeated by itself."""

    def __init__(self, account: Account, token: str, *, timeout: timedelta, out: WayOut = DIRECT) -> None:
        if not TOKEN.fullmatch(token):
            sentence = say("The password of account '%(account)s' is not the token of a bot.", account=account.key)
            raise CannotStart(sentence)
        self.token = token
        self._timeout = timeout.total_seconds()
        self._request, self._polling = self._connections(out), self._connections(out)
        service = account.options.get("service", SERVICE)
        self._bot = Bot(token, f"{service}/bot", request=self._request, get_updates_request=self._polling)

    async def me(self) -> Me:
        async with asyncio.timeout(self._timeout):
            user = await self._bot.get_me()
        return Me(id=user.id, username=user.username or "")

    async def start_webhook(self, address: str, secret: str) -> None:
        """Have updates brought, one at a time and in order; those that wait stay."""
        async with asyncio.timeout(self._timeout):
            await self._bot.set_webhook(
                address, secret_token=secret, allowed_updates=KINDS, max_connections=1, drop_pending_updates=False
            )

    async def webhook(self) -> tuple[str, int]:
        """Return where updates are brought, and how many wait."""
        async with asyncio.timeout(self._timeout):
            info = await self._bot.get_webhook_info()
        return info.url, info.pending_update_count

    async def stop_webhook(self) -> None:
        """Let updates be asked for; those that wait stay."""
        async with asyncio.timeout(self._timeout):
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def updates(self, offset: int, *, wait: timedelta) -> list[Any]:
        """Return the oldest updates that wait, as they came; ``offset`` confirms all before it."""
        seconds = wait.total_seconds()
        asked = {"offset": offset, "limit": PAGE, "timeout": int(seconds), "allowed_updates": json.dumps(KINDS)}
        async with asyncio.timeout(self._timeout + seconds):
            # not by Bot.get_updates: there one malformed update takes the whole page with it
            payload = await self._polling.retrieve(
                f"{self._bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=self._timeout + seconds
            )
        found = json.loads(payload)["result"]
        if not isinstance(found, list):
            raise TypeError("no list of updates")
        return found

    async def send(self, payload: Mapping[str, Any]) -> Message:
        async with asyncio.timeout(self._timeout):
            return await self._bot.send_message(**payload)

    async def delete(self, chat: int, message: int) -> None:
        async with asyncio.timeout(self._timeout):
            await self._bot.delete_message(chat, message)

    async def aclose(self) -> None:
        await self._request.shutdown()
        await self._polling.shutdown()

    def _connections(self, out: WayOut) -> HTTPXRequest:
        most = self._timeout
        return HTTPXRequest(
            connection_pool_size=8,
            read_timeout=most,
            write_timeout=most,
            connect_timeout=most / 2,
            pool_timeout=most / 2,
            httpx_kwargs=out.for_httpx(),
        )


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client library raises into what it means for a post."""
    try:
        yield
    except PROBLEMS as problem:
        raise _outcome(problem) from problem


def _outcome(problem: Exception) -> Outcome:
    if isinstance(problem.__cause__, NOT_SENT):
        return TryLater(PAUSE)
    match problem:
        case RetryAfter():
            return TryLater(max(timedelta(seconds=1), _after(problem)))
        case InvalidToken():
            return Blocked("the token is not valid any more")
        case ChatMigrated():
            return Refused(say("this group has moved, and the message did not move with it."))
        case BadRequest() | Forbidden():
            return Refused(_reason(problem.message))
    return Unsure(type(problem).__name__)  # a time-out, a cut connection, a server error, or what we cannot read


def _after(problem: RetryAfter) -> timedelta:
    after = problem.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def _reason(message: str) -> Sentence:
    known = (sentence for words, sentence in REASONS if words in message)
    return next(known, say("Telegram refuses it: %(reason)s", reason=message))
