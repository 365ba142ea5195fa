"""The stage for the square: it lives in the same process, so nothing goes wrong between it and us."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from bot.clock import SystemClock
from handlers.web.square import Square
from knowledge.rulebook.values import Account
from tests.contract.stage import KeptInMemory
from tests.servers.faults import Fault

CITIZEN = "@inwoner"
ACCOUNT = Account(key="plein", channel="square", name="@gemeente")


class SquareStage:
    faults: ClassVar[frozenset[Fault]] = frozenset()

    def __init__(self) -> None:
        self.memory = KeptInMemory()

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self.channel = self._make()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.aclose()
        self._folder.cleanup()

    def _make(self) -> Square:
        path = Path(self._folder.name) / "square.db"
        return Square(ACCOUNT, path=path, memory=self.memory, clock=SystemClock(), public_url="http://127.0.0.1:8000")

    async def write(self, text: str, *, under: str = "") -> str:
        parent = int(under) if under else None
        return str((await self.channel.write(f"@gemeente {text}", handle=CITIZEN, parent=parent)).id)

    async def edit(self, post_id: str, text: str) -> None:
        await self.channel.change(int(post_id), text=text)

    async def delete(self, post_id: str) -> None:
        await self.channel.take_away(int(post_id))

    async def write_as_town(self, text: str) -> str:
        return str((await self.channel.announce(text)).id)

    async def below(self, post_id: str) -> Sequence[str]:
        above = await self.channel.read(int(post_id))
        assert above
        thread = await self.channel.thread(above.root)
        return [post.text for post in thread if post.parent == above.id and not post.deleted_at]

    async def fail(self, fault: Fault) -> None:
        raise NotImplementedError(fault)

    async def mend(self) -> None:
        """Nothing is ever broken here."""

    async def restart(self) -> None:
        await self.channel.aclose()
        self.channel = self._make()
