"""A civil servant answers from Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.conversation import State
from bot.store import Store
from tests.flow.slack_world import JAN, World, world
from tests.servers.slack import labels, text_of


@pytest.fixture(params=[False, True], ids=["socket", "http"])
async def balie(store: Store, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(store, over_http=request.param) as built:
        yield built


async def test_a_message_becomes_a_card_in_the_channel_of_its_department(balie: World) -> None:
    message = await balie.mention()
    assert message["text"].startswith("Nieuw bij Afval: @burger")
    assert "Mijn kliko is niet geleegd." in text_of(message)
    assert labels(message)[:3] == ["Beantwoorden", "Oppakken", "Geen reactie nodig"]


async def test_answering_takes_two_steps_and_ten_seconds(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message)
    await balie.slack.type(JAN, "text", "Wij komen morgen langs.")
    await balie.slack.submit(JAN)
    preview = balie.slack.top(JAN)
    assert preview["title"]["text"] == "Zo komt het er te staan"
    assert "Wij komen morgen langs. ^JK" in text_of(preview)
    assert preview["submit"]["text"] == "Plaatsen"

    await balie.slack.submit(JAN)
    assert "geplaatst" in text_of(balie.slack.top(JAN))
    assert balie.platform.texts() == []
    await balie.later()

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert text_of(balie.newest()).startswith("Beantwoord")
    assert (await balie.card(message)).state is State.ANSWERED


async def test_a_text_can_be_held_back_in_the_dialog_and_on_the_card(balie: World) -> None:
    first = await balie.mention()
    await balie.place(JAN, first)
    await balie.slack.press_in(JAN, "Tegenhouden")
    await balie.settled()
    assert text_of(balie.slack.top(JAN)).startswith("In behandeling")

    second = await balie.mention("Nog een volle container")
    await balie.place(JAN, second)
    assert labels(balie.newest()) == ["Tegenhouden"]
    await balie.press(JAN, balie.newest(), "Tegenhouden")
    await balie.later()
    assert balie.platform.texts() == []
