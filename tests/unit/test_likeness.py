"""Duplicates and contradictions in the knowledge base are pointed out, and few others with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.facts import FactKind, facts
from knowledge.faq import Entry, read
from knowledge.likeness import Pair, pairs

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"

# What a colleague added without looking: which entry stood there, question and answer, what they disagree on.
ADDED = (
    (
        "milieustraat-open",
        "Openingstijden milieustraat",
        "De milieustraat is open van maandag tot en met vrijdag van 9.00 tot 17.00 uur.",
        FactKind.TIME,
    ),
    ("openingstijden-stadhuis", "Wat zijn de openingstijden van het stadhuis?", "Van 9.00 tot 16.00.", FactKind.TIME),
    ("grofvuil-ophalen", "Grofvuil laten ophalen", "Nee, dat doen wij niet.", FactKind.VERDICT),
    ("hondenbelasting", "Moet ik hondenbelasting betalen?", "Ja, € 60 per jaar.", FactKind.VERDICT),
    ("trouwen", "Ik wil trouwen, wat moet ik regelen?", "Meld het minstens zes weken van tevoren.", FactKind.TERM),
    (
        "zwembad",
        "Openingstijden en prijzen zwembad",
        "Kijk op www.zwembadveldwijk.example voor tijden en prijzen.",
        FactKind.LINK,
    ),
    ("vog", "Verklaring omtrent het gedrag aanvragen", "Aan de balie.", None),
    ("rijbewijs-verlengen", "Rijbewijs verlengen", "Maak een afspraak.", None),
    ("kwijtschelding", "Kan ik kwijtschelding van belasting krijgen?", "Vraag het aan.", None),
)


@pytest.fixture(scope="module")
def base() -> tuple[Entry, ...]:
    return tuple(entry for entry in read(STARTER.read_text(encoding="utf-8")) if entry.language == "nl")


@pytest.fixture(scope="module")
def found(base) -> dict[frozenset[str], Pair]:
    more = [Entry(key=f"nieuw-{key}", question=question, answer=answer) for key, question, answer, _ in ADDED]
    return {frozenset((pair.one, pair.other)): pair for pair in pairs([*base, *more])}


@pytest.mark.parametrize(("key", "kind"), [(key, kind) for key, _, _, kind in ADDED])
def test_what_a_colleague_added_twice_is_pointed_out_with_what_it_contradicts(found, key: str, kind: FactKind | None):
    pair = found[frozenset((key, f"nieuw-{key}"))]
    assert [difference.kind for difference in pair.differences] == ([kind] if kind else [])


def test_few_entries_that_ask_something_else_are_pointed_out(base):
    assert len(pairs(base)) <= len(base) / 25


def test_contradictions_come_first_and_say_what_each_answer_states():
    one = Entry(key="a", question="Wat kost een paspoort?", answer="Een paspoort kost € 83,87. Kijk op x.nl/leges.")
    other = Entry(key="b", question="Wat kost een paspoort", answer="Een paspoort kost 85 euro. Kijk op x.nl/leges.")
    third = Entry(key="c", question="Wat kost een paspoort!", answer="Een paspoort kost € 83,87.")
    first, second, last = pairs([third, other, one])
    assert (first.one, first.other, second.one, second.other) == ("a", "b", "b", "c")
    assert first.differences[0].one == ("€ 83,87",)
    assert first.differences[0].other == ("85 euro",)
    assert (last.one, last.other, last.differences) == ("a", "c", ())


def test_the_same_answer_to_another_question_is_a_pair():
    answer = "Stuur ons een privébericht met de straat en het huisnummer. Dan komen wij kijken."
    one = Entry(key="a", question="Lantaarnpaal kapot", answer=answer)
    other = Entry(key="b", question="Prullenbak vol", answer=answer.replace("kijken", "kyken"))
    assert [(pair.one, pair.other) for pair in pairs([one, other])] == [("a", "b")]
    short = [Entry(key=key, question=key, answer="Bel 14 0123.") for key in ("lamp", "zwembad")]
    assert pairs(short) == ()


def test_another_language_and_another_tone_are_no_duplicates():
    dutch = Entry(key="a", question="Wat kost een paspoort?", answer="€ 80.")
    informal = Entry(key="b", question="Wat kost een paspoort?", answer="€ 80.", formal=False)
    english = Entry(key="c", question="Wat kost een paspoort?", answer="€ 90.", language="en")
    wrong = Entry(key="d", question="Wat kost een paspoort?", answer="€ 90.", formal=False)
    assert pairs([dutch, informal, english]) == ()
    assert [(pair.one, pair.other) for pair in pairs([dutch, wrong])] == [("a", "d")]


@pytest.mark.parametrize("entries", [[], [Entry(key="a", question="?", answer="")]])
def test_nothing_and_one_entry_make_no_pair(entries):
    assert pairs(entries) == ()


def test_the_order_of_the_entries_makes_no_difference(base):
    assert pairs(base[:80]) == pairs(base[:80][::-1])


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("Dat kost € 12,50.", FactKind.AMOUNT, {"1250"}),
        ("Dat kost 12.50 euro, of EUR 1.250,-", FactKind.AMOUNT, {"1250", "125000"}),
        ("€1.250 en 1250 euro", FactKind.AMOUNT, {"125000"}),
        ("van 8.30 tot 17:00 uur", FactKind.TIME, {"08:30", "17:00"}),
        ("om 9 uur", FactKind.TIME, {"09:00"}),
        ("voor € 8.30", FactKind.TIME, set()),
        ("binnen vijf werkdagen of 6 weken", FactKind.TERM, {"5 werkdag", "6 week"}),
        ("Kijk op https://www.Veldwijk.example/pas/.", FactKind.LINK, {"veldwijk.example/pas"}),
        ("Bel 06-12345678 of mail info@veldwijk.example", FactKind.CONTACT, {"0612345678", "info@veldwijk.example"}),
        ("Nee, dat mag niet.", FactKind.VERDICT, {"no"}),
        ("Jammer genoeg is dat zo.", FactKind.VERDICT, set()),
        ("", FactKind.AMOUNT, set()),
    ],
)
def test_facts_are_compared_however_they_are_written(text: str, kind: FactKind, meant: set[str]):
    assert set(facts(text).get(kind, {})) == meant
