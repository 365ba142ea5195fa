"""What is highlighted in a message: the words by which an entry fits, and no others."""

from __future__ import annotations

import pytest

from knowledge.faq import Entry
from knowledge.suggest import Ranker, build

PAS = Entry(
    key="pas",
    question="Mijn afvalpas is kwijt",
    variants=("Nieuwe milieupas aanvragen",),
    answer="De eerste vervangende pas is gratis.",
)
LAMP = Entry(key="lamp", question="Een lantaarnpaal brandt niet", answer="Stuur ons de straat.")


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return build([PAS, LAMP])


@pytest.mark.parametrize(
    ("message", "key", "marked"),
    [
        ("Ik ben mijn afvalpas kwijt!", "pas", ["afvalpas", "kwijt"]),
        ("@veldwijk milieupassen 💥 verloren", "pas", ["milieupassen", "verloren"]),
        ("Waar is mijn afvalpsa", "pas", ["afvalpsa"]),
        ("afval pas weg", "pas", ["afval", "pas"]),
        ("#AfvalPas", "pas", ["Afval", "Pas"]),
        ("STRAATLAMP stuk in de Dorpsstraat", "lamp", ["STRAATLAMP"]),
        ("Straatlamp stuk", "pas", []),
        ("wat is het weer", "pas", []),
        ("", "pas", []),
        ("afvalpas", "weg", []),
        ("www.afvalpas.nl", "pas", []),
    ],
)
def test_the_words_that_made_an_entry_fit_are_marked(ranker: Ranker, message: str, key: str, marked: list[str]):
    assert [message[start:end] for start, end in ranker.matched(message, key)] == marked


def test_an_empty_base_marks_nothing():
    assert build([]).matched("afvalpas", "pas") == ()


def test_a_very_long_message_is_marked_quickly(ranker: Ranker):
    assert len(ranker.matched("afvalpas " * 10_000, "pas")) < 1_000
