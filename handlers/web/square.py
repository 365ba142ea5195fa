"""The square (het plein): a small public network of its own, and the town's account on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import regex
import structlog

from bot.clock import Clock
from bot.errors import Refused
from bot.model import (
    Abilities,
    Current,
    Deleted,
    Edited,
    Event,
    Mention,
    Mentioned,
    OwnPost,
    Posted,
    Recovery,
    Reply,
    Unchanged,
)
from bot.ports import Memory, PublicChannel, Receive
from handlers.web.square_store import Happened, Post, SquareStore
from knowledge.rulebook.values import Account
from knowledge.sentence import say

P = ParamSpec("P")
T = TypeVar("T")

MOST_CHARACTERS = 500
LINK_LENGTH = 23  # every web address counts as this many
PAGE = 100
REFUSED_PAUSE = 0.5  # seconds
TURN = 60.0  # seconds; also on a quiet square we look now and then
ABILITIES = Abilities(
    recovery=Recovery.KEY, max_length=MOST_CHARACTERS, addresses=True, edits=True, removes=True,
    host="het plein", title="het plein",
)  # fmt: skip

log = structlog.get_logger()
_LINK = regex.compile(r"https?://\S+")


def to_events(happened: Happened, *, public_url: str, account: str) -> Event | None:
    """Translate one line of the square's list; None for what does not concern the town."""
    post, number = happened.post, str(happened.id)
    if not post.concerns:
        return None
    if happened.kind == "deleted":
        return Deleted(event_id=number, post_id=str(post.id), at=happened.at)
    if happened.kind == "edited":
        return Edited(event_id=number, post_id=str(post.id), text=happened.text, at=happened.at)
    parent = str(post.parent or "")
    url = address(public_url, post)
    if post.town:
        return OwnPost(
            event_id=number, post_id=str(post.id), parent_id=parent, text=happened.text, at=happened.at, url=url
        )
    return Mentioned(event_id=number, mention=to_mention(post, text=happened.text, account=account, url=url))


def to_mention(post: Post, *, text: str, account: str, url: str) -> Mention:
    return Mention(
        account=account,
        post_id=str(post.id),
        thread_id=str(post.root),
        parent_id=str(post.parent or ""),
        author_id=post.handle,
        author=post.handle,
        text=text,
        posted_at=post.at,
        url=url,
        language="nl",
        followers=post.followers,
    )


def address(public_url: str, post: Post) -> str:
    return f"{public_url}/plein/{post.root}#bericht-{post.id}"


