"""A second account on Bluesky that speaks to the town's, for the canary; what it said is taken away again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from bot.canary import Voice
from bot.ports import Memory
from handlers.public.bluesky.channel import Bluesky
from handlers.public.bluesky.events import POST
from handlers.public.bluesky.payload import TID
from handlers.public.bluesky.session import SignedIn
from handlers.way_out import DIRECT, WayOut
from knowledge.rulebook.values import Account


class BlueskyVoice:
    """Mentions ``town``, whose did must be known: a handle alone notifies nobody."""

    whole = True

    def __init__(self, account: Account, password: str, memory: Memory, *, town: Bluesky, out: WayOut = DIRECT) -> None:
        self.author = account.name
        self._town = town
        self._signed_in = SignedIn(account, password, memory, timeout=town.abilities.timeout, out=out)
        self._said = ""  # record key

    async def speak(self, text: str) -> None:
        handle = "@" + self._town.account.name.removeprefix("@")
        record = to_record(handle, await self._town.did(), text)
        self._said = "".join(TID[(time.time_ns() // 1000 << 10) >> shift & 31] for shift in range(60, -1, -5))
        await self._do("com.atproto.repo.putRecord", record=record)

    async def hush(self) -> None:
        if self._said:
            await self._do("com.atproto.repo.deleteRecord")
            self._said = ""

    async def aclose(self) -> None:
        await self._signed_in.aclose()

    async def _do(self, call: str, **more: Any) -> None:
        place = {"repo": await self._signed_in.did(), "collection": POST, "rkey": self._said}
        await self._signed_in.do(call, {**place, **more})


def to_record(handle: str, did: str, text: str) -> dict[str, Any]:
    """Return a post that opens with a mention of somebody."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": did}
    facet = {"index": {"byteStart": 0, "byteEnd": len(handle.encode())}, "features": [mention]}
    return {"$type": POST, "text": f"{handle} {text}", "createdAt": at, "langs": ["nl"], "facets": [facet]}


_: type[Voice] = BlueskyVoice
