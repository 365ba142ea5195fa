"""What a colleague of one department can do to the conversations of another: nothing, also by their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.conversation import Action, State
from bot.model import Draft, Told
from bot.model.answers import Proposed, Saved
from bot.store import small
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from knowledge.rulebook.values import DeskIdentity, Mandate, Role
from tests.flow.conftest import Balie, done, told, wrong
from tests.flow.town import EVA, FATIMA, JAN, MONDAY, PETER, TOWN, VISITOR, identity

WASTE_ONLY = (Mandate(role=Role.APPROVER, departments=("afval",)),)


@pytest.fixture
def jan_of_waste(balie: Balie) -> DeskIdentity:
    jan = replace(TOWN.members["jan"], mandates=WASTE_ONLY)
    balie.rules.rulebook = replace(TOWN, members=TOWN.members | {"jan": jan})
    return JAN


async def test_a_conversation_is_merged_into_none_that_one_may_not_see(
    balie: Balie, jan_of_waste: DeskIdentity
) -> None:
    theirs = await balie.mention("Wanneer komt mijn traplift?", author_id="een")
    ours = await balie.mention(author_id="twee")
    number = theirs.conversation_id
    refused = wrong(await balie.decide(ours, Action.MERGE, by=jan_of_waste, into=number))
    there_is_none = wrong(await balie.decide(ours, Action.MERGE, by=jan_of_waste, into=999))
    assert refused == there_is_none == {"into"}
    assert (await balie.card(ours)).state is State.OPEN
    assert done(await balie.decide(ours, Action.MERGE, by=PETER, into=number)).folded_into == number


@pytest.mark.parametrize("colleague", ["", "nobody", "eva", "somebody else"])
async def test_only_who_may_answer_can_be_asked(balie: Balie, colleague: str) -> None:
    card = await balie.mention()
    until = balie.clock.now() + timedelta(hours=1)
    assert wrong(await balie.decide(card, Action.ASK, colleague=colleague, until=until)) == {"colleague"}
    assert balie.desk.lines == []


async def test_who_lost_a_mandate_sees_nothing_of_what_they_held(balie: Balie) -> None:
    card = await balie.mention()
    done(await balie.decide(card, Action.CLAIM, by=JAN))
    assert [one.conversation_id for one in await balie.office.mine(JAN)] == [card.conversation_id]
    jan = replace(TOWN.members["jan"], mandates=(Mandate(role=Role.APPROVER, departments=("zorg",)),))
    balie.rules.rulebook = replace(TOWN, members=TOWN.members | {"jan": jan})
    assert list(await balie.office.mine(JAN)) == []


async def test_an_agent_takes_no_answer_away(balie: Balie) -> None:
    placed = await balie.place(await balie.mention())
    await balie.later()
    answered = await balie.card(placed)
    assert "no mandate" in told(await balie.decide(answered, Action.RETRACT, by=FATIMA))
    assert balie.channel.removed == []
    done(await balie.decide(answered, Action.RETRACT, by=JAN))


async def test_who_only_reads_along_keeps_no_text_there(balie: Balie) -> None:
    card = await balie.mention()
    assert await balie.office.card(card.conversation_id, EVA)
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=EVA, text="Wij van West."))
    kept = await balie.store.read(lambda c: small.draft(c, card.conversation_id, "eva"))
    assert kept is None


@pytest.mark.parametrize(("department", "topic", "published"), [("afval", "", True), ("zorg", "hulp", False)])
async def test_an_approver_publishes_answers_of_the_own_department_only(
    balie: Balie, jan_of_waste: DeskIdentity, department: str, topic: str, published: bool
) -> None:
    base = Answers(balie.store, balie.rules, balie.clock)
    entry = Entry(key="nieuw", question="Hoe lang duurt het?", answer="Een week.", department=department, topic=topic)
    saved = await base.save(entry, seen_revision=0, by=jan_of_waste)
    assert isinstance(saved, Saved if published else Proposed)


async def test_an_answer_does_not_leave_a_department_by_who_keeps_another(
    balie: Balie, jan_of_waste: DeskIdentity
) -> None:
    base = Answers(balie.store, balie.rules, balie.clock)
    care = Entry(key="lift", question="Hoe vraag ik een traplift aan?", answer="Bel ons.", department="zorg")
    await base.save(care, seen_revision=0, by=PETER)
    taken = await base.save(replace(care, department="afval"), seen_revision=1, by=jan_of_waste)
    assert isinstance(taken, Proposed)


ENDED = Mandate(role=Role.APPROVER, until=MONDAY.date() - timedelta(days=1))


@pytest.mark.parametrize("mandates", [(), (ENDED,)], ids=["never had one", "it ended"])
async def test_an_owner_without_a_mandate_publishes_nothing(balie: Balie, mandates: tuple[Mandate, ...]) -> None:
    base = Answers(balie.store, balie.rules, balie.clock)
    own = Entry(key="lift", question="Hoe vraag ik een traplift aan?", answer="Bel ons.", owner="fatima")
    await base.save(own, seen_revision=0, by=PETER)
    fatima = replace(TOWN.members["fatima"], mandates=mandates)
    balie.rules.rulebook = replace(TOWN, members=TOWN.members | {"fatima": fatima})
    assert isinstance(await base.save(replace(own, answer="Ha!"), seen_revision=1, by=FATIMA), Told)
    assert isinstance(await base.retire("lift", seen_revision=1, by=FATIMA), Told)


@pytest.mark.parametrize(
    ("by", "found"), [(JAN, ["lift"]), (EVA, []), (identity("nobody"), []), (VISITOR, [])], ids=lambda v: str(v)[-20:]
)
async def test_a_search_from_a_conversation_finds_nothing_for_who_may_not_see_it(
    balie: Balie, by: DeskIdentity, found: list[str]
) -> None:
    lift = Entry(key="lift", question="Hoe vraag ik een traplift aan?", answer="Bel ons.", department="zorg")
    await Answers(balie.store, balie.rules, balie.clock).save(lift, seen_revision=0, by=PETER)
    balie.rules.replace(TOWN, Advisor(TOWN, (lift,)))
    card = await balie.mention("Wanneer komt mijn traplift?")
    offered = await balie.office.search("traplift aanvragen", card.conversation_id, by)
    assert [one.entry for one in offered] == found
