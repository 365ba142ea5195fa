"""The file with known answers: what it may hold, and what is said about mistakes."""

from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.wording import Wording
from knowledge.faq import SHORT, BrokenFaq, Entry, read
from knowledge.rulebook.reading import read as read_rules

ROOT = Path(__file__).parents[2]
STARTER = (ROOT / "knowledge" / "starter" / "veldwijk.yaml").read_text(encoding="utf-8")
DUTCH = Wording("nl", zone=ZoneInfo("Europe/Amsterdam"))

ENTRY = """\
entries:
  kliko:
    question: Container niet geleegd
    answer: Stuur ons uw adres.
"""  # four lines, so that what a test adds begins on line 5


def faults_of(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(BrokenFaq) as broken:
        read(text, name="faq.yaml")
    return [(fault.line, fault.column, DUTCH.text(fault.message)) for fault in broken.value.faults]


def test_an_entry_says_everything_about_an_answer():
    text = """\
entries:
  kliko:
    question: Container niet geleegd
    variants: [Kliko staat nog vol, Vuilniswagen niet geweest]
    answer: Stuur ons uw adres. Dan geven wij het door.
    short: Stuur ons uw adres.
    department: afval
    topic: afval
    product: afvalcontainer
    source: https://www.veldwijk.example/kliko
    owner: team Afval
    valid_until: 2027-03-01
    review_by: 2027-02-01
    language: nl
    formal: false
"""
    assert read(text) == (
        Entry(
            key="kliko",
            question="Container niet geleegd",
            variants=("Kliko staat nog vol", "Vuilniswagen niet geweest"),
            answer="Stuur ons uw adres. Dan geven wij het door.",
            short="Stuur ons uw adres.",
            department="afval",
            topic="afval",
            product="afvalcontainer",
            source="https://www.veldwijk.example/kliko",
            owner="team Afval",
            valid_until=date(2027, 3, 1),
            review_by=date(2027, 2, 1),
            language="nl",
            formal=False,
        ),
    )


def test_a_question_and_an_answer_are_enough():
    (entry,) = read(ENTRY)
    assert (entry.variants, entry.short, entry.language, entry.formal) == ((), "", "nl", True)


@pytest.mark.parametrize(
    ("today", "valid"), [(date(2027, 2, 28), True), (date(2027, 3, 1), True), (date(2027, 3, 2), False)]
)
def test_an_entry_is_valid_up_to_and_including_its_last_day(today: date, valid: bool):
    assert Entry(key="k", question="v", answer="a", valid_until=date(2027, 3, 1)).valid(today) is valid


@pytest.mark.parametrize(
    ("added", "line", "column", "dutch"),
    [
        ("    vraagje: Wat?\n", 5, 5, "De instelling 'vraagje' bestaat hier niet."),
        ("    short: " + "x" * (SHORT + 1) + "\n", 5, 12, "Deze tekst is te lang."),
        ("    source: http://veldwijk.example\n", 5, 13, "'http://veldwijk.example' is geen link."),
        ("    valid_until: morgen\n", 5, 18, "'morgen' is geen datum."),
        ("    formal: soms\n", 5, 13, "Hier kan alleen true of false staan."),
        ("    variants: []\n", 5, 15, "Deze lijst is leeg."),
        ("  bak:\n    answer: Bel ons.\n", 5, 3, "'question' ontbreekt hier."),
        ("  bak:\n    question: container NIET geleegd?\n    answer: Bel.\n", 6, 15, "'kliko' stelt dezelfde vraag."),
        (
            "  kliko:\n    question: Bak weg\n    answer: Bel ons.\n",
            5,
            3,
            "'kliko' staat hier twee keer; de eerste staat op regel 2.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(added: str, line: int, column: int, dutch: str):
    ((found_line, found_column, words),) = faults_of(ENTRY + added)
    assert (found_line, found_column) == (line, column)
    assert words.casefold() == dutch.casefold()


@pytest.mark.parametrize(
    ("added", "meant"),
    [
        ("    awnser: Bel ons.\n", "answer"),
        ("    varients: [Bak]\n", "variants"),
        ("    eigenaar: team Afval\n", "owner"),
        ("exampel: true\n", "example"),
        ("    xyz: 1\n", ""),
    ],
)
def test_a_misspelt_field_gets_the_name_that_was_meant(added: str, meant: str):
    with pytest.raises(BrokenFaq) as broken:
        read(ENTRY + added)
    (fault,) = broken.value.faults
    assert (DUTCH.text(fault.hint) if fault.hint else "") == (f"Bedoelde je '{meant}'?" if meant else "")


def test_all_mistakes_are_told_at_once():
    assert [line for line, _, _ in faults_of(ENTRY + "    formal: soms\n    language: Nederlands\n")] == [5, 6]


@pytest.mark.parametrize("text", ["", "entries", "entries: [", "- a\n- b", "\x00", "entries:\n\tkliko: x"])
def test_what_is_no_file_with_answers_is_refused_with_a_place(text: str):
    assert faults_of(text)[0][0] >= 1


def test_the_starter_base_can_be_used_as_it_is():
    entries = read(STARTER)
    assert len(entries) >= 200
    assert len({entry.department for entry in entries}) >= 14
    assert all(entry.variants and 0 < len(entry.short) <= SHORT and entry.source and entry.owner for entry in entries)
    assert sum(bool(entry.product) for entry in entries) >= 100
    assert STARTER.startswith("# Example answers of the fictional town of Veldwijk, to be adapted")
    assert "\nexample: true\n" in STARTER


def test_newcomers_find_examples_in_their_language():
    languages = Counter(entry.language for entry in read(STARTER))
    assert languages["en"] >= 15
    assert all(languages[language] >= 4 for language in ("de", "tr", "ar", "pl", "fy"))


def test_the_starter_base_fits_the_sample_rules():
    rules = read_rules((ROOT / "routing_rules.yaml").read_text(encoding="utf-8"), name="routing_rules.yaml")
    for entry in read(STARTER):
        assert entry.department in rules.departments, entry.key
        assert entry.topic in rules.topics, entry.key


def test_the_answer_of_the_example_card_stands_in_the_starter_base():
    (entry,) = (entry for entry in read(STARTER) if entry.question == "Container niet geleegd")
    assert entry.answer == "Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door."
