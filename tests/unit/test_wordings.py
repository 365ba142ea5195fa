"""What is learned from a message holds nothing that tells who wrote it or about whom."""

from __future__ import annotations

import pytest

from knowledge.wordings import EDITED, LONGEST, edited, impersonal

VOCABULARY = frozenset({"kliko", "geleegd", "paspoort", "ophalen", "hond"})


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("@gemeenteveldwijk @piet_p mijn kliko is niet geleegd", ["gemeenteveldwijk", "piet"]),
        ("Mijn kliko is niet geleegd. Groet, Jan de Vries", ["jan", "vries"]),
        ("ik ben kevin van dijk en mijn kliko is niet geleegd", ["kevin", "dijk"]),
        ("Waarom krijgt Klaas Pietersma zijn paspoort niet?", ["klaas", "pietersma"]),
        ("waarom krijgt mijn zoon youssef geen paspoort", ["youssef"]),
        ("Mevrouw van der Berg zei dat ik mijn paspoort kan ophalen", ["berg"]),
        ("mijn buurman gjalt laat de hond los", ["gjalt"]),
        ("kliko niet geleegd, bel 06-12345678 of j.jansen@mail.nl", ["06", "12345678", "jansen", "mail.nl"]),
        ("kliko niet geleegd op Dorpsstraat 12, 1234 AB", ["dorpsstraat", "1234", "12"]),
        ("kliko niet geleegd, mijn bsn is 111222333", ["111222333"]),
        ("kliko niet geleegd, zaak Z2024-12345", ["2024", "12345"]),
        ("kliko niet geleegd https://x.example/jan", ["http", "example"]),
        ("kliko niet geleegd zegt jandevries", ["jandevries"]),
    ],
)
def test_nothing_personal_is_left(text: str, gone: list[str]) -> None:
    left = impersonal(text, author="@jandevries@mastodon.example", vocabulary=VOCABULARY)
    assert left
    assert [word for word in gone if word in left] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mijn KLIKO is niet geleegd!!", "mijn kliko is niet geleegd"),
        ("Wanneer kan ik mijn Paspoort ophalen?", "wanneer kan ik mijn paspoort ophalen"),
        ("#klikoleed kliko niet geleegd", "klikoleed kliko niet geleegd"),
        ("kliko\u202e niet\u200b geleegd", "kliko niet geleegd"),
    ],
)
def test_the_wording_itself_stays(text: str, left: str) -> None:
    assert impersonal(text, vocabulary=VOCABULARY) == left


@pytest.mark.parametrize("text", ["", "👍👍", "@gemeente", "Jan de Vries", "https://x.example", "hoi"])
def test_from_too_little_nothing_is_learned(text: str) -> None:
    assert impersonal(text, author="@jan", vocabulary=VOCABULARY) == ""


def test_a_long_message_is_cut_at_a_word() -> None:
    left = impersonal("kliko geleegd " * 100, vocabulary=VOCABULARY)
    assert len(left) <= LONGEST
    assert set(left.split()) == {"kliko", "geleegd"}


@pytest.mark.parametrize(
    ("offered", "written", "much"),
    [
        ("Wij komen langs.", "wij  komen\nLANGS.", 0.0),
        ("Wij komen langs.", "Wij komen morgen langs.", 0.31),
        ("Wij komen langs.", "Dat regelt de provincie voor u.", 0.8),
        ("Wij komen langs.", "", 1.0),
    ],
)
def test_an_edit_is_measured_by_what_changed(offered: str, written: str, much: float) -> None:
    assert edited(offered, written) == pytest.approx(much, abs=0.06)


def test_the_limit_lies_between_a_touch_and_another_answer() -> None:
    assert edited("Wij komen langs.", "Wij komen morgen langs.") < EDITED < edited("Wij komen langs.", "Bel 14 0990.")
