"""Gaps: questions that nobody could answer from the base come back as a few clusters, the same ones next week."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from knowledge.faq import Entry, read
from knowledge.gaps import MOST, Asked, Gap, gaps
from knowledge.suggest.confidence import PERHAPS

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
MONDAY = date(2026, 11, 16)

PUMP = (
    "Waar staat de fietspomp in het centrum?",
    "kan ik ergens mijn fietsband oppompen, is er een fietspomp",
    "openbare fietspomp??",
    "fietspomp bij het station is weg",
)
CHICKENS = ("Mag ik kippen houden in mijn achtertuin?", "hoeveel kippen mag je hebben", "buren hebben kippen mag dat")
OTHER = ("is er een vogelhuisjesroute", "wie maakt de kerststal schoon")


def asked(*texts: str, on: date = MONDAY, score: float = 0.1) -> list[Asked]:
    return [Asked(text=text, on=on, score=score, reference=number) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def base() -> tuple[Entry, ...]:
    return read(STARTER.read_text(encoding="utf-8"))


def members(found: tuple[Gap, ...]) -> list[set[int]]:
    return [set(gap.references) for gap in found]


def test_questions_that_ask_the_same_are_one_gap_the_largest_first(base):
    first, second = gaps(asked(*CHICKENS, *PUMP, *OTHER), entries=base)
    assert (first.size, second.size) == (4, 3)
    assert set(first.examples) < set(PUMP)
    assert len(first.examples) == 3
    assert first.words[0] == "fietspomp"
    assert second.words[0] == "kippen"
    assert set(second.references) == {0, 1, 2}


def test_a_gap_tells_since_when_it_is_asked(base):
    weeks = [Asked(text=text, on=MONDAY + timedelta(weeks=n), reference=9 - n) for n, text in enumerate(PUMP)]
    (gap,) = gaps(weeks, entries=base)
    assert (gap.since, gap.until) == (MONDAY, MONDAY + timedelta(weeks=3))
    assert gap.references == (9, 8, 7, 6)


def test_a_question_that_was_answered_is_no_gap(base):
    assert gaps(asked(*PUMP, score=PERHAPS), entries=base) == ()
    assert gaps(asked(*PUMP, score=PERHAPS), entries=base, below=0.7)


def test_the_order_in_which_they_were_asked_makes_no_difference(base):
    questions = asked(*CHICKENS, *PUMP, *OTHER)
    shuffled = Random(2).sample(questions, len(questions))
    assert gaps(shuffled, entries=base) == gaps(questions, entries=base)


def test_next_weeks_questions_join_what_stood_there(base):
    week = asked(*CHICKENS, *PUMP, *OTHER)
    others = [variant for entry in base[:60] for variant in entry.variants[:1]]
    later = [
        Asked(text=text, on=MONDAY + timedelta(weeks=1), score=0.2, reference=100 + number)
        for number, text in enumerate([*others, "kippen houden regels", "waar vind ik een fietspomp"])
    ]
    both = members(gaps([*week, *later], entries=base))
    for before in members(gaps(week, entries=base)):
        assert any(before < after for after in both)


def test_the_same_text_is_counted_each_time_and_shown_once(base):
    (gap,) = gaps(asked("waar is de fietspomp", "waar is de fietspomp"), entries=base)
    assert (gap.size, gap.examples) == (2, ("waar is de fietspomp",))


def test_what_names_no_topic_is_left_out(base):
    assert gaps(asked("👍", "👍", "en nu?", "en nu?", "", "", "@iemand", "@iemand"), entries=base) == ()


def test_one_question_is_no_gap_unless_one_is_enough(base):
    assert gaps(asked(PUMP[0]), entries=base) == ()
    (gap,) = gaps([*asked(PUMP[0]), *asked(CHICKENS[0], score=0.9)], entries=base, fewest=1)
    assert gap.size == 1


@pytest.mark.parametrize("fewest", [1, 2])
def test_nothing_asked_and_no_base_is_no_trouble(fewest: int):
    assert gaps([], fewest=fewest) == ()
    assert gaps(asked(*PUMP), fewest=fewest)


def test_of_very_many_questions_the_newest_count():
    old = [Asked(text=f"oude vraag over onderwerp{n}", on=MONDAY, reference=n) for n in range(MOST)]
    new = [Asked(text=text, on=MONDAY + timedelta(days=1), reference=5_000 + n) for n, text in enumerate(PUMP)]
    assert {5_000, 5_001, 5_002, 5_003} <= {number for gap in gaps([*new, *old]) for number in gap.references}


def test_words_of_the_town_bring_questions_together(base):
    two = asked("Wanneer komt de gele gevaarte langs", "hoe laat rijdt de bladzuiger")
    assert gaps(two, entries=base) == ()
    assert gaps(two, entries=base, synonyms=[("gele gevaarte", "bladzuiger")])
