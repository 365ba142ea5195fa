"""A citizen who changes or deletes a message stops what is being published, in every state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import outcomes
from bot.conversation import Action, State
from bot.model import CloseReason, Face, Recovery, Reshared
from tests.flow.conftest import Balie, done, told
from tests.flow.town import FATIMA, JAN, PETER


async def test_an_edit_within_the_ten_seconds_stops_the_post_and_the_writer_goes_on(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    await balie.edit(placed, "Mijn kliko is al geleegd, bedankt.")
    await balie.later()

    shown = balie.newest_card()
    assert balie.platform.texts() == []
    assert (shown.state, shown.edited, shown.mention.text) == (
        State.CLAIMED,
        True,
        "Mijn kliko is al geleegd, bedankt.",
    )
    assert shown.holder
    assert shown.holder.key == "jan"

    done(await balie.decide(shown, Action.APPROVE, text="Graag gedaan."))
    await balie.later()
    assert balie.platform.texts() == ["Graag gedaan. ^JK"]


async def test_a_deletion_within_the_ten_seconds_stops_the_post_for_good(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    await balie.delete(placed)
    await balie.later()

    shown = balie.newest_card()
    assert balie.platform.texts() == []
    assert (shown.face, shown.withdrawn, shown.mention.text) == (Face.WITHDRAWN, True, "")
    assert told(await balie.decide(shown, Action.APPROVE, text="Toch.")) == "The sender has deleted the message."


@pytest.mark.parametrize("became", ["Ik bedoelde de glasbak.", None], ids=["edited", "deleted"])
async def test_it_is_looked_up_just_before_posting(balie: Balie, became: str | None) -> None:
    """The platform did not tell us; we ask."""
    placed = await balie.place(await balie.mention())
    balie.platform.changed[placed.mention.post_id] = became
    await balie.later()

    assert balie.platform.texts() == []
    shown = await balie.card(placed)
    assert shown.state is (State.CLAIMED if became else State.WITHDRAWN)


async def test_what_was_masked_before_it_was_stored_does_not_count_as_changed(balie: Balie) -> None:
    text = "Mijn kliko, en mijn BSN is 111222333."
    placed = await balie.place(await balie.mention(text))
    balie.platform.changed[placed.mention.post_id] = text
    await balie.later()
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_a_change_that_was_told_before_does_not_lose_the_reply(balie: Balie) -> None:
    """The platform keeps saying "edited" under an event id that we took in already."""
    card = await balie.mention()
    seen_before = Reshared(event_id=f"edited {card.mention.post_id}", post_id=card.mention.post_id, count=1)
    await balie.receive(seen_before)
    placed = await balie.place(card)
    balie.platform.changed[card.mention.post_id] = "Ik bedoelde de papierbak."
    await balie.later()
    assert balie.platform.texts() == []

    del balie.platform.changed[card.mention.post_id]
    await balie.later(timedelta(minutes=1))
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert (await balie.card(placed)).state is State.ANSWERED


@pytest.mark.parametrize("change", ["edit", "delete"])
@pytest.mark.parametrize("fault", ["500 before", "timeout before"])
async def test_a_change_while_the_first_try_is_in_doubt_stops_the_second(balie: Balie, change: str, fault: str) -> None:
    balie.platform.faults.append(fault)
    placed = await balie.place(await balie.mention())
    await balie.later()
    assert (await balie.card(placed)).face is Face.SENDING

    await (balie.edit(placed, "Laat maar.") if change == "edit" else balie.delete(placed))
    shown = await balie.resolved(placed)

    assert balie.platform.texts() == []
    assert shown.state is (State.CLAIMED if change == "edit" else State.WITHDRAWN)


@pytest.mark.parametrize("recovery", [Recovery.KEY])
async def test_where_only_a_key_helps_a_change_in_doubt_is_for_a_person(balie: Balie) -> None:
    balie.platform.faults.append("500 before")
    placed = await balie.place(await balie.mention())
    await balie.later()
    await balie.edit(placed, "Laat maar.")
    assert (await balie.resolved(placed)).face is Face.UNSURE
    assert balie.platform.calls == 1


@pytest.mark.parametrize("recovery", [Recovery.ASK])
@pytest.mark.parametrize("change", ["edit", "delete"])
async def test_what_may_stand_there_stays_in_doubt_whatever_the_citizen_does(balie: Balie, change: str) -> None:
    balie.platform.faults.append("500 after")
    placed = await balie.place(await balie.mention())
    await balie.later()
    await (balie.edit(placed, "Laat maar.") if change == "edit" else balie.delete(placed))

    shown = await balie.card(placed)
    assert (shown.face, shown.edited or shown.withdrawn) == (Face.UNSURE, True)
    assert done(await balie.decide(shown, Action.CONFIRM)).state in (State.ANSWERED, State.WITHDRAWN)


async def test_a_change_while_the_account_is_blocked_stops_it(balie: Balie) -> None:
    balie.platform.faults.append("blocked")
    placed = await balie.place(await balie.mention())
    await balie.later()
    await balie.edit(placed, "Laat maar.")
    now = balie.clock.now()
    assert await balie.store.write(lambda c: outcomes.reconnected(c, now, "plein")) == 0
    await balie.later()
    assert balie.platform.texts() == []
    assert (await balie.card(placed)).state is State.CLAIMED


async def test_a_draft_written_for_an_earlier_wording_must_be_looked_at_again(balie: Balie) -> None:
    card = await balie.mention()
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    await balie.edit(card, "Ik bedoelde de glasbak.")
    refused = await balie.decide(claimed, Action.APPROVE, text="Wij komen.")
    assert told(refused) == "The sender has changed the message, read it again."
    done(await balie.decide(await balie.card(card), Action.APPROVE, text="Wij komen."))


async def test_a_draft_written_before_a_follow_up_must_be_looked_at_again(balie: Balie) -> None:
    card = await balie.mention()
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    await balie.write_again(card)
    assert told(await balie.decide(claimed, Action.APPROVE, text="Ja.")) == "The sender wrote again, read that first."


async def test_an_approval_of_an_earlier_wording_is_refused(balie: Balie) -> None:
    card = await balie.mention("Vraag over de wmo.")
    submitted = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    await balie.edit(card, "Vraag over mijn traplift.")
    told(await balie.decide(submitted, Action.APPROVE, by=PETER, text="Dat kan."))
    await balie.later()
    assert balie.platform.texts() == []
    assert (await balie.card(card)).state is State.CLAIMED


async def test_an_edit_after_the_answer_is_shown_and_opens_nothing(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    await balie.edit(card, "Mijn kliko is niet geleegd! (bijgewerkt)")
    shown = await balie.card(card)
    assert (shown.state, shown.edited) == (State.ANSWERED, True)


async def test_an_edit_of_what_was_closed_opens_it_again_with_a_fresh_card(balie: Balie) -> None:
    card = await balie.mention()
    closed = done(await balie.decide(card, Action.CLOSE, reason=CloseReason.DISCUSSION))
    balie.clock.forward(timedelta(days=1))
    await balie.edit(closed, "Echt waar: de kliko is niet geleegd.")
    shown = balie.newest_card()
    assert (shown.state, shown.face, shown.close_reason, shown.late) == (State.OPEN, Face.OPEN, None, False)
    assert list(balie.desk.roles.values()).count("past") == 2  # the owner's and the reader's


async def test_one_of_two_messages_deleted_leaves_the_other(balie: Balie) -> None:
    card = await balie.mention()
    second = await balie.write_again(card, "En de glasbak is vol.")
    await balie.delete(second)
    shown = await balie.card(card)
    assert (shown.state, shown.mention.text) == (State.OPEN, card.mention.text)


async def test_a_deleted_text_is_gone_everywhere_in_the_store(balie: Balie) -> None:
    card = await balie.mention("Mijn kliko aan de Kanariestraat 7.")
    await balie.edit(card, "Mijn kliko aan de Kanariestraat 9.")
    await balie.delete(card)
    rows = await balie.store.read(
        lambda c: [
            str(tuple(row))
            for table in ("mention", "mention_version", "early", "audit", "conversation")
            for row in c.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    )
    assert [row for row in rows if "Kanarie" in row] == []


async def test_writing_again_after_a_deletion_opens_the_conversation(balie: Balie) -> None:
    card = await balie.mention()
    await balie.delete(card)
    again = await balie.write_again(card, "Toch nog een vraag over mijn kliko.")
    assert (again.state, again.mention.text) == (State.OPEN, "Toch nog een vraag over mijn kliko.")


async def test_a_follow_up_while_the_answer_is_under_way_opens_it_again_once_it_stands_there(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    await balie.write_again(placed, "En de glasbak is vol.")
    await balie.later()

    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    shown = balie.newest_card()
    assert (shown.state, shown.face, shown.mention.text) == (State.OPEN, Face.OPEN, "En de glasbak is vol.")


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_a_follow_up_while_the_answer_is_in_doubt_is_not_lost_behind_it(balie: Balie) -> None:
    balie.platform.faults.append("500 after")
    placed = await balie.place(await balie.mention())
    await balie.later()
    shown = await balie.write_again(placed, "En de glasbak is vol.")
    assert shown.face is Face.UNSURE
    done(await balie.decide(shown, Action.CONFIRM))
    assert (await balie.card(placed)).state is State.OPEN


@pytest.mark.parametrize("end", ["", "refused", "hold back"])
async def test_a_correction_under_way_beside_a_follow_up_ends_well(balie: Balie, end: str) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    corrected = done(await balie.decide(await balie.card(card), Action.CORRECT, text="Wij komen overmorgen."))
    opened = await balie.write_again(card, "En de glasbak is vol.")
    assert opened.state is State.OPEN
    claimed = done(await balie.decide(opened, Action.CLAIM, by=PETER))
    if end == "hold back":
        done(await balie.decide(claimed, Action.HOLD_BACK, by=JAN))
    elif end:
        balie.platform.faults.append(end)
    await balie.later()

    shown = await balie.card(corrected)
    assert len(balie.platform.texts()) == (1 if end else 2)
    assert (shown.state, shown.holder and shown.holder.key) == (State.CLAIMED, "peter")
    done(await balie.decide(shown, Action.APPROVE, by=PETER, text="Die legen wij morgen."))
    await balie.later()
    assert balie.platform.texts()[-1] == "Die legen wij morgen. ^PB"
