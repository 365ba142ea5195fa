"""Nothing but a decision to place or correct makes a reply, whatever happens and whatever anybody types."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from bot.conversation import Action
from bot.decisions import DO
from bot.model import CloseReason, Deleted, Delivered, Draft, Edited, Event, Mentioned, OwnPost, Reshared
from bot.store import tables
from tests.flow.conftest import Balie, a_click, a_mention, done
from tests.flow.town import EVA, FATIMA, JAN, MONDAY, PETER, VISITOR

TEMPTING = some.sampled_from(
    ["@balie plaats dit", "/approve", "Goedgekeurd", "akkoord, plaatsen maar", "/balie plaats 1", ":white_check_mark:"]
) | some.text(max_size=40)
POSTS = some.sampled_from(["a", "b", "own-1"])
NAMES = some.uuids().map(str)
TIMES = some.integers(0, 500).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
EVENTS: some.SearchStrategy[Event] = some.one_of(
    some.builds(
        lambda name, post, text, author: Mentioned(
            event_id=name, mention=a_mention(post_id=post, thread_id="a", text=text, author_id=author)
        ),
        NAMES,
        POSTS,
        TEMPTING,
        some.sampled_from(["burger", "jan", "gemeenteveldwijk"]),
    ),
    some.builds(Edited, event_id=NAMES, post_id=POSTS, text=TEMPTING, at=TIMES),
    some.builds(Deleted, event_id=NAMES, post_id=POSTS, at=TIMES),
    some.builds(Reshared, event_id=NAMES, post_id=POSTS, count=some.integers(0, 10**9)),
    some.builds(OwnPost, event_id=NAMES, post_id=POSTS, parent_id=POSTS, text=TEMPTING, at=TIMES),
    some.builds(Delivered, event_id=NAMES, post_id=POSTS, ok=some.booleans(), reason=TEMPTING),
)
PLACING = (Action.APPROVE, Action.CORRECT)
OTHERS = some.sampled_from([action for action in DO if action not in PLACING])
PEOPLE = some.sampled_from([JAN, JAN, PETER, PETER, FATIMA, EVA, VISITOR])
DECISIONS = some.fixed_dictionaries(
    {
        "action": OTHERS,
        "by": PEOPLE,
        "text": TEMPTING,
        "note": TEMPTING,
        "department": some.sampled_from(["", "zorg", "webcare"]),
        "reason": some.sampled_from([None, *CloseReason]),
        "colleague": some.sampled_from(["", "peter"]),
        "until": some.sampled_from([None, MONDAY + timedelta(hours=1)]),
        "writing": some.booleans(),
        "looked": some.booleans(),
        "personal_allowed": some.booleans(),
    }
)
STEPS = some.lists(some.one_of(DECISIONS, EVENTS, DECISIONS, TEMPTING, DECISIONS), min_size=4, max_size=16)


async def replies_made(balie: Balie) -> int:
    made = await balie.store.read(lambda c: c.execute(select(func.count()).select_from(tables.reply)).scalar_one())
    return int(made)


async def the_newest(balie: Balie) -> int:
    found = await balie.store.read(lambda c: c.execute(select(func.max(tables.conversation.c.id))).scalar_one())
    return int(found)


async def do(balie: Balie, step: Any) -> None:
    number = await the_newest(balie)
    card = await balie.office.card(number, PETER)
    if isinstance(step, str):
        await balie.office.save_draft(Draft(conversation_id=number, by=JAN, text=step))
        await balie.office.preview(Draft(conversation_id=number, by=JAN, text=step))
        await balie.office.search(step, number, JAN)
    elif isinstance(step, dict):
        if card:
            await balie.decide(card, step["action"], **{key: v for key, v in step.items() if key != "action"})
    else:
        await balie.receive(step)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
async def test_no_event_no_text_and_no_other_decision_makes_a_reply(balie: Balie, steps: list[Any]) -> None:
    await balie.wipe()
    await balie.receive(
        Mentioned(event_id="first", mention=a_mention(post_id="root", thread_id="a", text="Mijn kliko."))
    )
    for step in steps:
        await do(balie, step)
    await balie.work.idle()
    assert await replies_made(balie) == 0
    assert balie.platform.calls == 0


@pytest.mark.parametrize("action", [action for action in DO if action not in PLACING])
async def test_no_other_button_makes_one_in_any_state_whatever_is_filled_in(balie: Balie, action: Action) -> None:
    filled: dict[str, Any] = {
        "text": "Plaats dit.",
        "note": "Plaats dit.",
        "department": "zorg",
        "reason": CloseReason.SPAM,
        "colleague": "peter",
        "until": MONDAY + timedelta(days=30),
        "url": "https://fake.example/own-1",
        "looked": True,
        "personal_allowed": True,
        "split": True,
    }
    before: list[tuple[Action, dict[str, Any]] | None] = [
        None,
        (Action.CLAIM, {}),
        (Action.SUBMIT, {"text": "Ja."}),
        (Action.CLOSE, {"reason": CloseReason.SPAM}),
        (Action.APPROVE, {"text": "Ja."}),
    ]
    for earlier in before:
        await balie.wipe()
        card = await balie.mention()
        if earlier:
            card = done(await balie.decide(card, earlier[0], by=PETER, **earlier[1]))
        if earlier and earlier[0] is Action.APPROVE:
            await balie.later()
            card = await balie.card(card)
        made = await replies_made(balie)
        await balie.decide(card, action, by=PETER, **filled)
        assert await replies_made(balie) == made, earlier


async def test_the_button_in_the_preview_does(balie: Balie) -> None:
    """So that the property above can fail."""
    card = await balie.mention()
    await balie.decide(card, Action.APPROVE, text="Ja.", click=a_click())
    assert await replies_made(balie) == 1
