"""The stage for Bluesky: the handler against the fake in tests/servers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import ClassVar, Self

from handlers.public.bluesky import Bluesky
from knowledge.rulebook.values import Account
from tests.contract.stage import CALL_TIMEOUT, KeptInMemory
from tests.servers.bluesky import PUT, FakeBluesky
from tests.servers.faults import Fault

PASSWORD = "app-word-of-the-town"


class BlueskyStage:
    faults: ClassVar[frozenset[Fault]] = frozenset(Fault)

    def __init__(self) -> None:
        self.server = FakeBluesky()
        self.memory = KeptInMemory()

    async def __aenter__(self) -> Self:
        await self.server.start()
        self.town = self.server.join("gemeente.test", PASSWORD)
        self.citizen = self.server.join("inwoner.test", followers=42)
        self.channel = self.make()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.aclose()
        await self.server.stop()

    def make(self) -> Bluesky:
        options = {"service": self.server.url, "every": "0.02"}
        account = Account(key="bsky", channel="bluesky", name="@gemeente.test", options=options)
        return Bluesky(account, PASSWORD, self.memory, timeout=CALL_TIMEOUT)

    async def write(self, text: str, *, under: str = "") -> str:
        await asyncio.sleep(0.002)  # times on Bluesky are in milliseconds
        if under:
            return self.server.write(self.citizen, text, under=under)
        return self.server.write(self.citizen, f"@gemeente.test {text}", mentions=self.town)

    async def edit(self, post_id: str, text: str) -> None:
        self.server.edit(post_id, text)

    async def delete(self, post_id: str) -> None:
        self.server.delete(post_id)

    async def write_as_town(self, text: str) -> str:
        return self.server.write(self.town, text)

    async def below(self, post_id: str) -> Sequence[str]:
        return [post.value["text"] for post in self.server.below(post_id)]

    async def fail(self, fault: Fault) -> None:
        match fault:
            case Fault.UNREACHABLE:
                await self.server.stop()
            case Fault.REVOKED:
                self.town.passwords.clear()
                self.server.expire("access")
                self.server.expire("refresh")
            case _:
                self.server.fail(PUT, fault)

    async def mend(self) -> None:
        self.town.passwords.add(PASSWORD)
        await self.server.stop()
        await self.server.start()

    async def restart(self) -> None:
        await self.channel.aclose()
        self.channel = self.make()
