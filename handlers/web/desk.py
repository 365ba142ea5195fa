"""The embedded desk: the pages fetch each card when it changes, so showing one is knowing where it stands."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.closing_time import PERSON
from bot.model import Card, Notice, Place, Shown
from bot.ports import Desk, FrontOffice, Memory
from handlers.wording import Wording
from knowledge.sentence import Sentence

KEPT = 20  # notices per channel
ACCOUNT = "web"  # under which name the memory keeps them


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line for colleagues as it was said then."""

    text: str
    at: datetime
    urgent: bool
    card: int = 0  # the conversation it belongs to; 0: none

    @property
    def message(self) -> str:
        return self.at.isoformat()


class WebDesk:
    """One desk for the town; its pages ask the front office themselves and are told by the stream what changed."""

    name = "web"
    cards_a_minute = 0  # a page shows the newest and counts the rest
    everywhere = True
    trouble: Sentence | None = None

    def __init__(self, *, memory: Memory, wording: Wording, clock: Clock) -> None:
        self._memory = memory
        self._wording = wording
        self._clock = clock

    async def run(self, office: FrontOffice) -> None:
        """Clicks come in as pages of the web application; there is nothing to listen to."""
        await asyncio.Event().wait()

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        return Shown(message=str(card.conversation_id), version=card.version)

    async def say(
        self, place: Place, notice: Notice, *, under: Shown | None = None, instead: Shown | None = None
    ) -> Shown:
        channel = where(place.channel.channel, person=place.role == PERSON)
        said = Said(
            text=self._wording.text(notice.text),
            at=self._clock.now(),
            urgent=notice.urgent,
            card=int(under.message) if under else 0,
        )
        others = [each for each in await self.notices(channel) if not instead or each.message != instead.message]
        kept = [*others, said][-KEPT:]
        await self._memory.keep(ACCOUNT, f"notices:{channel}", json.dumps([_to_json(each) for each in kept]))
        return Shown(message=said.message, version=0)

    async def aclose(self) -> None:
        """Nothing is held open between two pages."""

    async def notices(self, channel: str) -> list[Said]:
        """Return what was said in a channel, oldest first."""
        kept = await self._memory.recall(ACCOUNT, f"notices:{channel}")
        return [_from_json(each) for each in json.loads(kept or "[]")]


def where(channel: str, *, person: bool) -> str:
    """Return under which name lines are kept: those for one colleague apart from those of a channel."""
    return f"@{channel}" if person else channel


def _to_json(said: Said) -> dict[str, str | bool | int]:
    return {"text": said.text, "at": said.at.isoformat(), "urgent": said.urgent, "card": said.card}


def _from_json(kept: dict[str, str | bool | int]) -> Said:
    return Said(
        text=str(kept["text"]),
        at=datetime.fromisoformat(str(kept["at"])),
        urgent=bool(kept["urgent"]),
        card=int(kept["card"]),
    )


_: type[Desk] = WebDesk
