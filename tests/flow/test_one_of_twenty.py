"""Twenty people place at once: one post, and nineteen are told by whom and when."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.conversation import Action
from bot.model import Done, Told
from knowledge.rulebook.values import Role, Rulebook
from tests.flow.conftest import Balie
from tests.flow.town import MONDAY, TOWN, identity, member

COLLEAGUES = [f"collega{number:02}" for number in range(20)]


@pytest.fixture
def rulebook() -> Rulebook:
    crowd = {key: member(key, f"Collega {key[-2:]}", Role.APPROVER) for key in COLLEAGUES}
    return replace(TOWN, members=TOWN.members | crowd)


async def test_one_of_twenty_places_and_the_others_hear_who_and_when(balie: Balie) -> None:
    card = await balie.mention()
    answers = await asyncio.gather(
        *(balie.decide(card, Action.APPROVE, by=identity(key), text=f"Antwoord van {key}.") for key in COLLEAGUES)
    )
    await balie.later()

    won = [key for key, answer in zip(COLLEAGUES, answers, strict=True) if isinstance(answer, Done)]
    refused = [answer for answer in answers if isinstance(answer, Told)]
    assert (len(won), len(refused)) == (1, 19)
    assert [text.startswith(f"Antwoord van {won[0]}.") for text in balie.platform.texts()] == [True]
    told = [answer.sentence.values for answer in refused]
    assert told == [{"name": f"Collega {won[0][-2:]}", "time": MONDAY}] * 19


async def test_one_of_twenty_claims_and_the_others_hear_who_is_busy(balie: Balie) -> None:
    card = await balie.mention()
    answers = await asyncio.gather(*(balie.decide(card, Action.CLAIM, by=identity(key)) for key in COLLEAGUES))

    holder = (await balie.card(card)).holder
    assert holder
    assert [isinstance(answer, Done) for answer in answers].count(True) == 1
    refused = [answer for answer in answers if isinstance(answer, Told)]
    assert {str(answer.sentence) for answer in refused} == {f"{holder.name} is busy with this, since {MONDAY}."}
