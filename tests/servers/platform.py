"""A public platform in memory that fails on command: the fake behind the flow and crash tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.errors import Blocked, Refused, TryLater, Unsure
from bot.model import Abilities, Current, Deleted, Edited, Mention, Posted, Recovery, Reply, Unchanged
from bot.ports import PublicChannel, Receive
from knowledge.rulebook.values import Account
from knowledge.sentence import say


@dataclass
class Platform:
    """What stands on the platform. ``faults`` are used up one a call: see ``FakeChannel.post``.

    With a ``file`` it outlives the process, as a real platform does.
    """

    posts: list[tuple[str, str, str, float]] = field(default_factory=list)  # key, parent, text, when
    faults: list[str] = field(default_factory=list)
    changed: dict[str, str | None] = field(default_factory=dict)  # post id: new text, or None when deleted
    read_lag: float = 0.0
    hangs: bool = False  # does not answer who only asks how something stands
    timeout: float = 0.5  # seconds that a caller waits
    mood: str = ""  # how it treats who listens: see ``FakeChannel.run``
    knows_keys: bool = False
    calls: int = 0
    file: Path | None = None

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            self.posts = [tuple(post) for post in json.loads(self.file.read_text())]

    def add(self, reply: Reply) -> Posted:
        if self.knows_keys:
            for number, (key, *_) in enumerate(self.posts):
                if key == reply.key:
                    return self.posted(number)
        parent = reply.mention.post_id if reply.mention else ""
        self.posts.append((reply.key, parent, reply.text, datetime.now(UTC).timestamp()))
        if self.file:
            fresh = self.file.with_suffix(".new")  # whole or not at all, also when we are killed
            fresh.write_text(json.dumps(self.posts))
            fresh.replace(self.file)
        return self.posted(len(self.posts) - 1)

    def posted(self, number: int) -> Posted:
        at = datetime.fromtimestamp(self.posts[number][3], UTC)
        return Posted(post_id=f"own-{number + 1}", url=f"https://fake.example/own-{number + 1}", at=at)

    def texts(self) -> list[str]:
        return [text for _, _, text, _ in self.posts]


class FakeChannel:
    """A public channel of the fake platform."""

    def __init__(
        self,
        account: Account,
        platform: Platform,
        *,
        recovery: Recovery = Recovery.READ_BACK,
        abilities: Callable[[Abilities], Abilities] = lambda a: a,
    ) -> None:
        self.account, self.platform = account, platform
        platform.knows_keys = recovery is Recovery.KEY
        self.abilities = abilities(
            Abilities(
                recovery=recovery,
                max_length=280,
                read_lag=timedelta(seconds=platform.read_lag),
                timeout=timedelta(seconds=platform.timeout),
                host="fake.example",
                title="Nepnet",
                removes=True,
            )
        )
        self.removed: list[str] = []
        self.closed = False
        self.heard: datetime | None = None
        self.runs = 0

    async def run(self, receive: Receive) -> None:
        """Be heard all the time, until a test says ``silent``, ``revoked`` or ``broken``."""
        self.runs += 1
        while True:
            match self.platform.mood:
                case "revoked":
                    raise Blocked
                case "broken":
                    raise OSError("broken")
                case "":
                    self.heard = datetime.now(UTC)
            await asyncio.sleep(0.01)

    def length(self, text: str) -> int:
        return len(text)

    async def post(self, reply: Reply) -> Posted:
        """Post, or fail as the next fault says: before (nothing stands there) or after (it does)."""
        self.platform.calls += 1
        fault = self.platform.faults.pop(0) if self.platform.faults else ""
        if fault == "429":
            raise TryLater(timedelta(seconds=0.05))
        if fault == "refused":
            raise Refused(say("The platform does not allow this answer."))
        if fault == "blocked":
            raise Blocked
        if fault == "cut before":
            raise TryLater(timedelta(0))
        if fault == "500 before":
            raise Unsure
        if fault == "timeout before":
            await asyncio.sleep(60)
        posted = self.platform.add(reply)
        if fault in ("cut after", "500 after"):
            raise Unsure
        if fault == "timeout after":
            await asyncio.sleep(60)
        return posted

    async def find(self, reply: Reply) -> Posted | None:
        if self.platform.faults and self.platform.faults[0] == "unreadable":
            self.platform.faults.pop(0)
            raise Unsure
        parent = reply.mention.post_id if reply.mention else ""
        visible = datetime.now(UTC).timestamp() - self.platform.read_lag
        for number, (_, under, text, when) in enumerate(self.platform.posts):
            if under == parent and text == reply.text and when <= visible:
                return self.platform.posted(number)
        return None

    async def current(self, mention: Mention) -> Current:
        if self.platform.hangs:
            await asyncio.sleep(60)
        if mention.post_id not in self.platform.changed:
            return Unchanged()
        text, at = self.platform.changed[mention.post_id], datetime.now(UTC)
        if text is None:
            return Deleted(event_id=f"gone {mention.post_id}", post_id=mention.post_id, at=at)
        return Edited(event_id=f"edited {mention.post_id}", post_id=mention.post_id, text=text, at=at)

    async def remove(self, posted: Posted) -> None:
        self.removed.append(posted.post_id)

    async def aclose(self) -> None:
        self.closed = True


def numbered(mention: Mention) -> Iterator[Mention]:
    """Yield the same mention as ever new posts."""
    number = 0
    while True:
        number += 1
        yield replace(mention, post_id=f"{mention.post_id}-{number}", thread_id=f"{mention.thread_id}-{number}")


_: type[PublicChannel] = FakeChannel
