"""An answer in parts: each part has its own life, and the card shows the one that matters."""

from __future__ import annotations

import pytest

from bot.conversation import Action, State
from bot.model import Card, Face, Recovery
from bot.reply import State as ReplyState
from tests.flow.conftest import Balie, done, wrong

LONG = " ".join(["Wij komen morgen langs om uw container te legen."] * 10)


async def split(balie: Balie) -> Card:
    card = await balie.mention()
    assert wrong(await balie.decide(card, Action.APPROVE, text=LONG)) == {"text"}
    return done(await balie.decide(card, Action.APPROVE, text=LONG, split=True))


async def states(balie: Balie, card: Card) -> list[ReplyState]:
    return [one.state for one in await balie.replies(card)]


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_a_first_part_in_doubt_is_asked_about_and_the_second_waits(balie: Balie) -> None:
    balie.platform.faults.append("500 after")
    card = await split(balie)
    await balie.later()
    shown = await balie.card(card)
    assert (shown.face, {Action.CONFIRM, Action.SEND_AGAIN} <= set(shown.actions)) == (Face.UNSURE, True)
    assert len(balie.platform.texts()) == 1

    done(await balie.decide(shown, Action.CONFIRM))
    await balie.later()
    assert [text.removesuffix(" ^JK")[-5:] for text in balie.platform.texts()] == ["(1/2)", "(2/2)"]
    assert (await balie.card(card)).state is State.ANSWERED


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_a_first_part_that_is_sent_again_is_followed_by_the_second(balie: Balie) -> None:
    balie.platform.faults.append("500 before")
    card = await split(balie)
    await balie.later()
    done(await balie.decide(await balie.card(card), Action.SEND_AGAIN, looked=True))
    await balie.later()
    assert len(balie.platform.texts()) == 2
    assert await states(balie, card) == [ReplyState.POSTED, ReplyState.POSTED]


async def test_a_refused_first_part_takes_the_rest_with_it(balie: Balie) -> None:
    balie.platform.faults.append("refused")
    card = await split(balie)
    await balie.later()
    shown = await balie.card(card)
    assert (shown.face, balie.platform.texts()) == (Face.REFUSED, [])
    assert await states(balie, card) == [ReplyState.REFUSED, ReplyState.HELD_BACK]


async def test_a_blocked_account_keeps_all_parts_and_says_so(balie: Balie) -> None:
    balie.platform.faults.append("blocked")
    card = await split(balie)
    await balie.later()
    assert (await balie.card(card)).face is Face.BLOCKED
    held = done(await balie.decide(await balie.card(card), Action.HOLD_BACK))
    assert held.state is State.CLAIMED
    assert await states(balie, card) == [ReplyState.HELD_BACK] * 2


async def test_held_back_in_time_no_part_is_posted(balie: Balie) -> None:
    card = await split(balie)
    done(await balie.decide(card, Action.HOLD_BACK))
    await balie.later()
    assert balie.platform.texts() == []
    assert (await balie.dialog(card)).text == LONG


async def test_an_edit_while_the_first_part_is_in_doubt_stops_the_second(balie: Balie) -> None:
    balie.platform.faults.append("500 after")
    card = await split(balie)
    await balie.later()
    await balie.edit(card, "Laat maar.")
    shown = await balie.resolved(card)
    assert len(balie.platform.texts()) == 1
    assert (shown.state, shown.edited) == (State.ANSWERED, True)
    assert await states(balie, card) == [ReplyState.POSTED, ReplyState.HELD_BACK]


async def test_taking_a_split_answer_away_takes_every_part_away(balie: Balie) -> None:
    card = await split(balie)
    await balie.later()
    done(await balie.decide(await balie.card(card), Action.RETRACT))
    await balie.later()
    assert balie.channel.removed == ["own-1", "own-2"]
    assert Action.RETRACT not in (await balie.card(card)).actions


async def test_after_a_correction_that_was_held_back_the_answer_can_still_be_taken_away(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    corrected = done(await balie.decide(await balie.card(card), Action.CORRECT, text="Overmorgen."))
    held = done(await balie.decide(corrected, Action.HOLD_BACK))
    assert held.reply
    assert held.reply.text == "Wij komen morgen langs. ^JK"
    assert {Action.CORRECT, Action.RETRACT} <= set(held.actions)
    done(await balie.decide(held, Action.RETRACT))
    await balie.later()
    assert balie.channel.removed == ["own-1"]
