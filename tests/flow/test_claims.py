"""Who has a conversation, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import Action, State
from bot.model import Draft, Face
from bot.store.records import Job
from tests.flow.conftest import Balie, done, told
from tests.flow.town import FATIMA, JAN, MONDAY, PETER

MINUTE = timedelta(minutes=1)


async def test_opening_the_dialog_claims(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    assert (card.face, card.holder and card.holder.name, card.writing) == (Face.CLAIMED, "Jan Koning", True)


async def test_ten_minutes_without_a_text_let_go_of_it(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))

    await balie.later(timedelta(minutes=9, seconds=59))
    assert (await balie.card(card)).state is State.CLAIMED
    await balie.later(2 * timedelta(seconds=1))

    freed = await balie.card(card)
    assert (freed.state, freed.holder, freed.writing) == (State.OPEN, None, False)
    assert balie.newest_card().state is State.OPEN
    assert ("balie", "claim_expired", "ok") in await balie.audit(card)


async def test_a_text_keeps_the_claim(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text="Wij komen"))
    await balie.later(11 * MINUTE)
    assert (await balie.card(card)).state is State.CLAIMED


async def test_an_empty_text_or_that_of_somebody_else_does_not_keep_the_claim(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text="  "))
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=PETER, text="Ik weet het"))
    await balie.later(11 * MINUTE)
    assert (await balie.card(card)).state is State.OPEN


async def test_a_claim_by_button_lasts_until_four_fifths_of_the_norm(balie: Balie) -> None:
    """The norm is two hours: 96 minutes."""
    card = done(await balie.decide(await balie.mention(), Action.CLAIM))
    await balie.later(95 * MINUTE)
    assert (await balie.card(card)).state is State.CLAIMED
    await balie.later(2 * MINUTE)
    assert (await balie.card(card)).state is State.OPEN


async def test_a_late_claim_lasts_until_the_same_moment_but_never_less_than_a_quarter(balie: Balie) -> None:
    card = await balie.mention()
    balie.clock.forward(60 * MINUTE)
    done(await balie.decide(card, Action.CLAIM))
    await balie.later(37 * MINUTE)
    assert (await balie.card(card)).state is State.OPEN

    done(await balie.decide(await balie.card(card), Action.CLAIM))
    await balie.later(14 * MINUTE)
    assert (await balie.card(card)).state is State.CLAIMED
    await balie.later(2 * MINUTE)
    assert (await balie.card(card)).state is State.OPEN


async def test_the_old_timer_does_not_end_the_next_claim(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    await balie.later(5 * MINUTE)
    card = done(await balie.decide(card, Action.RELEASE))
    card = done(await balie.decide(card, Action.CLAIM, by=PETER, writing=True))
    await balie.later(6 * MINUTE)

    held = await balie.card(card)
    assert held.holder
    assert held.holder.key == "peter"


async def test_a_claim_that_nobody_took_meanwhile_is_taken_again_on_submit(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention("Vraag over de wmo."), Action.CLAIM, by=FATIMA, writing=True))
    await balie.later(11 * MINUTE)
    assert (await balie.card(card)).state is State.OPEN

    submitted = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    assert (submitted.state, submitted.submitted_by and submitted.submitted_by.key) == (State.SUBMITTED, "fatima")


async def test_a_claim_that_somebody_else_took_is_not_taken_back(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    await balie.later(11 * MINUTE)
    done(await balie.decide(card, Action.CLAIM, by=PETER))

    answer = await balie.decide(card, Action.APPROVE, text="Te laat.")
    assert told(answer) == f"Peter Boer is busy with this, since {MONDAY + 11 * MINUTE}."
    await balie.later()
    assert balie.platform.texts() == []


async def test_taking_over_hands_on_the_draft_and_tells_the_other(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA, writing=True))
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=FATIMA, text="Half af"))

    taken = done(await balie.decide(card, Action.TAKE_OVER, by=PETER))
    await balie.work.idle()

    assert taken.holder
    assert taken.holder.key == "peter"
    assert (await balie.dialog(card, by=PETER)).text == "Half af"
    assert [str(notice.text) for _, notice in balie.desk.lines] == ["Peter Boer took this over from Fatima Amrani."]


async def test_who_has_a_text_of_their_own_keeps_it_when_taking_over(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA, writing=True))
    for by, text in ((FATIMA, "Half af"), (PETER, "Van Peter")):
        await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=by, text=text))
    done(await balie.decide(card, Action.TAKE_OVER, by=PETER))
    assert (await balie.dialog(card, by=PETER)).text == "Van Peter"


async def test_only_the_holder_can_let_go(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM))
    assert told(await balie.decide(card, Action.RELEASE, by=PETER)) == f"Jan Koning is busy with this, since {MONDAY}."
    assert done(await balie.decide(card, Action.RELEASE)).state is State.OPEN


@pytest.mark.parametrize("how", ["follow_up", "edit"])
async def test_work_that_comes_back_has_a_holder_and_an_end(balie: Balie, how: str) -> None:
    """What was submitted goes back to its writer, who can go on, and who does not keep it for ever."""
    card = await balie.mention("Vraag over de wmo.")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    await (balie.write_again(card) if how == "follow_up" else balie.edit(card, "Vraag over mijn traplift."))

    back = await balie.card(card)
    assert (back.state, back.holder and back.holder.key, back.submitted_by) == (State.CLAIMED, "fatima", None)
    assert done(await balie.decide(back, Action.SUBMIT, by=FATIMA, text="Dat kan nog steeds.")).state is State.SUBMITTED

    again = done(await balie.decide(await balie.card(card), Action.SEND_BACK, by=PETER, note="Korter."))
    await balie.later(timedelta(hours=3))
    assert (await balie.card(again)).state is State.OPEN


async def test_a_timer_that_was_set_anew_meanwhile_ends_no_claim(balie: Balie) -> None:
    """Its job was taken already when a click replaced it."""
    card = done(await balie.decide(await balie.mention(), Action.CLAIM))
    replaced = Job(
        id=999_999,
        kind="claim",
        subject=str(card.conversation_id),
        lane="",
        urgency=1,
        run_at=MONDAY,
        attempts=1,
        payload={},
    )
    settle = await balie.work._handlers["claim"](replaced)
    await balie.store.write(settle)
    assert (await balie.card(card)).state is State.CLAIMED
