"""Slack down for an hour: nothing is lost, nobody knocks without end, and no channel is flooded when it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import Action
from bot.model import Click, Decision, Done
from bot.showing import announce
from bot.store import Store
from knowledge.sentence import say
from tests.flow.slack_world import CHANNELS, JAN, World, slack_identity, world
from tests.servers.slack import text_of

AFVAL, WEBCARE = CHANNELS["afval"], CHANNELS["webcare"]
MESSAGES = 25
KNOCKS = 4 + 2  # cards that are tried at once, and the lines that count the others in two channels


@pytest.fixture
async def balie(store: Store) -> AsyncIterator[World]:
    async with world(store, cards_a_minute=10) as started:
        yield started


async def an_hour_without_slack(balie: World) -> None:
    """Citizens go on writing; one of them twice."""
    balie.slack.away = True
    for number in range(MESSAGES):
        await balie.receive(f"Kliko {number}", author_id=f"burger-{number}", thread_id=f"thread-{number}")
        await balie.later(timedelta(minutes=2))
    await balie.receive("Kliko 0, nog steeds niet!", author_id="burger-0", thread_id="thread-0")
    await balie.later(timedelta(minutes=10))


def lines(balie: World, channel: str = AFVAL) -> list[str]:
    return [line["text"] for line in balie.slack.lines(channel)]


async def minute(balie: World) -> None:
    for _ in range(3):
        await balie.later(timedelta(seconds=20))


async def test_nothing_is_lost_and_no_channel_is_flooded(balie: World) -> None:
    await an_hour_without_slack(balie)
    assert balie.slack.cards(AFVAL) == []
    balie.slack.away = False
    await balie.later(timedelta(seconds=5))
    await balie.later(timedelta(seconds=5))
    assert len(balie.slack.cards(AFVAL)) == 10
    assert lines(balie) == ["+15 nieuwe berichten, het oudste van 14:20. De kaarten komen hier zodra er ruimte is."]
    await minute(balie)
    assert len(balie.slack.cards(AFVAL)) == 20
    await minute(balie)
    assert len(balie.slack.cards(AFVAL)) == MESSAGES
    assert lines(balie) == ["Alle berichten staan er weer."]


async def test_what_changed_meanwhile_comes_as_one_card_that_is_up_to_date(balie: World) -> None:
    await an_hour_without_slack(balie)
    balie.slack.away = False
    await balie.later(timedelta(seconds=5))
    await balie.later(timedelta(seconds=5))
    of_the_first = [card for card in balie.slack.cards(AFVAL) if "Kliko 0" in text_of(card)]
    assert len(of_the_first) == 1
    assert "nog steeds niet" in text_of(of_the_first[0])


async def test_nobody_knocks_for_every_card_while_slack_is_away(store: Store) -> None:
    async with world(store, cards_a_minute=10, away=timedelta(minutes=1)) as balie:
        balie.slack.away = True
        for number in range(MESSAGES):
            await balie.receive(f"Kliko {number}", author_id=f"burger-{number}", thread_id=f"thread-{number}")
        before = len(balie.slack.calls)
        for _ in range(10):
            await balie.later(timedelta(seconds=61))
        assert len(balie.slack.calls) - before <= 10 * KNOCKS


async def test_what_was_answered_on_the_web_desk_meanwhile_needs_no_card(balie: World) -> None:
    balie.slack.away = True
    await balie.receive("Kliko 1")
    await balie.later()
    card = await balie.office.card(1, slack_identity(JAN))
    assert card
    decision = Decision(
        click=Click(desk="web", workspace="", id="1"),
        by=slack_identity(JAN),
        conversation_id=1,
        action=Action.APPROVE,
        seen_version=card.version,
        seen=card.seen,
        text="Wij komen.",
    )
    assert isinstance(await balie.office.decide(decision), Done)
    await balie.later()
    await balie.later()
    balie.slack.away = False
    await balie.later()
    assert balie.platform.texts() == ["Wij komen. ^JK"]
    assert balie.slack.cards(AFVAL) == []


async def test_what_the_coordinator_must_know_is_told_when_slack_is_back(balie: World) -> None:
    balie.slack.away = True
    sentence = say("The connection with Slack has ended. Install Balie in Slack again and set the new token.")
    await balie.store.write(lambda c: announce(c, "something", sentence, now=balie.clock.now()))
    await balie.later()
    balie.slack.away = False
    await balie.later()
    assert [line[:27] for line in lines(balie, WEBCARE)] == ["De koppeling met Slack is v"]
