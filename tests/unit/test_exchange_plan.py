"""What an import would change, compared three ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.exchange import Change, Kind, Plan, Row, plan
from knowledge.faq import Entry
from knowledge.sentence import say

PASS = Entry(key="paspoort", question="Hoe vraag ik een paspoort aan?", answer="Maak een afspraak.", owner="Jan")
BIN = Entry(
    key="container", question="Mijn container is niet geleegd", answer="Geef het door.", variants=("kliko vol",)
)
OTHER = replace(PASS, answer="Maak een afspraak aan de balie.")
THIRD = replace(PASS, answer="Kom langs.")


def row(entry: Entry, number: int = 2, *fields: str) -> Row:
    return Row(number=number, entry=entry, **({"fields": frozenset(fields)} if fields else {}))


def the_one(found: Plan) -> Change:
    assert len(found.changes) == 1
    return found.changes[0]


@pytest.mark.parametrize(
    ("file", "here", "before", "kind"),
    [
        (PASS, None, None, Kind.NEW),
        (PASS, PASS, None, Kind.UNCHANGED),
        (PASS, PASS, PASS, Kind.UNCHANGED),
        (OTHER, PASS, None, Kind.CHANGED),
        (OTHER, PASS, PASS, Kind.CHANGED),
        (PASS, OTHER, PASS, Kind.UNCHANGED),  # only changed here
        (OTHER, OTHER, PASS, Kind.UNCHANGED),  # the same change on both sides
        (OTHER, THIRD, PASS, Kind.CONFLICT),
        (PASS, None, PASS, Kind.UNCHANGED),  # taken away here: the same file does not bring it back
        (OTHER, None, PASS, Kind.CONFLICT),
    ],
)
def test_three_ways_are_compared(file: Entry, here: Entry | None, before: Entry | None, kind: Kind) -> None:
    current = {here.key: here} if here else {}
    base = {before.key: before} if before else {}
    assert the_one(plan([row(file)], current=current, base=base)).kind is kind


def test_a_change_names_the_fields_that_differ() -> None:
    change = the_one(plan([row(replace(OTHER, owner="Piet"))], current={"paspoort": PASS}, base={}))
    assert change.fields == ("answer", "owner")
    assert change.before == PASS


def test_what_the_file_does_not_mention_stays_as_it_is_here() -> None:
    change = the_one(
        plan([row(replace(OTHER, owner=""), 2, "question", "answer")], current={"paspoort": PASS}, base={})
    )
    assert change.entry == replace(PASS, answer=OTHER.answer)


def test_what_is_missing_in_the_file_changes_nothing() -> None:
    found = plan([row(PASS)], current={"paspoort": PASS, "container": BIN}, base={"container": BIN})
    assert [change.key for change in found.changes] == ["paspoort"]
    assert found.writes() == ()


def test_the_same_question_keeps_the_id_it_has_here() -> None:
    change = the_one(plan([row(replace(OTHER, key="vrg-7"))], current={"paspoort": PASS}, base={}))
    assert (change.key, change.kind) == ("paspoort", Kind.CHANGED)


def test_an_id_of_the_file_wins_when_its_question_was_rewritten() -> None:
    rewritten = replace(PASS, question="Waar haal ik een nieuw paspoort?")
    assert the_one(plan([row(rewritten)], current={"paspoort": PASS}, base={})).fields == ("question",)


def test_the_second_row_with_the_same_id_is_broken_and_names_the_first() -> None:
    found = plan([row(PASS, 2), row(OTHER, 5)], current={}, base={})
    assert [change.kind for change in found.changes] == [Kind.NEW, Kind.BROKEN]
    assert found.changes[1].complaints[0].values == {"row": "2"}
    assert found.writes() == (PASS,)


def test_two_rows_that_ask_the_same_question_are_told() -> None:
    found = plan([row(PASS, 2), row(replace(OTHER, key="nog-een"), 3)], current={}, base={})
    assert found.counts()[Kind.BROKEN] == 1


def test_a_row_that_stands_twice_word_for_word_does_no_harm() -> None:
    found = plan([row(PASS, 2), row(replace(PASS, key="nog-een"), 3)], current={}, base={})
    assert [change.kind for change in found.changes] == [Kind.NEW, Kind.UNCHANGED]
    assert found.said() == {"paspoort": PASS}


def test_a_broken_row_keeps_its_number_and_its_complaints() -> None:
    change = the_one(plan([Row(number=9, complaints=(say("no"),))], current={}, base={}))
    assert (change.kind, change.number, str(change.complaints[0])) == (Kind.BROKEN, 9, "no")


def test_of_a_conflict_what_stands_here_is_kept_unless_the_file_is_chosen() -> None:
    found = plan([row(OTHER)], current={"paspoort": THIRD}, base={"paspoort": PASS})
    assert found.writes() == ()
    assert found.writes({"paspoort"}) == (OTHER,)


def test_a_conflict_that_was_settled_does_not_come_back() -> None:
    first = plan([row(OTHER)], current={"paspoort": THIRD}, base={"paspoort": PASS})
    again = plan([row(OTHER)], current={"paspoort": THIRD}, base=first.said())
    assert the_one(again).kind is Kind.UNCHANGED


def test_blank_space_and_the_order_of_variants_are_no_change() -> None:
    spaced = replace(BIN, question="Mijn  container is\nniet geleegd ", variants=("b", " kliko  vol"))
    here = replace(BIN, variants=("kliko vol", "b"), question="Mijn container is niet geleegd")
    spaced = replace(spaced, question="Mijn  container is niet geleegd ")
    assert the_one(plan([row(spaced)], current={"container": here}, base={})).kind is Kind.UNCHANGED


answers = st.sampled_from(["een", "twee", "drie"])
entries = st.builds(
    Entry,
    key=st.sampled_from(["a", "b", "c"]),
    question=st.sampled_from(["Waar?", "Wanneer?", "Hoe?", "waar"]),
    answer=answers,
    owner=st.sampled_from(["", "Jan"]),
    review_by=st.sampled_from([None, date(2027, 1, 1)]),
)
bases = st.lists(entries, max_size=3).map(lambda found: {entry.key: entry for entry in found})


@given(st.lists(entries, max_size=6), bases, bases, st.sets(st.sampled_from(["a", "b", "c"])))
def test_after_an_import_the_same_file_changes_nothing(
    file: list[Entry], current: dict[str, Entry], base: dict[str, Entry], chosen: set[str]
) -> None:
    rows = [row(entry, number) for number, entry in enumerate(file, start=2)]
    first = plan(rows, current=current, base=base)
    after = current | {entry.key: entry for entry in first.writes(chosen)}
    again = plan(rows, current=after, base=base | first.said())
    assert {change.kind for change in again.changes} <= {Kind.UNCHANGED, Kind.BROKEN}
    assert again.writes(chosen) == ()
