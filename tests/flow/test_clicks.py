"""The same click twice has one effect and one answer, also after a restart."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Action, State
from bot.model import Done, Draft, Face
from bot.store import open_store
from tests.flow.conftest import Balie, a_click, build, done, told, wrong
from tests.flow.town import FATIMA, JAN, MONDAY, PETER


async def test_a_click_that_comes_twice_is_one_decision(balie: Balie) -> None:
    card = await balie.mention()
    click = a_click("twice")
    first, second = await asyncio.gather(
        *(balie.decide(card, Action.APPROVE, click=click, text="Ja.") for _ in range(2))
    )
    assert done(first).face is done(second).face is Face.WAITING
    assert len(await balie.replies(card)) == 1
    assert [line[1] for line in await balie.audit(card)] == ["opened", "approve"]


async def test_a_refused_click_that_comes_twice_gets_the_same_refusal(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=PETER))
    click = a_click("late")
    first = told(await balie.decide(card, Action.CLAIM, click=click))
    done(await balie.decide(card, Action.RELEASE, by=PETER))
    assert (
        told(await balie.decide(card, Action.CLAIM, click=click))
        == first
        == f"Peter Boer is busy with this, since {MONDAY}."
    )


async def test_a_repeated_click_shows_the_card_as_it_is_now(balie: Balie) -> None:
    card = await balie.mention()
    click = a_click("slow")
    done(await balie.decide(card, Action.APPROVE, click=click, text="Ja."))
    await balie.later()
    assert done(await balie.decide(card, Action.APPROVE, click=click, text="Ja.")).state is State.ANSWERED
    assert balie.platform.texts() == ["Ja. ^JK"]


async def test_after_a_restart_a_repeated_click_is_still_known(balie: Balie) -> None:
    card = await balie.mention()
    click = a_click("before")
    done(await balie.decide(card, Action.APPROVE, click=click, text="Ja."))
    again = build(balie.store)
    assert isinstance(await again.decide(card, Action.APPROVE, click=click, text="Ja."), Done)
    assert len(await again.replies(card)) == 1


async def test_a_button_on_a_card_of_before_the_restart_works(balie: Balie, tmp_path: Path) -> None:
    card = await balie.mention()
    balie.store.close()
    store = open_store(tmp_path / "balie.db")
    try:
        again = build(store)
        assert (await again.place(card)).face is Face.WAITING
        await again.later()
        assert again.platform.texts() == ["Wij komen morgen langs. ^JK"]
    finally:
        store.close()


async def test_a_field_to_mend_may_be_mended_with_the_same_dialog(balie: Balie) -> None:
    card = await balie.mention()
    click = a_click("dialog")
    assert wrong(await balie.decide(card, Action.APPROVE, click=click, text="")) == {"text"}
    done(await balie.decide(card, Action.APPROVE, click=click, text="Ja."))


async def test_every_click_that_comes_too_late_is_told_by_whom_and_when(balie: Balie) -> None:
    card = await balie.mention()
    done(await balie.decide(card, Action.CLAIM, by=PETER))
    assert told(await balie.decide(card, Action.CLAIM)) == f"Peter Boer is busy with this, since {MONDAY}."
    placed = done(await balie.decide(await balie.card(card), Action.APPROVE, by=PETER, text="Ja."))
    late = f"This is being posted already, by Peter Boer at {MONDAY}."
    assert told(await balie.decide(card, Action.APPROVE, text="Nee.")) == late
    await balie.later()
    assert "already posted by Peter Boer at" in told(await balie.decide(placed, Action.APPROVE, by=JAN, text="Nee."))


async def test_who_is_busy_is_told_since_when_they_are_and_not_since_the_last_change(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=PETER))
    balie.clock.forward(timedelta(minutes=20))
    done(await balie.decide(card, Action.REMIND, by=PETER, until=balie.clock.now() + timedelta(hours=1)))
    assert told(await balie.decide(card, Action.CLAIM)) == f"Peter Boer is busy with this, since {MONDAY}."


async def test_a_decision_about_a_conversation_that_never_was_is_answered(balie: Balie) -> None:
    card = await balie.mention()
    gone = replace(card, conversation_id=999)
    assert told(await balie.decide(gone, Action.CLAIM, by=FATIMA)) == "This conversation does not exist any more."


@pytest.mark.parametrize("number", [-1, 0, 2**31, 2**63])
async def test_a_click_on_a_conversation_that_cannot_be_is_told_that_it_is_gone(balie: Balie, number: int) -> None:
    card = replace(await balie.mention(), conversation_id=number)
    assert "does not exist" in told(await balie.decide(card, Action.CLAIM))
    assert await balie.office.card(number, JAN) is None
    await balie.office.save_draft(Draft(conversation_id=number, by=JAN, text="Ja."))
