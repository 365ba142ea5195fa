"""An approved reply stands on the public channel exactly once, whatever the platform answers."""

from __future__ import annotations

import pytest

from bot import outcomes
from bot.conversation import Action, State
from bot.model import Dialog, Face, Recovery
from bot.store import replies
from tests.flow.conftest import Balie, done, told, wrong
from tests.flow.town import JAN

BEFORE = ["cut before", "500 before", "timeout before"]
AFTER = ["cut after", "500 after", "timeout after"]


async def test_a_placed_answer_stands_there_once_and_the_card_says_so(balie: Balie) -> None:
    card = await balie.mention()
    placed = await balie.place(card)
    assert placed.face is Face.WAITING

    await balie.later()

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    shown = balie.newest_card()
    assert shown.state is State.ANSWERED
    assert shown.reply
    assert shown.reply.posted
    assert shown.reply.posted.url == "https://fake.example/own-1"


async def test_nothing_is_posted_within_the_ten_seconds(balie: Balie) -> None:
    await balie.place(await balie.mention())
    await balie.work.idle()
    assert balie.platform.texts() == []


@pytest.mark.parametrize("recovery", [Recovery.READ_BACK, Recovery.KEY])
@pytest.mark.parametrize("fault", [*BEFORE, *AFTER, "429"])
async def test_an_unclear_answer_never_makes_a_second_post(balie: Balie, fault: str) -> None:
    balie.platform.faults.append(fault)
    card = await balie.place(await balie.mention())

    answered = await balie.resolved(card)

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert answered.state is State.ANSWERED


@pytest.mark.parametrize("recovery", [Recovery.ASK])
@pytest.mark.parametrize("fault", [*BEFORE[1:], *AFTER])
async def test_where_nothing_can_be_looked_up_a_person_is_asked(balie: Balie, fault: str) -> None:
    balie.platform.faults.append(fault)
    card = await balie.place(await balie.mention())
    await balie.later()

    assert (await balie.card(card)).face is Face.UNSURE
    assert balie.platform.calls == 1


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_sending_again_needs_a_look_first(balie: Balie) -> None:
    balie.platform.faults.append("500 before")
    card = await balie.place(await balie.mention())
    await balie.later()
    card = await balie.card(card)

    assert wrong(await balie.decide(card, Action.SEND_AGAIN)) == {"looked"}
    done(await balie.decide(card, Action.SEND_AGAIN, looked=True))
    await balie.later()

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert (await balie.card(card)).state is State.ANSWERED


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_a_person_confirms_that_it_is_there(balie: Balie) -> None:
    balie.platform.faults.append("500 after")
    card = await balie.place(await balie.mention())
    await balie.later()

    confirmed = done(await balie.decide(await balie.card(card), Action.CONFIRM, url="https://fake.example/own-1"))

    assert confirmed.state is State.ANSWERED
    await balie.later()
    assert balie.platform.calls == 1


@pytest.mark.parametrize("recovery", [Recovery.KEY])
async def test_a_no_to_the_repeat_says_nothing_of_the_first_try(balie: Balie) -> None:
    """The first try may stand there, so a 429 or a refusal of the repeat must not let it be held back or rewritten."""
    balie.platform.faults += ["500 after", "429", "refused"]
    card = await balie.place(await balie.mention())
    answered = await balie.resolved(card)

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert answered.state is State.ANSWERED


async def test_a_refused_answer_goes_back_to_its_writer_with_the_text(balie: Balie) -> None:
    balie.platform.faults.append("refused")
    card = await balie.place(await balie.mention(), "Dit mag niet.")
    await balie.later()

    shown = await balie.card(card)
    assert (shown.face, shown.holder.key if shown.holder else "") == (Face.REFUSED, "jan")
    dialog = await balie.office.view(card.conversation_id, JAN)
    assert isinstance(dialog, Dialog)
    assert dialog.text == "Dit mag niet."


async def test_a_blocked_account_keeps_the_reply_until_it_is_reconnected(balie: Balie) -> None:
    balie.platform.faults.append("blocked")
    card = await balie.place(await balie.mention())
    await balie.later()
    assert (await balie.card(card)).face is Face.BLOCKED

    now = balie.clock.now()
    assert await balie.store.write(lambda c: outcomes.reconnected(c, now, "plein")) == 1
    await balie.later()
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_a_reply_can_be_held_back_until_it_is_sent(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    held = done(await balie.decide(placed, Action.HOLD_BACK))
    await balie.later()

    assert balie.platform.texts() == []
    assert (held.state, held.face) == (State.CLAIMED, Face.CLAIMED)


async def test_holding_back_too_late_says_by_whom_and_when_it_was_posted(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    await balie.later()
    assert "already posted by Jan Koning" in told(await balie.decide(placed, Action.HOLD_BACK))


async def test_the_text_that_was_approved_is_the_text_that_stands_there(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    assert placed.reply
    key = placed.reply.key
    await balie.store.write(lambda c: replies.change(c, key, text="Iets anders."))
    await balie.later()
    assert balie.platform.texts() == []


async def test_a_long_answer_is_posted_in_parts_in_order(balie: Balie) -> None:
    card = await balie.mention()
    text = " ".join(["Wij komen morgen langs om uw container te legen."] * 10)
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    assert wrong(await balie.decide(claimed, Action.APPROVE, text=text)) == {"text"}
    done(await balie.decide(claimed, Action.APPROVE, text=text, split=True))
    await balie.later()

    first, second = balie.platform.texts()
    assert first.endswith("(1/2)")
    assert second.endswith("(2/2) ^JK")
    assert (await balie.card(card)).state is State.ANSWERED


async def test_a_platform_that_does_not_say_how_the_question_stands_holds_up_no_answer(balie: Balie) -> None:
    balie.platform.hangs = True
    answered = await balie.resolved(await balie.place(await balie.mention()))
    assert answered.state is State.ANSWERED
