"""The to-do list about answers, and the questions that had no good one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.answers import Answers
from bot.conversation import Action
from bot.model import CloseReason, Visibility
from bot.model.answers import Proposed, Saved, TaskKind
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from tests.flow.conftest import Balie, done
from tests.flow.town import EVA, FATIMA, JAN, MONDAY, PETER, VISITOR

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    variants=("Mijn kliko is niet geleegd",),
    answer="Vervelend! Wij komen morgen bij u langs om hem te legen.",
    department="afval",
)
TODAY = date(2026, 11, 23)


@pytest.fixture
def base(balie: Balie) -> Answers:
    return Answers(balie.store, balie.rules, balie.clock, channels={"plein": balie.channel})


async def known(balie: Balie, base: Answers, *entries: Entry) -> None:
    for entry in entries:
        assert isinstance(await base.save(entry, seen_revision=0, by=PETER), Saved)
    balie.rules.replace(balie.rules.rulebook, Advisor(balie.rules.rulebook, entries, today=lambda: TODAY))


async def kinds(base: Answers) -> list[tuple[TaskKind, tuple[str, ...]]]:
    return [(task.kind, task.entries) for task in await base.tasks(by=PETER)]


async def answered(balie: Balie, text: str, *, about: str = "Mijn kliko is niet geleegd", entry: str = "kliko") -> None:
    card = await balie.mention(about, author_id=f"burger {text} {about} {len(balie.desk.messages)}")
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    await balie.resolved(done(await balie.decide(claimed, Action.APPROVE, text=text, entry=entry)))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"review_by": TODAY + timedelta(days=14)}, TaskKind.REVIEW),
        ({"review_by": TODAY - timedelta(days=300)}, TaskKind.REVIEW),
        ({"valid_until": TODAY - timedelta(days=1)}, TaskKind.EXPIRED),
        ({"answer": "Wij komen. " * 60}, TaskKind.TOO_LONG),
    ],
)
async def test_an_answer_that_needs_work_is_on_the_list(
    balie: Balie, base: Answers, changes: dict[str, object], kind: TaskKind
) -> None:
    await known(balie, base, replace(KLIKO, **changes))  # type: ignore[arg-type]
    assert await kinds(base) == [(kind, ("kliko",))]


async def test_a_good_answer_is_not_on_the_list(balie: Balie, base: Answers) -> None:
    await known(balie, base, replace(KLIKO, review_by=TODAY + timedelta(days=15), valid_until=TODAY))
    assert await kinds(base) == []


async def test_a_long_answer_with_a_short_one_is_not_on_the_list(balie: Balie, base: Answers) -> None:
    await known(balie, base, replace(KLIKO, answer="Wij komen. " * 60, short="Wij komen."))
    assert await kinds(base) == []


async def test_two_answers_that_contradict_each_other_are_on_the_list(balie: Balie, base: Answers) -> None:
    paid = replace(
        KLIKO, key="pas", question="Wat kost een nieuwe afvalpas?", variants=(), answer="Een pas kost 10 euro."
    )
    other = replace(paid, key="pas2", question="Hoeveel kost een nieuwe afvalpas?", answer="Een pas kost 15 euro.")
    await known(balie, base, paid, other)
    assert await kinds(base) == [(TaskKind.CONTRADICTION, ("pas", "pas2"))]


async def test_an_answer_that_is_changed_by_much_five_times_is_a_task_for_its_owner(
    balie: Balie, base: Answers
) -> None:
    await known(balie, base, replace(KLIKO, owner="Jan Koning"))
    for number in range(4):
        await answered(balie, f"Heel iets anders, dat wij zelf bedachten ({number}).")
    await answered(balie, KLIKO.answer)
    assert await kinds(base) == []
    await answered(balie, "Alweer heel iets anders, dat wij zelf bedachten.")
    (task,) = await base.tasks(by=JAN)
    assert (task.kind, task.entries, task.owner) == (TaskKind.EDITED, ("kliko",), "Jan Koning")
    stands = await base.one("kliko", by=PETER)
    assert stands
    await base.save(replace(stands.entry, answer="Nu beter."), seen_revision=1, by=PETER)
    assert await kinds(base) == []


async def test_a_proposal_is_on_the_list_of_who_decides_about_it(base: Answers) -> None:
    assert isinstance(await base.save(KLIKO, seen_revision=0, by=FATIMA), Proposed)
    assert [task.kind for task in await base.tasks(by=JAN)] == [TaskKind.PROPOSAL]
    assert list(await base.tasks(by=FATIMA)) == []


async def test_who_may_not_mend_an_answer_is_not_asked_to(balie: Balie, base: Answers) -> None:
    await known(balie, base, replace(KLIKO, review_by=TODAY))
    assert len(await base.tasks(by=JAN)) == 1
    assert not await base.tasks(by=EVA)
    assert not await base.tasks(by=VISITOR)


async def test_questions_without_a_good_answer_are_gathered_without_names(balie: Balie, base: Answers) -> None:
    await known(balie, base, KLIKO)
    for name in ("Youssef", "Gerrit", "Fatima"):
        text = f"Wanneer opent het zwembad? Groet, {name}"
        await balie.mention(text, author_id=name)
    await balie.mention("Mijn kliko is niet geleegd", author_id="ander")
    (gap,) = await base.gaps(MONDAY - timedelta(days=7), by=PETER)
    assert gap.size == 3
    assert not {"youssef", "gerrit", "fatima"} & set(" ".join(gap.examples).split())
    assert await base.gaps(MONDAY + timedelta(days=1), by=PETER) == ()
    assert not await base.gaps(MONDAY - timedelta(days=7), by=VISITOR)


async def test_what_was_answered_from_the_base_closed_or_private_is_no_gap(balie: Balie, base: Answers) -> None:
    await known(balie, base, KLIKO)
    for number in range(3):
        await answered(balie, KLIKO.answer, about=f"Wanneer opent het zwembad weer {number}")
    for number in range(3):
        await balie.mention("Wanneer gaat de sporthal open", author_id=f"p{number}", visibility=Visibility.PRIVATE)
    for number in range(3):
        card = await balie.mention("Hoe laat begint de kermis", author_id=f"c{number}")
        done(await balie.decide(card, Action.CLOSE, reason=CloseReason.NOT_FOR_US))
    assert await base.gaps(MONDAY - timedelta(days=7), by=PETER) == ()
