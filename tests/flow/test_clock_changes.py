"""Nights on which the clock changes, and a machine whose clock is put right: every timer ends once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Action, State
from bot.store import Store
from knowledge.sentence import Sentence
from tests.flow.conftest import Balie, build, done

SUMMER_TIME = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # half an hour before 02:00 becomes 03:00 in the town
WINTER_TIME = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half an hour before 03:00 becomes 02:00
HOUR = timedelta(hours=1)


def lines(balie: Balie) -> Sequence[Sentence]:
    return [line.text for _, line in balie.desk.lines if isinstance(line.text, Sentence)]


@pytest.mark.parametrize("night", [SUMMER_TIME, WINTER_TIME], ids=["summer time", "winter time"])
async def test_an_hour_is_an_hour_in_the_night_that_the_clock_changes(store: Store, night: datetime) -> None:
    balie = build(store, start=night)
    held, set_aside = await balie.mention(author_id="een"), await balie.mention(author_id="twee")
    done(await balie.decide(held, Action.CLAIM, writing=True))
    done(await balie.decide(set_aside, Action.REMIND, until=night + HOUR))

    await balie.later(timedelta(minutes=9))
    assert (await balie.card(held)).state is State.CLAIMED
    await balie.later(timedelta(minutes=2))
    assert (await balie.card(held)).state is State.OPEN
    assert lines(balie) == []
    for _ in range(4):
        await balie.later(HOUR)
    assert [str(line) for line in lines(balie)] == ["Reminder for Jan Koning."]


@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["an hour back", "an hour on"])
async def test_a_clock_that_is_put_right_neither_loses_nor_repeats_anything(store: Store, step: timedelta) -> None:
    balie = build(store, start=SUMMER_TIME)
    placed = await balie.place(await balie.mention(author_id="een"))
    waiting = await balie.mention(author_id="twee")
    done(await balie.decide(waiting, Action.REMIND, until=SUMMER_TIME + timedelta(minutes=30)))

    await balie.later(step)
    for _ in range(4):
        await balie.later(timedelta(minutes=31))

    assert (await balie.card(placed)).state is State.ANSWERED
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert len(lines(balie)) == 1


async def test_a_clock_put_back_after_the_post_posts_nothing_again(store: Store) -> None:
    balie = build(store, start=WINTER_TIME)
    await balie.place(await balie.mention())
    await balie.later()
    await balie.later(-HOUR)
    await balie.later(2 * HOUR)
    assert len(balie.platform.posts) == 1
