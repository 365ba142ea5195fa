"""What somebody typed is never lost."""

from __future__ import annotations

import pytest

from bot.conversation import Action, State
from bot.model import Draft, Face
from tests.flow.conftest import Balie, build, done, wrong
from tests.flow.town import FATIMA, JAN, PETER


async def test_a_draft_is_there_again_and_only_for_who_wrote_it(balie: Balie) -> None:
    card = await balie.mention()
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text="Wij kom"))
    assert (await balie.dialog(card)).text == "Wij kom"
    assert (await balie.dialog(card, by=PETER)).text == ""


async def test_a_draft_survives_a_restart(balie: Balie) -> None:
    card = await balie.mention()
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text="Wij kom"))
    assert (await build(balie.store).dialog(card)).text == "Wij kom"


async def test_a_text_that_was_held_back_is_there_again(balie: Balie) -> None:
    placed = await balie.place(await balie.mention(), "Wij komen niet.")
    held = done(await balie.decide(placed, Action.HOLD_BACK))
    assert (await balie.dialog(held)).text == "Wij komen niet."


async def test_held_back_after_approval_the_writer_finds_the_text_as_it_was_approved(balie: Balie) -> None:
    card = await balie.mention("Vraag over de wmo.")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    card = done(await balie.decide(card, Action.APPROVE, by=PETER, text="Dat kan, bel 14 0990."))
    held = done(await balie.decide(card, Action.HOLD_BACK, by=PETER))
    assert held.holder
    assert held.holder.key == "fatima"
    assert (await balie.dialog(held, by=FATIMA)).text == "Dat kan, bel 14 0990."


async def test_a_text_that_must_be_mended_is_kept(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    text = "Uw nummer is 111222333, klopt dat?"
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text=text))
    assert wrong(await balie.decide(card, Action.APPROVE, text=text)) == {"text"}
    assert (await balie.dialog(card)).text == text


@pytest.mark.parametrize("end", ["hold back", "refused"])
async def test_a_correction_that_was_not_posted_is_there_again(balie: Balie, end: str) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    answered = await balie.card(card)
    corrected = done(await balie.decide(answered, Action.CORRECT, text="Wij komen overmorgen."))
    if end == "hold back":
        done(await balie.decide(corrected, Action.HOLD_BACK))
    else:
        balie.platform.faults.append("refused")
        await balie.later()

    shown = await balie.card(card)
    assert (shown.state, shown.face) == (State.ANSWERED, Face.ANSWERED if end == "hold back" else Face.REFUSED)
    assert shown.standing
    assert shown.standing.text == "Wij komen morgen langs. ^JK"
    assert (await balie.dialog(shown)).text == "Wij komen overmorgen."
    assert done(await balie.decide(shown, Action.CORRECT, text="Wij komen overmorgen.")).face is Face.WAITING


async def test_once_it_stands_there_the_draft_is_gone(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    assert (await balie.dialog(await balie.card(card))).text == ""


async def test_what_was_submitted_can_not_be_changed_under_the_eyes_of_who_checks_it(balie: Balie) -> None:
    card = await balie.mention("Vraag over de wmo.")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=FATIMA, text="Dat kan niet."))

    assert (await balie.dialog(card, by=PETER)).text == "Dat kan."
    done(await balie.decide(card, Action.APPROVE, by=PETER))
    await balie.later()
    assert balie.platform.texts() == ["Dat kan. ^FA"]
