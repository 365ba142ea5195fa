"""What the town's other accounts write is no question of a citizen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Mentioned
from knowledge.rulebook.values import Account, Rulebook
from tests.flow.conftest import Balie, a_mention
from tests.flow.town import TOWN


@pytest.fixture
def rulebook() -> Rulebook:
    second = Account(key="wijkwest", channel="fake", name="@WijkWest")
    elsewhere = Account(key="elders", channel="other", name="@burger")
    return replace(TOWN, accounts={**TOWN.accounts, "wijkwest": second, "elders": elsewhere})


async def test_a_post_of_another_account_of_the_town_makes_no_card(balie: Balie) -> None:
    await balie.receive(Mentioned(event_id="ours", mention=a_mention(author="@wijkwest", author_id="did:west")))
    await balie.work.idle()
    assert balie.desk.messages == {}


async def test_a_citizen_with_the_name_of_an_account_on_another_channel_is_heard(balie: Balie) -> None:
    card = await balie.mention(author="@burger")
    assert card.mention.author == "@burger"
