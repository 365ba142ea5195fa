"""A town's bot on Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from telegram.error import BadRequest

from bot.errors import Blocked, Refused, StoreUnavailable, TryLater, Unsure
from bot.model import Abilities, Current, Mention, Posted, Recovery, Reply, Unknown, Visibility
from bot.ports import Memory, PublicChannel, Receive
from handlers.public.telegram.inbox import WAIT, Inbox
from handlers.public.telegram.message import post_id, url
from handlers.public.telegram.payload import MAX_LENGTH, length, spot, to_payload
from handlers.public.telegram.session import GONE, PAUSE, Api, translated
from handlers.public.telegram.threads import Threads
from handlers.public.telegram.webhook import LOOK, Hook
from handlers.way_out import DIRECT, WayOut
from knowledge.rulebook.values import Account
from knowledge.sentence import say

SOON = timedelta(seconds=0.05)  # between two looks, should the answers come at once
FIRST_PAUSE = timedelta(seconds=1)
PATIENCE = timedelta(minutes=5)  # the longest pause after failures

log = structlog.get_logger(__name__)


class Telegram:
    """Telegram knows no key and shows a bot nothing of what stands: after an unclear answer a person must look.

    It tells of edits, but neither of deletions nor of what we post ourselves.
    """

    abilities = Abilities(
        recovery=Recovery.ASK,
        timeout=timedelta(seconds=8),
        max_length=MAX_LENGTH,
        visibilities=(Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.PRIVATE),
        edits=True,
        removes=True,  # within 48 hours
        rereads=False,
        tells_deletions=False,
        tells_own_posts=False,
        host="Telegram",
        title="Telegram",
    )

    def __init__(
        self,
        account: Account,
        token: str,
        memory: Memory,
        *,
        timeout: timedelta = abilities.timeout,
        wait: timedelta = WAIT,
        out: WayOut = DIRECT,
        public_url: str = "",
        look: timedelta = LOOK,
    ) -> None:
        self.account = account
        self._memory = memory
        self._wait = wait
        self._api = Api(account, token, timeout=timeout, out=out)
        hooked = account.options.get("receive") == "webhook"
        self._threads = Threads(memory, account.key, shared=hooked)
        self.hook = Hook(account, self._api, self._threads, public_url=public_url, look=look) if hooked else None
        self.heard: datetime | None = None

    async def run(self, receive: Receive) -> None:
        if self.hook is None:
            inbox = Inbox(self.account, self._api, self._memory, receive, self._threads, wait=self._wait)
            await self._keep(inbox.look)
            return
        try:
            await self._keep(partial(self.hook.look, receive))
        finally:
            self.hook.let_go()

    async def _keep(self, look: Callable[[], Awaitable[None]]) -> None:
        """Look again and again, whatever goes wrong but a revoked token."""
        failures = 0
        while True:
            pause = SOON
            try:
                await look()
                failures, self.heard = 0, datetime.now(UTC)
            except Blocked:
                raise
            except Exception as problem:  # whatever it was, what was not stored comes again
                failures += 1
                pause = _after(problem, failures)
                if isinstance(problem, TryLater) and problem.after > PAUSE:
                    self.heard = datetime.now(UTC) + problem.after
                kinds = [type(each).__name__ for each in (problem, problem.__cause__) if each]  # texts may hold secrets
                log.warning("telegram look failed", account=self.account.key, problem=kinds)
            await asyncio.sleep(pause.total_seconds())

    def length(self, text: str) -> int:
        return length(text)

    async def post(self, reply: Reply) -> Posted:
        if length(reply.text) > MAX_LENGTH:
            raise Refused(say("the text is too long for Telegram, which takes 4,096 characters."))
        payload = to_payload(reply)
        with translated():
            sent = await self._api.send(payload)
            message, at = sent.to_dict(), sent.date.astimezone(UTC)
            place, link = post_id(message), url(message)
        if reply.mention:
            with contextlib.suppress(StoreUnavailable):  # it stands there; without this a later answer opens a thread
                await self._threads.add({place: reply.mention.thread_id})
        return Posted(post_id=place, url=link, at=at)

    async def find(self, reply: Reply) -> Posted | None:
        raise Unsure("Telegram shows a bot nothing of what stands")

    async def current(self, mention: Mention) -> Current:
        return Unknown()

    async def remove(self, posted: Posted) -> None:
        if not posted.post_id:  # a person confirmed it
            raise Refused(say("Balie does not know which message this is; take it away in Telegram itself."))
        chat, message = spot(posted.post_id)
        with translated():
            try:
                await self._api.delete(chat, message)
            except BadRequest as problem:
                if GONE not in problem.message:
                    raise

    async def aclose(self) -> None:
        await self._api.aclose()


def _after(problem: Exception, failures: int) -> timedelta:
    """Return how long to wait: what the platform says, else longer each time, never in step with others."""
    if isinstance(problem, TryLater):
        return problem.after
    longer: timedelta = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), PATIENCE)
    return longer * random.uniform(0.5, 1.0)


_: type[PublicChannel] = Telegram
