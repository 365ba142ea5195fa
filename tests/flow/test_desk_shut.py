"""A desk that a person must connect again: its cards stand with the catch-all meanwhile, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.card import Draftsman
from bot.errors import DeskShut
from bot.model import Card, Mentioned, Place, Shown
from bot.showing import Shower
from bot.work import Lanes, Work
from knowledge.rulebook.values import DeskChannel, Rulebook
from tests.flow.conftest import Balie, a_mention
from tests.flow.town import TOWN
from tests.servers.desk import FakeDesk


@dataclass
class ShutDesk(FakeDesk):
    shut: bool = True

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        if self.shut:
            raise DeskShut(timedelta(minutes=10))
        return await super().show(card, place, shown)


def in_slack(channel: str) -> DeskChannel:
    return DeskChannel(desk="slack", workspace="T1", channel=channel)


def town(*catch_all: DeskChannel) -> Rulebook:
    """Return the town with the cards of Afval in Slack."""
    afval = replace(TOWN.departments["afval"], channels=(in_slack("CAFVAL"),))
    webcare = replace(TOWN.departments["webcare"], channels=catch_all)
    return replace(TOWN, departments={**TOWN.departments, "afval": afval, "webcare": webcare})


@dataclass
class Desks:
    balie: Balie
    slack: ShutDesk
    work: Work

    async def mention(self, number: int = 1) -> None:
        await self.balie.receive(Mentioned(event_id=f"e{number}", mention=a_mention()))
        await self.work.idle()

    async def later(self) -> None:
        self.balie.clock.forward(timedelta(minutes=11))
        await self.work.idle()

    def shown(self) -> Sequence[str]:
        """Return where cards stand."""
        messages = [*self.balie.desk.messages.values(), *self.slack.messages.values()]
        return sorted(channel for channel, _ in messages)


@pytest.fixture
def desks(balie: Balie) -> Desks:
    balie.rules.rulebook = town(DeskChannel(desk="web", workspace="", channel="webcare"))
    slack = ShutDesk()
    shower = Shower(
        store=balie.store,
        draftsman=Draftsman(balie.rules, {"plein": balie.channel}),
        desks={("web", ""): balie.desk, ("slack", "T1"): slack},
        clock=balie.clock,
    )
    handlers = {**balie.work._handlers, "show": shower.show, "say": shower.say, "announce": shower.announce}
    return Desks(balie, slack, Work(balie.store, balie.clock, handlers, Lanes()))


async def test_its_cards_stand_with_the_catch_all_meanwhile(desks: Desks) -> None:
    for number in range(3):
        await desks.mention(number)
    assert desks.shown() == ["webcare"] * 3 + ["west"] * 3  # West reads along, as always
    await desks.later()
    assert desks.shown() == ["webcare"] * 3 + ["west"] * 3


async def test_when_it_is_back_they_stand_there_too(desks: Desks) -> None:
    await desks.mention()
    desks.slack.shut = False
    await desks.later()
    assert desks.shown() == ["CAFVAL", "webcare", "west"]


async def test_a_card_that_stood_there_already_stays_where_it_is(desks: Desks) -> None:
    desks.slack.shut = False
    await desks.mention()
    desks.slack.shut = True
    card = desks.balie.desk.cards("west")[0]
    await desks.balie.receive(Mentioned(event_id="again", mention=a_mention(thread_id=card.mention.thread_id)))
    await desks.work.idle()
    assert "webcare" not in desks.shown()


async def test_where_the_catch_all_is_there_as_well_the_cards_wait(desks: Desks) -> None:
    desks.balie.rules.rulebook = town(in_slack("CWEBCARE"))
    await desks.mention()
    assert desks.shown() == ["west"]
    desks.slack.shut = False
    await desks.later()
    assert desks.shown() == ["CAFVAL", "west"]
