"""A desk in memory: it keeps what was shown where, and can be told to fail."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

from bot.errors import PlaceGone, ShowFailed
from bot.model import Card, Notice, Place, Shown
from bot.ports import FrontOffice
from knowledge.sentence import Sentence

NUMBERS = itertools.count(1)  # a message keeps its own for ever, as in a real chat


@dataclass
class FakeDesk:
    """``messages`` is what stands in the channels: message id -> (channel, newest card)."""

    name: str = "web"
    cards_a_minute: int = 0
    everywhere: bool = False
    trouble: Sentence | None = None
    messages: dict[str, tuple[str, Card]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[str, Notice]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    failures: int = 0

    async def run(self, office: FrontOffice) -> None:
        await asyncio.Event().wait()

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        if place.channel.channel in self.gone:
            raise PlaceGone
        if self.failures:
            self.failures -= 1
            raise ShowFailed
        message = shown.message if shown else f"message-{next(NUMBERS)}"
        self.messages[message] = (place.channel.channel, card)
        self.roles[message] = place.role
        return Shown(message=message, version=card.version)

    async def say(
        self, place: Place, notice: Notice, *, under: Shown | None = None, instead: Shown | None = None
    ) -> Shown:
        if instead:
            self.lines[int(instead.message)] = (place.channel.channel, notice)
            return instead
        self.lines.append((place.channel.channel, notice))
        return Shown(message=str(len(self.lines) - 1), version=0)

    async def aclose(self) -> None:
        self.messages.clear()

    def cards(self, channel: str) -> list[Card]:
        return [card for where, card in self.messages.values() if where == channel]
