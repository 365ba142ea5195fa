"""Districts, neighbourhoods and streets in a message; the town and its places are invented."""

import pytest

from knowledge.places import Gazetteer
from knowledge.rulebook.values import District, Town
from knowledge.text import tokens

TOWN = Town(name="Veldwijk", names=("Den Veld", "0345", "v'wijk"))
DISTRICTS = (
    District(
        name="Oost", neighbourhoods=("Sloten", "Tuindorp-Oost", "Kop van Oost"), streets=("Kanaalstraat", "Markt")
    ),
    District(
        name="West",
        aliases=("westzijde",),
        neighbourhoods=("Tuindorp", "Het Zand", "Halve Maan"),
        streets=("Boomlaan",),
    ),
    District(
        name="Binnenstad", aliases=("centrum",), neighbourhoods=("Cool", "De Waarden"), streets=("Lange Nieuwstraat",)
    ),
)
GAZETTEER = Gazetteer(TOWN, DISTRICTS, is_topic={"fietssnelweg"}.__contains__)


def places(message: str) -> list[tuple[str, str]]:
    return [(place.district, place.name) for place in GAZETTEER.find(tokens(message), message).found]


def aside(message: str) -> list[str]:
    words = tokens(message)
    return [words[place] for place in sorted(GAZETTEER.find(words, message).aside)]


@pytest.mark.parametrize(
    ("message", "district", "name"),
    [
        ("lamp stuk in de Kanaalstraat", "Oost", "Kanaalstraat"),
        ("lamp stuk in de kanaalstr.", "Oost", "Kanaalstraat"),
        ("lamp stuk in de Kanalstraat", "Oost", "Kanaalstraat"),
        ("rommel op de Boomlaan 12", "West", "Boomlaan"),
        ("rommel in de Lange Nieuwstraat", "Binnenstad", "Lange Nieuwstraat"),
        ("het stinkt in oost", "Oost", "Oost"),
        ("het stinkt hier in Oost!", "Oost", "Oost"),
        ("wijk west is vies", "West", "West"),
        ("overlast in het centrum", "Binnenstad", "centrum"),
        ("#Westzijde is vies", "West", "westzijde"),
        ("wij van de Halve Maan", "West", "Halve Maan"),
        ("kinderen op het Zand", "West", "Het Zand"),
    ],
)
def test_a_place_is_found(message: str, district: str, name: str) -> None:
    assert [(d, n.casefold()) for d, n in places(message)] == [(district, name.casefold())]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("feest in Tuindorp-Oost", "Tuindorp-Oost"),
        ("feest in tuindorp oost", "Tuindorp-Oost"),
        ("feest in Tuindorp", "Tuindorp"),
        ("de Kop van Oost", "Kop van Oost"),
    ],
)
def test_the_longest_name_counts(message: str, name: str) -> None:
    assert [found for _, found in places(message)] == [name]


@pytest.mark.parametrize(
    "message",
    [
        "de sloten stinken",
        "Sloten stinken weer",
        "er ligt troep in de sloten",
        "DE SLOTEN STINKEN",
        "Cool zeg!",
        "dat is echt cool",
        "de wind komt uit het oosten",
        "spelen in het zand",
        "de normen en waarden",
        "vis op de markt",
    ],
)
def test_an_everyday_word_needs_a_capital_or_a_word_of_place(message: str) -> None:
    assert places(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "ik woon in Amsterdam Oost",
        "in Rotterdam-West",
        "de Kanaalstraat in Utrecht",
        "Tuindorp Hengelo",
        "weer in Zuid-Holland",
        "op vakantie in Oost-Betuwe",
    ],
)
def test_a_place_of_another_town_is_not_ours(message: str) -> None:
    assert places(message) == []


def test_the_towns_own_name_beside_a_place_keeps_it_ours() -> None:
    assert places("ik woon in Veldwijk Oost") == [("Oost", "Oost")]
    assert places("de Kanaalstraat in Den Veld") == [("Oost", "Kanaalstraat")]
    utrecht = Gazetteer(Town(name="Utrecht"), DISTRICTS)
    assert len(utrecht.find(tokens("in Utrecht Oost"), "in Utrecht Oost").found) == 1
    assert len(utrecht.find(tokens("in Tilburg Oost"), "in Tilburg Oost").found) == 0


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("kapotte lamp in de Brandstraat", ["brandstraat"]),
        ("lamp in de parkweg", ["parkweg"]),
        ("lamp in de Burgemeester van der Boomstraat", ["burgemeester", "van", "der", "boomstraat"]),
        ("lamp in de Kanaalstraat", ["kanaalstraat"]),
        ("Den Veld is mooi", ["den", "veld"]),
        ("hoi v'wijk", ["v", "wijk"]),
        ("glas op de fietssnelweg bij de milieustraat", []),
        ("ik ben onderweg op de snelweg", []),
    ],
)
def test_the_words_of_a_street_or_of_the_town_are_set_aside(message: str, words: list[str]) -> None:
    assert aside(message) == words


def test_a_rule_may_call_a_place_by_any_of_its_names() -> None:
    (place,) = GAZETTEER.find(tokens("feest in Tuindorp"), "feest in Tuindorp").found
    assert place.keys == {"west", "westzijde", "tuindorp"}
