"""What the contract suite needs of a platform: the town's channel, and the people and faults around it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import ClassVar, Protocol, Self, TypeVar

from bot.model import Event
from bot.ports import PublicChannel
from tests.servers.faults import Fault

CALL_TIMEOUT = timedelta(seconds=2)  # how long a channel under test waits for an answer

E = TypeVar("E", bound=Event)


class KeptInMemory:
    """What accounts keep between runs."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    async def recall(self, account: str, name: str) -> str | None:
        return self.kept.get((account, name))

    async def keep(self, account: str, name: str, value: str) -> None:
        self.kept[account, name] = value


class Stage(Protocol):
    """One platform on loopback, an account of the town and a citizen; an async context manager."""

    faults: ClassVar[frozenset[Fault]]  # what can go wrong on this platform
    channel: PublicChannel
    memory: KeptInMemory

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def write(self, text: str, *, under: str = "") -> str:
        """Let the citizen address the town, or answer a post; return the post id."""

    async def edit(self, post_id: str, text: str) -> None: ...
    async def delete(self, post_id: str) -> None: ...

    async def write_as_town(self, text: str) -> str:
        """Let the town post outside Balie; return the post id."""

    async def below(self, post_id: str) -> Sequence[str]:
        """Return the texts directly under a post, as the platform has them."""

    async def fail(self, fault: Fault) -> None:
        """Let this go wrong: once with the next post, or (unreachable, revoked) until ``mend``."""

    async def mend(self) -> None: ...

    async def restart(self) -> None:
        """Make ``channel`` anew, with the same memory."""


class Received:
    """Stands where intake stands: takes pages in, each event once, and the cursor with them."""

    def __init__(self, memory: KeptInMemory) -> None:
        self.memory = memory
        self.events: dict[str, Event] = {}
        self.refuse = 0  # so many pages with events are refused, as a full disk does
        self.refused = 0
        self.calls = 0

    async def __call__(self, account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
        self.calls += 1
        if events and self.refused < self.refuse:
            self.refused += 1
            raise OSError("disk full")
        for event in events:
            self.events.setdefault(event.event_id, event)
        if cursor is not None:
            await self.memory.keep(account, "cursor", cursor)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events.values() if isinstance(event, kind)]
