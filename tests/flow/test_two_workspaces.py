"""A town with several workspaces: what one of them numbers says nothing about the others."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import Action
from bot.model import Click, Done, Told
from knowledge.rulebook.values import DeskIdentity
from tests.flow.conftest import Balie
from tests.flow.town import TOWN

NORTH, SOUTH = (DeskIdentity(desk="slack", workspace=team, user="U1") for team in ("TNORTH", "TSOUTH"))


async def test_the_same_click_number_in_two_workspaces_is_two_clicks(balie: Balie) -> None:
    people = {
        "jan": replace(TOWN.members["jan"], identities=(NORTH,)),
        "peter": replace(TOWN.members["peter"], identities=(SOUTH,)),
    }
    balie.rules.rulebook = replace(TOWN, members=TOWN.members | people)
    card = await balie.mention()

    def click(by: DeskIdentity) -> Click:
        return Click(desk="slack", workspace=by.workspace, id="1700000000.1")

    first = await balie.decide(card, Action.CLAIM, by=NORTH, click=click(NORTH))
    second = await balie.decide(card, Action.CLAIM, by=SOUTH, click=click(SOUTH))

    assert isinstance(first, Done)
    assert isinstance(second, Told)  # not the answer that Jan got
    again = await balie.decide(card, Action.CLAIM, by=NORTH, click=click(NORTH))
    assert isinstance(again, Done)
