"""What is known of the newest posts, to understand what comes after them: Telegram tells only one step back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice

from bot.ports import Memory

MOST = 1000
NAME = "threads"


class Threads:
    """The thread of each post, and the post of each album; kept between runs.

    ``shared``: other processes add to it too, so what this one remembers is not all.
    """

    def __init__(self, memory: Memory, account: str, *, shared: bool = False) -> None:
        self._memory = memory
        self._account = account
        self._shared = shared
        self._known: dict[str, str] | None = None

    async def known(self) -> Mapping[str, str]:
        if self._known is None or self._shared:
            kept = await self._memory.recall(self._account, NAME)
            self._known = {**json.loads(kept or "{}"), **(self._known or {})}
        return self._known

    async def add(self, found: Mapping[str, str]) -> None:
        known = await self.known()
        if any(known.get(key) != value for key, value in found.items()):
            whole = {**known, **found}
            self._known = dict(islice(whole.items(), max(0, len(whole) - MOST), None))
            await self._memory.keep(self._account, NAME, json.dumps(self._known))
