"""Who may do what is asked at the click and again before posting; an empty mandate means nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.conversation import Action, State
from bot.decisions import DO
from bot.model import Draft, Face, Told
from knowledge.rulebook.values import DeskIdentity, Mandate, Role, Rulebook
from tests.flow.conftest import Balie, a_click, done, told
from tests.flow.town import JAN, PETER, TOWN, VISITOR, identity

NICO = identity("nobody")
OTHER_WORKSPACE = DeskIdentity(desk="web", workspace="elders", user="jan")
OTHER_DESK = DeskIdentity(desk="slack", workspace="", user="jan")


def jan_with(*mandates: Mandate) -> Rulebook:
    jan = replace(TOWN.members["jan"], mandates=mandates)
    return replace(TOWN, members=TOWN.members | {"jan": jan})


@pytest.mark.parametrize("action", DO)
async def test_who_has_no_mandate_may_do_nothing(balie: Balie, action: Action) -> None:
    card = await balie.mention()
    answer = await balie.decide(card, action, by=NICO, text="Ha!", looked=True, department="zorg", note="x")
    assert told(answer) == "You have no mandate for Afval. Ask the coordinator."
    assert await balie.card(card) == card
    assert (await balie.audit(card))[-1] == ("nobody", action, "refused")


@pytest.mark.parametrize("by", [VISITOR, OTHER_WORKSPACE, OTHER_DESK], ids=["unknown", "other workspace", "other desk"])
async def test_who_is_not_in_the_rulebook_is_refused_told_and_recorded(balie: Balie, by: DeskIdentity) -> None:
    card = await balie.mention()
    refused = told(await balie.decide(card, Action.APPROVE, by=by, text="Ha!"))
    assert refused == "Balie does not know you. Ask the coordinator to put you in the rulebook."
    await balie.later()
    assert balie.platform.texts() == []
    assert (await balie.audit(card))[-1] == (f"unknown {by.user}", "approve", "refused")


@pytest.mark.parametrize("by", [VISITOR, NICO], ids=["unknown", "without a mandate"])
async def test_an_outsider_sees_nothing_at_all(balie: Balie, by: DeskIdentity) -> None:
    card = await balie.mention()
    number = card.conversation_id
    office = balie.office
    assert await office.card(number, by) is None
    assert isinstance(await office.view(number, by), Told)
    assert isinstance(await office.preview(Draft(conversation_id=number, by=by, text="x")), Told)
    lists: list[Any] = [
        await office.cards("afval", by),
        await office.mine(by),
        await office.departments(by),
        await office.colleagues(number, by),
        await office.history(number, by),
        await office.search("kliko", number, by),
    ]
    assert [list(found) for found in lists] == [[]] * 6


MONDAY_ITSELF = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("mandate", "allowed"),
    [
        (Mandate(role=Role.APPROVER), True),
        (Mandate(role=Role.APPROVER, departments=("afval",)), True),
        (Mandate(role=Role.APPROVER, departments=("zorg",)), False),
        (Mandate(role=Role.APPROVER, topics=("container",)), True),
        (Mandate(role=Role.APPROVER, topics=("hulp",)), False),
        (Mandate(role=Role.APPROVER, departments=("afval",), topics=("hulp",)), False),
        (Mandate(role=Role.APPROVER, until=MONDAY_ITSELF), True),
        (Mandate(role=Role.APPROVER, until=MONDAY_ITSELF - timedelta(days=1)), False),
        (Mandate(role=Role.SPOKESPERSON), True),
        (Mandate(role=Role.AGENT), False),
        (Mandate(role=Role.READER), False),
        (Mandate(role=Role.COORDINATOR), False),
        (Mandate(role=Role.ADMINISTRATOR), False),
    ],
)
async def test_a_mandate_reaches_as_far_as_it_says(balie: Balie, mandate: Mandate, allowed: bool) -> None:
    card = await balie.mention()
    balie.rules.rulebook = jan_with(mandate)
    answer = await balie.decide(card, Action.APPROVE, by=JAN, text="Ja.")
    await balie.later()
    assert isinstance(answer, Told) is not allowed
    assert len(balie.platform.texts()) == allowed


async def test_a_mandate_ends_with_the_day_in_the_town_not_in_greenwich(balie: Balie) -> None:
    card = await balie.mention()
    balie.rules.rulebook = jan_with(Mandate(role=Role.APPROVER, until=MONDAY_ITSELF))
    balie.clock.forward(timedelta(hours=10, minutes=30))  # half past midnight in the town, still Monday in UTC
    assert "no mandate" in told(await balie.decide(card, Action.CLAIM, by=JAN))


async def test_a_mandate_that_was_taken_away_before_posting_stops_the_post(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    balie.rules.rulebook = jan_with(Mandate(role=Role.AGENT))
    await balie.later()

    shown = await balie.card(placed, by=PETER)
    assert balie.platform.texts() == []
    assert (shown.state, shown.face) == (State.CLAIMED, Face.REFUSED)
    assert shown.reply
    assert str(shown.reply.problem) == "Jan Koning may no longer post about this."


async def test_a_colleague_who_left_posts_nothing_more(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    rest = {key: one for key, one in TOWN.members.items() if key != "jan"}
    balie.rules.rulebook = replace(TOWN, members=rest)
    await balie.later()
    assert balie.platform.texts() == []
    assert (await balie.card(placed, by=PETER)).face is Face.REFUSED


async def test_nobody_submits_where_nobody_could_approve(balie: Balie) -> None:
    card = await balie.mention()
    balie.rules.rulebook = replace(TOWN, members={"fatima": TOWN.members["fatima"]})
    answer = await balie.decide(card, Action.SUBMIT, by=identity("fatima"), text="Ja.", click=a_click())
    assert told(answer) == "Nobody may post about Containers yet. Ask the coordinator."


async def test_forwarding_takes_it_out_of_reach(balie: Balie) -> None:
    card = await balie.mention()
    balie.rules.rulebook = jan_with(Mandate(role=Role.APPROVER, departments=("afval",)))
    moved = done(await balie.decide(card, Action.FORWARD, by=JAN, department="zorg"))
    assert "no mandate for Zorg" in told(await balie.decide(moved, Action.CLAIM, by=JAN))
