"""The known answers in the database: what stands, who may change it, and what stood before."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.answers import Answers
from bot.model import Told, Wrong
from bot.model.answers import Proposed, Saved
from bot.store import answers, audit
from knowledge.faq import Entry
from tests.flow.conftest import Balie
from tests.flow.town import EVA, FATIMA, JAN, MONDAY, PETER, VISITOR, identity

KLIKO = Entry(
    key="kliko", question="Kliko niet geleegd?", answer="Wij komen langs.", department="afval", topic="container"
)


@pytest.fixture
def base(balie: Balie) -> Answers:
    return Answers(balie.store, balie.rules, balie.clock)


def saved(answer: object) -> Saved:
    assert isinstance(answer, Saved), answer
    return answer


async def test_what_the_coordinator_saves_stands_with_its_history(base: Answers) -> None:
    first = saved(await base.save(KLIKO, seen_revision=0, by=PETER))
    better = replace(KLIKO, answer="Wij komen morgen langs.")
    assert saved(await base.save(better, seen_revision=first.revision, by=PETER)).revision == 2
    stands = await base.one("kliko", by=JAN)
    assert stands
    assert stands.entry == better
    assert stands.changed_by.name == "Peter Boer"
    history = await base.history("kliko", by=JAN)
    assert [(each.number, each.entry.answer) for each in history] == [
        (2, "Wij komen morgen langs."),
        (1, "Wij komen langs."),
    ]


async def test_saving_without_a_change_makes_no_revision(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    assert saved(await base.save(KLIKO, seen_revision=1, by=PETER)).revision == 1
    assert len(await base.history("kliko", by=JAN)) == 1


async def test_of_two_who_change_the_same_answer_the_second_is_told_by_whom(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    both = [base.save(replace(KLIKO, answer=f"Versie van {by.user}"), seen_revision=1, by=by) for by in (PETER, JAN)]
    outcomes = await asyncio.gather(*both)
    assert sorted(type(each).__name__ for each in outcomes) == ["Saved", "Told"]
    told = next(each for each in outcomes if isinstance(each, Told))
    assert "changed this answer at" in told.sentence.text
    assert len(await base.history("kliko", by=JAN)) == 2


async def test_the_same_question_twice_is_refused(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    twin = replace(KLIKO, key="bak", question="kliko NIET geleegd")
    answer = await base.save(twin, seen_revision=0, by=PETER)
    assert isinstance(answer, Wrong)
    assert set(answer.fields) == {"question"}


async def test_two_at_once_cannot_add_the_same_question(base: Answers) -> None:
    twins = [replace(KLIKO, key=key) for key in ("een", "twee", "drie")]
    outcomes = await asyncio.gather(*(base.save(each, seen_revision=0, by=PETER) for each in twins))
    assert sorted(type(each).__name__ for each in outcomes) == ["Saved", "Wrong", "Wrong"]


async def test_a_new_answer_gets_a_key_from_its_question(base: Answers) -> None:
    first = saved(await base.save(replace(KLIKO, key=""), seen_revision=0, by=PETER))
    await base.retire(first.key, seen_revision=1, by=PETER)
    second = saved(await base.save(replace(KLIKO, key=""), seen_revision=0, by=PETER))
    assert (first.key, second.key) == ("kliko-niet-geleegd", "kliko-niet-geleegd-2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": "  "}, "question"),
        ({"answer": ""}, "answer"),
        ({"short": "x" * 281}, "short"),
        ({"source": "http://veldwijk.example"}, "source"),
        ({"key": "Één"}, "key"),
        ({"language": "Nederlands"}, "language"),
    ],
)
async def test_a_mistake_is_told_at_its_field(base: Answers, changes: dict[str, str], field: str) -> None:
    answer = await base.save(replace(KLIKO, **changes), seen_revision=0, by=PETER)  # type: ignore[arg-type]
    assert isinstance(answer, Wrong)
    assert set(answer.fields) == {field}
    assert await base.entries(by=PETER) == []


async def test_undo_is_an_older_revision_that_becomes_the_newest(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    await base.save(replace(KLIKO, answer="Fout!"), seen_revision=1, by=PETER)
    assert saved(await base.restore("kliko", 1, seen_revision=2, by=PETER)).revision == 3
    stands = await base.one("kliko", by=JAN)
    assert stands
    assert stands.entry == KLIKO
    assert stands.revision == 3


async def test_a_retired_answer_stays_in_the_history_and_can_come_back(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    saved(await base.retire("kliko", seen_revision=1, by=PETER))
    gone = await base.one("kliko", by=JAN)
    assert gone
    assert gone.retired
    saved(await base.restore("kliko", 1, seen_revision=2, by=PETER))
    back = await base.one("kliko", by=JAN)
    assert back
    assert not back.retired


async def test_an_agent_proposes_and_who_may_publish_decides(base: Answers) -> None:
    proposed = await base.save(KLIKO, seen_revision=0, by=FATIMA, note="kwam drie keer voorbij")
    assert isinstance(proposed, Proposed)
    assert [who.name for who in proposed.deciders] == ["Jan Koning", "Peter Boer"]
    assert await base.one("kliko", by=PETER) is None
    (waiting,) = await base.proposals(by=JAN)
    assert (waiting.entry, waiting.by.name, waiting.note) == (KLIKO, "Fatima Amrani", "kwam drie keer voorbij")
    saved(await base.accept(waiting.id, by=JAN))
    stands = await base.one("kliko", by=PETER)
    assert stands
    assert stands.entry == KLIKO
    assert stands.changed_by.name == "Jan Koning"
    assert await base.proposals(by=JAN) == []


async def test_a_declined_proposal_changes_nothing(base: Answers) -> None:
    proposed = await base.save(KLIKO, seen_revision=0, by=FATIMA)
    assert isinstance(proposed, Proposed)
    assert await base.decline(proposed.id, by=JAN, note="Staat er al.") is None
    assert isinstance(await base.accept(proposed.id, by=JAN), Told)
    assert await base.entries(by=JAN) == []


async def test_a_proposal_on_an_answer_that_changed_since_is_not_published_blindly(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    proposed = await base.save(replace(KLIKO, answer="Oud"), seen_revision=1, by=FATIMA)
    assert isinstance(proposed, Proposed)
    await base.save(replace(KLIKO, answer="Nieuw"), seen_revision=1, by=PETER)
    (waiting,) = await base.proposals(by=JAN)
    assert waiting.overtaken
    assert isinstance(await base.accept(proposed.id, by=JAN), Told)
    assert len(await base.proposals(by=JAN)) == 1
    stands = await base.one("kliko", by=PETER)
    assert stands
    assert stands.entry.answer == "Nieuw"


async def test_the_owner_publishes_an_own_answer_and_no_other(base: Answers) -> None:
    await base.save(replace(KLIKO, owner="Fatima Amrani"), seen_revision=0, by=PETER)
    await base.save(replace(KLIKO, key="glas", question="Glasbak vol?"), seen_revision=0, by=PETER)
    saved(await base.save(replace(KLIKO, owner="Fatima Amrani", answer="Nu!"), seen_revision=1, by=FATIMA))
    glass = replace(KLIKO, key="glas", question="Glasbak vol?", answer="Nu!", owner="Fatima Amrani")
    assert isinstance(await base.save(glass, seen_revision=1, by=FATIMA), Proposed)


async def test_nobody_becomes_an_owner_by_saying_so(base: Answers) -> None:
    own = replace(KLIKO, owner="Fatima Amrani")
    assert isinstance(await base.save(own, seen_revision=0, by=FATIMA), Proposed)
    await base.save(KLIKO, seen_revision=0, by=PETER)
    assert isinstance(await base.save(own, seen_revision=1, by=FATIMA), Proposed)


async def test_who_has_no_mandate_changes_nothing_and_sees_nothing(base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    for outsider in (VISITOR, identity("nobody")):
        assert isinstance(await base.save(replace(KLIKO, answer="Ha!"), seen_revision=1, by=outsider), Told)
        assert isinstance(await base.retire("kliko", seen_revision=1, by=outsider), Told)
        assert isinstance(await base.restore("kliko", 1, seen_revision=1, by=outsider), Told)
        assert not await base.entries(by=outsider)
        assert not await base.history("kliko", by=outsider)
    assert isinstance(await base.retire("kliko", seen_revision=1, by=EVA), Told)
    assert len(await base.history("kliko", by=JAN)) == 1


async def test_every_change_is_in_the_account_and_counts_the_base_up(balie: Balie, base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    await base.retire("kliko", seen_revision=1, by=PETER)
    lines = await balie.store.read(lambda c: audit.of_conversation(c, 0))
    assert [(line.actor, line.action, line.object) for line in lines] == [
        ("peter", "answer saved", "answer kliko"),
        ("peter", "retired", "answer kliko"),
    ]
    assert await balie.store.read(answers.counters) == (2, 0)
    assert not await balie.store.read(audit.faults)


async def test_the_store_itself_takes_no_revision_on_top_of_another_than_was_seen(balie: Balie, base: Answers) -> None:
    await base.save(KLIKO, seen_revision=0, by=PETER)
    for seen in (0, 7):
        late = await balie.store.write(
            lambda c, seen=seen: answers.write(c, KLIKO, seen=seen, at=MONDAY, by="peter", origin="page")  # type: ignore[misc]
        )
        assert late is None
