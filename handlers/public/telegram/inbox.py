"""What keeps coming in: the updates of one bot, each confirmed to Telegram only when it is stored."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram.error import Conflict

from bot.errors import Unsure
from bot.ports import Memory, Receive
from handlers.public.telegram.events import album, number, to_events, to_know
from handlers.public.telegram.message import Me
from handlers.public.telegram.session import PAGE, Api, translated
from handlers.public.telegram.threads import Threads
from knowledge.rulebook.values import Account

WAIT = timedelta(seconds=30)  # for the next update, in one question
GATHER = timedelta(seconds=1)  # for the rest of an album
QUIET = timedelta(days=6)  # after a week without updates, Telegram goes on with another number

log = structlog.get_logger(__name__)


class Inbox:
    """One stretch of receiving, from the stored cursor on: the next update's number, and when we learned it."""

    def __init__(
        self, account: Account, api: Api, memory: Memory, receive: Receive, threads: Threads, *, wait: timedelta = WAIT
    ) -> None:
        self._account = account.key
        self._api = api
        self._memory = memory
        self._receive = receive
        self._threads = threads
        self._wait = wait
        self._me: Me | None = None
        self._offset = 0
        self._since = datetime.now(UTC)

    async def look(self) -> None:
        """Ask once for what is new, and wait for it. Raises an Outcome when the platform does not answer."""
        me = self._me or await self._start()
        page = await self._page()
        if not page:
            return
        events = to_events(page, account=self._account, me=me, known=await self._threads.known())
        last = max(found for update in page if (found := number(update)) is not None)
        now = datetime.now(UTC)
        await self._receive(self._account, events, cursor=_cursor(last + 1, now))
        self._offset, self._since = last + 1, now  # confirmed by the next question
        await self._threads.add(to_know(events))

    async def _start(self) -> Me:
        with translated():
            me = await self._api.me()
            await self._api.stop_webhook()
        kept = await self._memory.recall(self._account, "cursor")
        if kept:
            offset, _, since = kept.partition(" ")
            self._offset, self._since = int(offset), datetime.fromisoformat(since)
        cursor = _cursor(self._offset, self._since)
        await self._receive(self._account, [], cursor=cursor)  # says that the account is connected
        self._me = me
        return me

    async def _page(self) -> list[Any]:
        page = await self._ask(self._wait)
        if any(map(album, page)):
            await asyncio.sleep(GATHER.total_seconds())  # its pictures come one by one
            page = await self._ask(timedelta(0))
        return _whole(page)

    async def _ask(self, wait: timedelta) -> list[Any]:
        # 0: all that was never confirmed, so that a new count is not taken for an old one
        offset = self._offset if datetime.now(UTC) - self._since < QUIET else 0
        try:
            with translated():
                return await self._api.updates(offset, wait=wait)
        except Unsure as problem:
            if isinstance(problem.__cause__, Conflict):
                log.error("another program reads the messages of this bot", account=self._account)
            raise


def _cursor(offset: int, since: datetime) -> str:
    return f"{offset} {since.isoformat()}"


def _whole(page: list[Any]) -> list[Any]:
    """Leave an album at the end of a full page to the next one, which may hold the rest of it."""
    last = album(page[-1]) if len(page) == PAGE else ""
    whole = [update for update in page if album(update) != last] if last else page
    return whole or page
