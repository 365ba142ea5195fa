"""What keeps coming in: mentions, our own posts, and known posts that were changed or taken away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from atproto import models

from bot.model import Deleted, Edited, Mentioned, Unknown
from bot.ports import Memory, Receive
from handlers.public.bluesky.events import POST, REASONS, moment, own_posts, to_events
from handlers.public.bluesky.session import PROBLEMS, SignedIn, translated
from handlers.public.bluesky.standing import BATCH, batches, changes, listed

PAGE = 100
HELD = 10 * PAGE  # after a long silence, so many are put in order before they are handed on
OVERLAP = timedelta(minutes=5)  # pages are read back to this long before the newest that we know
REACH = timedelta(days=1)  # a post is sorted by its author's clock when that is slow: so far back we take it
SWEEP_EVERY = 120  # looks: read back over the whole REACH
OWN_EVERY = 12  # looks
WATCH_EVERY = 3  # looks: see whether some known posts still stand
WATCHED = 500
WATCH_FOR = timedelta(days=7)
ENDLESS = 1000  # pages; more is a server that never says stop

log = structlog.get_logger(__name__)


class Inbox:
    """One stretch of receiving, from the stored cursor on: the ``indexedAt`` of the newest mention taken in."""

    def __init__(self, signed_in: SignedIn, memory: Memory, receive: Receive) -> None:
        self._signed_in = signed_in
        self._account = signed_in.account.key
        self._memory = memory
        self._receive = receive
        self._newest = ""
        self._looks = 0
        self._delivered: dict[str, None] = {}  # spares the store what it certainly has
        self._own: set[str] = set()
        self._watched: dict[str, tuple[str, str]] = {}  # at-uri -> (cid, posted at); read again in this order

    async def look(self) -> None:
        """Ask once for what is new. Raises an Outcome when the platform does not answer."""
        if not self._newest:
            await self._start()
        with translated():
            await self._mentions(sweep=self._looks % SWEEP_EVERY == 0)
            if self._looks % OWN_EVERY == 0:
                await self._own_posts()
            if self._looks % WATCH_EVERY == 0:
                await self._watch()
        self._looks += 1

    async def _start(self) -> None:
        watched = json.loads(await self._memory.recall(self._account, "watched") or "{}")
        self._watched = {uri: (cid, at) for uri, (cid, at) in watched.items()}
        self._newest = await self._memory.recall(self._account, "cursor") or datetime.now(UTC).isoformat()

    async def _mentions(self, *, sweep: bool) -> None:
        known, future = moment(self._newest), datetime.now(UTC) + OVERLAP
        newest, seen, fresh = self._newest, dict[str, None](), list[dict[str, Any]]()
        async for page in self._pages(back_to=known - (REACH if sweep else OVERLAP)):
            recent = [item for item in page if moment(item["indexedAt"]) > known - REACH]
            passed = (item["indexedAt"] for item in recent if moment(item["indexedAt"]) < future)
            newest = max([newest, *passed], key=moment)
            fresh += [item for item in recent if str(item.get("uri")) not in self._delivered]
            seen.update((str(item.get("uri")), None) for item in recent)
            if len(fresh) >= HELD:
                await self._deliver(fresh)
                fresh = []
        await self._deliver(fresh)
        if newest != self._newest or not self._looks:  # at first also to say that the account is connected
            await self._receive(self._account, [], cursor=newest)
        self._newest = newest
        self._delivered = seen if sweep else self._delivered | seen

    async def _pages(self, *, back_to: datetime) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield pages, newest first, until one reaches ``back_to``."""
        params = models.AppBskyNotificationListNotifications.Params(limit=PAGE, reasons=list(REASONS))
        for _ in range(ENDLESS):
            answer = await self._signed_in.ask("app.bsky.notification.listNotifications", params)
            page = [item for item in listed(answer, "notifications") if _timed(item)]
            yield page
            # a page may be empty and yet have a cursor; and the server at times forgets it: it is such a time
            oldest = min((item["indexedAt"] for item in page), key=moment, default=params.cursor)
            cursor = answer.get("cursor") or oldest
            if cursor in (None, params.cursor) or (page and moment(oldest) <= back_to):
                return
            params = params.model_copy(update={"cursor": cursor})
        log.error("endless notifications", account=self._account, back_to=back_to.isoformat())

    async def _deliver(self, items: Sequence[dict[str, Any]]) -> None:
        """Hand on what is in a row of pages, oldest first: a question before what was said about it."""
        events = to_events({"notifications": items}, account=self._account, did=await self._signed_in.did())
        for start in range(0, len(events), PAGE):
            await self._hand_on(events[start : start + PAGE])

    async def _hand_on(self, mentioned: Sequence[Mentioned]) -> None:
        await self._watch_also(mentioned)
        followers = await self._followers({event.mention.author_id for event in mentioned})
        counted = [
            replace(event, mention=replace(event.mention, followers=followers.get(event.mention.author_id)))
            for event in mentioned
        ]
        await self._receive(self._account, counted)

    async def _followers(self, authors: set[str]) -> dict[str, int]:
        """Return how many follow each author; a mention never waits for a number."""
        found = {}
        try:
            for batch in batches(sorted(authors)):
                params = models.AppBskyActorGetProfiles.Params(actors=batch)
                for profile in listed(await self._signed_in.ask("app.bsky.actor.getProfiles", params), "profiles"):
                    if isinstance(count := profile.get("followersCount"), int):
                        found[str(profile.get("did"))] = count
        except PROBLEMS as problem:
            log.warning("followers unknown", account=self._account, problem=type(problem).__name__)
        return found

    async def _own_posts(self) -> None:
        """Report what stands on our account, from Balie or from elsewhere, as the server itself has it."""
        params = models.ComAtprotoRepoListRecords.Params(repo=await self._signed_in.did(), collection=POST, limit=50)
        events = own_posts(await self._signed_in.ask("com.atproto.repo.listRecords", params))
        fresh = [event for event in events if event.event_id not in self._own]
        if fresh:
            await self._receive(self._account, fresh)
        self._own = {event.event_id for event in events}

    async def _watch(self) -> None:
        """Read some known posts again; within a quarter of an hour all of them have their turn."""
        batch = dict(islice(self._watched.items(), BATCH))
        found = await changes(self._signed_in, {uri: cid for uri, (cid, _) in batch.items()})
        changed = {uri: change for uri, change in found.items() if not isinstance(change, Unknown)}
        if changed:
            await self._receive(self._account, list(changed.values()))
        for uri, (cid, at) in batch.items():
            del self._watched[uri]
            change = changed.get(uri)
            if not isinstance(change, Deleted):
                self._watched[uri] = (change.reference["cid"] if isinstance(change, Edited) else cid, at)
        if changed:
            await self._keep_watched()

    async def _watch_also(self, mentioned: Sequence[Mentioned]) -> None:
        for event in mentioned:
            mention = event.mention
            # the first cid stays: one that came since is an edit, still to be reported
            self._watched.setdefault(mention.post_id, (mention.reference["cid"], mention.posted_at.isoformat()))
        await self._keep_watched()

    async def _keep_watched(self) -> None:
        """Keep the newest; kept before the mentions themselves, so that a crash in between forgets none."""
        since = (datetime.now(UTC) - WATCH_FOR).isoformat()
        newest = sorted(self._watched, key=lambda uri: self._watched[uri][1])[-WATCHED:]
        keep = {uri for uri in newest if self._watched[uri][1] > since}
        self._watched = {uri: known for uri, known in self._watched.items() if uri in keep}
        await self._memory.keep(self._account, "watched", json.dumps(self._watched))


def _timed(item: dict[str, Any]) -> bool:
    try:
        moment(item.get("indexedAt"))
    except (TypeError, ValueError) as problem:
        log.warning("bluesky item skipped", uri=str(item.get("uri"))[:200], problem=type(problem).__name__)
        return False
    return True