class Square:
    """The town's account on the square. ``post`` knows our key again, so a repeated post is the same post."""

    abilities = ABILITIES

    def __init__(self, account: Account, *, path: Path | str, memory: Memory, clock: Clock, public_url: str) -> None:
        self.account = account
        self.handle = account.name if account.name.startswith("@") else f"@{account.name}"
        self._memory = memory
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._store = SquareStore(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="square")
        self._changed = asyncio.Event()
        self.heard: datetime | None = None
        self._watchers: set[asyncio.Queue[int]] = set()

    # --- as a public channel --------------------------------------------------------------------------------------

    async def run(self, receive: Receive) -> None:
        cursor = int(await self._memory.recall(self.account.key, "cursor") or 0)
        await receive(self.account.key, [], cursor=str(cursor))  # connected
        while True:
            self._changed.clear()
            try:
                cursor = await self._receive(receive, cursor)
            except Exception as problem:  # the page was not taken in: it comes again
                log.warning("square page refused", account=self.account.key, problem=type(problem).__name__)
                await asyncio.sleep(REFUSED_PAUSE)
            else:
                self.heard = datetime.now(UTC)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), TURN)

    async def _receive(self, receive: Receive, cursor: int) -> int:
        """Hand over everything after the cursor; return the new one."""
        while page := await self._do(self._store.events, after=cursor, limit=PAGE):
            found = (to_events(each, public_url=self._public_url, account=self.account.key) for each in page)
            await receive(self.account.key, [event for event in found if event], cursor=str(page[-1].id))
            cursor = page[-1].id
        return cursor

    def length(self, text: str) -> int:
        """Count what people see as characters; a web address counts as 23."""
        return len(regex.findall(r"\X", _LINK.sub("x" * LINK_LENGTH, text)))

    async def post(self, reply: Reply) -> Posted:
        before = reply.previous.post_id if reply.previous else ""  # empty: a person confirmed it, we never saw it
        under = before or (reply.mention.post_id if reply.mention else "")
        if self.length(reply.text) > MOST_CHARACTERS:
            raise Refused(say("the text is too long for %(title)s.", title=ABILITIES.title))
        if under:
            above = await self._do(self._store.post, int(under))
            if above is None or (above.deleted_at and not await self._do(self._store.by_key, reply.key)):
                raise Refused(say("the message that we answer is gone."))
        post = await self._write(reply.text, handle=self.handle, parent=int(under) if under else None, key=reply.key)
        return self._posted(post)

    async def find(self, reply: Reply) -> Posted | None:
        post = await self._do(self._store.by_key, reply.key)
        return self._posted(post) if post and not post.deleted_at else None

    async def current(self, mention: Mention) -> Current:
        post = await self._do(self._store.post, int(mention.post_id))
        if post is None or post.deleted_at:
            at = (post.deleted_at if post else None) or self._clock.now()
            return Deleted(event_id=f"gone:{mention.post_id}", post_id=mention.post_id, at=at)
        if post.text != mention.text:
            event_id = f"read:{post.id}:{post.edited_at}"
            return Edited(event_id=event_id, post_id=mention.post_id, text=post.text, at=post.edited_at or post.at)
        return Unchanged()

    async def remove(self, posted: Posted) -> None:
        await self.take_away(int(posted.post_id))

    # --- as the place where citizens write ------------------------------------------------------------------------

    async def write(
        self, text: str, *, handle: str, name: str = "", parent: int | None = None, followers: int | None = None
    ) -> Post:
        """Write as a citizen; nobody can write under the town's handle this way."""
        if handle.lower() == self.handle.lower():
            raise PermissionError(handle)
        return await self._write(text, handle=handle, name=name, parent=parent, followers=followers)

    async def announce(self, text: str) -> Post:
        """Write as the town, outside Balie: its own news."""
        return await self._write(text, handle=self.handle)

    async def change(self, number: int, *, text: str) -> None:
        await self._do(self._store.edit, number, text=text, at=self._clock.now())
        self._tell(number)

    async def take_away(self, number: int) -> None:
        await self._do(self._store.delete, number, at=self._clock.now())
        self._tell(number)

    async def read(self, number: int) -> Post | None:
        return await self._do(self._store.post, number)

    async def threads(self, *, limit: int = 40) -> list[list[Post]]:
        return await self._do(self._store.threads, limit=limit)

    async def thread(self, root: int) -> list[Post]:
        return await self._do(self._store.thread, root)

    async def watch(self) -> AsyncIterator[int]:
        """Yield the number of each post that was written, edited or deleted, from now on."""
        changes: asyncio.Queue[int] = asyncio.Queue()
        self._watchers.add(changes)
        try:
            while True:
                yield await changes.get()
        finally:
            self._watchers.discard(changes)

    async def aclose(self) -> None:
        await self._do(self._store.close)
        self._thread.shutdown()

    async def _write(
        self,
        text: str,
        *,
        handle: str,
        name: str = "",
        parent: int | None = None,
        followers: int | None = None,
        key: str | None = None,
    ) -> Post:
        post = await self._do(
            self._store.write,
            text,
            handle=handle,
            name=name,
            at=self._clock.now(),
            town_handle=self.handle,
            parent=parent,
            followers=followers,
            key=key,
        )
        self._tell(post.id)
        return post

    def _posted(self, post: Post) -> Posted:
        return Posted(post_id=str(post.id), url=address(self._public_url, post), at=post.at)

    def _tell(self, number: int) -> None:
        self._changed.set()
        for changes in self._watchers:
            changes.put_nowait(number)

    async def _do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))


_: type[PublicChannel] = Square
