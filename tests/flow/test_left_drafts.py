"""What a colleague began is offered to who goes on with it, and goes when the answer stands there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import Action
from bot.model import Card, Draft
from bot.store import Store, small
from knowledge.rulebook.values import DeskIdentity
from tests.flow import slack_world
from tests.flow.colleague import colleague
from tests.flow.conftest import Balie, done
from tests.flow.slack_world import World, world
from tests.flow.town import FATIMA, JAN, PETER
from tests.servers.slack import labels

LABEL = "Concept van Fatima Amrani, 14:00"


async def writes(balie: Balie | World, card: Card, text: str, *, by: DeskIdentity) -> None:
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=by, text=text))


async def taken_over(balie: Balie) -> Card:
    """Fatima and Jan both wrote something, and Jan took it over."""
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA, writing=True))
    await writes(balie, card, "Van Fatima.", by=FATIMA)
    await writes(balie, card, "Van Jan.", by=JAN)
    return done(await balie.decide(card, Action.TAKE_OVER))


async def kept(balie: Balie, card: Card) -> list[str]:
    rows = await balie.store.read(lambda c: small.drafts(c, card.conversation_id))
    return [row.text for row in rows]


async def test_the_text_of_the_former_holder_is_offered_beside_ones_own(balie: Balie) -> None:
    dialog = await balie.dialog(await taken_over(balie))
    assert dialog.text == "Van Jan."
    assert [(left.by.name, left.text) for left in dialog.left] == [("Fatima Amrani", "Van Fatima.")]


async def test_a_text_that_was_handed_on_is_offered_again_only_when_it_was_changed(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA, writing=True))
    await writes(balie, card, "Van Fatima.", by=FATIMA)
    card = done(await balie.decide(card, Action.TAKE_OVER))
    assert (await balie.dialog(card)).left == ()
    await writes(balie, card, "Van Fatima, en van Jan.", by=JAN)
    assert [left.text for left in (await balie.dialog(card)).left] == ["Van Fatima."]


async def test_nobody_but_the_holder_sees_what_others_began(balie: Balie) -> None:
    card = await taken_over(balie)
    assert (await balie.dialog(card, by=PETER)).left == ()
    assert (await balie.dialog(card, by=FATIMA)).left == ()


async def test_after_a_claim_ran_out_the_next_one_finds_the_text(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA, writing=True))
    await writes(balie, card, "Van Fatima.", by=FATIMA)
    await balie.later(timedelta(hours=2))
    card = done(await balie.decide(await balie.card(card), Action.CLAIM, writing=True))
    assert [left.text for left in (await balie.dialog(card)).left] == ["Van Fatima."]


@pytest.mark.parametrize("end", ["posted", "confirmed by hand"])
async def test_all_drafts_go_when_the_answer_stands_there(balie: Balie, end: str) -> None:
    card = await taken_over(balie)
    if end == "confirmed by hand":
        balie.platform.faults.append("refused")
    done(await balie.decide(card, Action.APPROVE, text="Van ons samen."))
    await balie.later()
    if end == "confirmed by hand":
        shown = await balie.card(card)
        assert set(await kept(balie, card)) == {"Van ons samen.", "Van Fatima."}
        done(await balie.decide(shown, Action.CONFIRM, text="Zo.", url="https://fake.example/1"))
    assert await kept(balie, card) == []


async def test_what_is_written_after_the_answer_was_approved_stays(balie: Balie) -> None:
    card = done(await balie.decide(await taken_over(balie), Action.APPROVE, text="Van ons samen."))
    balie.clock.forward(timedelta(seconds=1))
    await writes(balie, card, "Voor straks.", by=PETER)
    await balie.later()
    assert await kept(balie, card) == ["Voor straks."]


async def test_on_the_web_it_is_one_choice_in_the_dialog(balie: Balie) -> None:
    await taken_over(balie)
    async with colleague(balie, "jan") as jan:
        await jan.go("/balie")
        await jan.press("Verder schrijven")
        assert LABEL in jan.text
        await jan.press("Gebruik dit antwoord", entry="-fatima:", fill="1")
        assert "Van Fatima." in jan.text
        await jan.press("Bekijk")
        await jan.press("Plaatsen")
    await balie.later()
    assert balie.platform.texts() == ["Van Fatima. ^JK"]


async def test_in_slack_it_is_one_choice_in_the_dialog(store: Store) -> None:
    async with world(store) as balie:
        await balie.open(slack_world.FATIMA, await balie.mention())
        await balie.slack.type(slack_world.FATIMA, "text", "Van Fatima.")
        card = await balie.card(balie.newest())
        await writes(balie, card, "Van Jan.", by=JAN)
        await balie.work.idle()
        assert "Verder schrijven" in labels(balie.newest())
        await balie.open(slack_world.JAN, balie.newest(), "Verder schrijven")
        await balie.slack.submit(slack_world.JAN)  # asked whether to take it over
        await balie.settled()
        assert balie.slack.written(slack_world.JAN, "text") == "Van Jan."
        await balie.slack.choose(slack_world.JAN, "entry", LABEL)
        await balie.settled()
        assert balie.slack.written(slack_world.JAN, "text") == "Van Fatima."
