"""Conversations that are about one thing can be brought together, and taken apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.conversation import Action, State
from bot.model import Card, Face
from tests.flow.conftest import Balie, done, told, wrong


async def two(balie: Balie) -> tuple[Card, Card]:
    main = await balie.mention(author_id="een", author="@een")
    return main, await balie.mention("De glasbak ook.", author_id="twee", author="@twee")


async def test_a_merged_conversation_rests_under_the_other(balie: Balie) -> None:
    main, other = await two(balie)
    folded = done(await balie.decide(other, Action.MERGE, into=main.conversation_id))
    assert (folded.face, folded.holder) == (Face.FOLDED, None)
    assert (await balie.card(main)).state is State.OPEN


async def test_taken_apart_it_is_open_again(balie: Balie) -> None:
    main, other = await two(balie)
    folded = done(await balie.decide(other, Action.MERGE, into=main.conversation_id))
    assert done(await balie.decide(folded, Action.UNMERGE)).state is State.OPEN


async def test_whose_conversation_was_merged_and_who_writes_again_is_heard(balie: Balie) -> None:
    main, other = await two(balie)
    folded = done(await balie.decide(other, Action.MERGE, into=main.conversation_id))
    again = await balie.write_again(folded, "Is er iemand?", author="@twee")
    assert (again.state, again.mention.text) == (State.OPEN, "Is er iemand?")
    assert Action.UNMERGE not in again.actions
    assert (await balie.card(main)).follow_ups == 0


@pytest.mark.parametrize("into", [None, 999, "itself", "merged"])
async def test_merging_into_what_can_not_be_is_refused(balie: Balie, into: object) -> None:
    main, other = await two(balie)
    third = await balie.mention("Nog een kliko.", author_id="drie")
    done(await balie.decide(third, Action.MERGE, into=main.conversation_id))
    target = {"itself": other.conversation_id, "merged": third.conversation_id}.get(str(into), into)
    assert wrong(await balie.decide(other, Action.MERGE, into=target)) == {"into"}


async def test_an_urgent_message_stays_on_its_own(balie: Balie) -> None:
    main, other = await two(balie)
    await balie.store.write(
        lambda c: (
            c.execute(
                text("UPDATE conversation SET urgent = true WHERE id = :id"), {"id": other.conversation_id}
            ).rowcount
        )
    )
    answer = await balie.decide(await balie.card(other), Action.MERGE, into=main.conversation_id)
    assert told(answer) == "An urgent message stays on its own."


async def test_a_reminder_comes_at_its_time_and_changes_no_state(balie: Balie) -> None:
    card = await balie.mention()
    until = balie.clock.now() + timedelta(hours=1)
    reminded = done(await balie.decide(card, Action.REMIND, until=until))
    assert (reminded.state, reminded.remind_at) == (State.OPEN, until)
    await balie.later(timedelta(minutes=59))
    assert balie.desk.lines == []
    await balie.later(timedelta(minutes=2))
    assert [str(line.text) for _, line in balie.desk.lines] == ["Reminder for Jan Koning."]
    assert (await balie.card(card)).remind_at is None


async def test_a_colleague_is_asked_and_asked_again_when_the_time_is_over(balie: Balie) -> None:
    card = await balie.mention()
    until = balie.clock.now() + timedelta(minutes=30)
    asked = done(await balie.decide(card, Action.ASK, colleague="peter", until=until, note="Welke dag?"))
    assert (asked.state, asked.asked and asked.asked.key) == (State.CLAIMED, "peter")
    await balie.later(timedelta(minutes=31))
    first, second = (str(line.text) for _, line in balie.desk.lines)
    assert first.startswith("Jan Koning asks Peter Boer, before ")
    assert first.endswith("Welke dag?")
    assert second == "Peter Boer, do you have an answer for Jan Koning yet?"
