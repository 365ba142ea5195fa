"""Everything a person reads is Dutch, and moments and numbers read as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from handlers.wording import LOCALE, Exact, Wording, catalogue
from knowledge.sentence import Sentence, say
from tests.unit.a_card import ZONE, at, dutch

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "trim_blocks": "1", "lstrip_blocks": "1"}}
PLACE = re.compile(r"%\((\w+)\)")


def texts_in_the_code(package: str) -> Iterator[tuple[str, str]]:
    """Yield (where, English text) for each text that a person may read."""
    found = extract_from_dir(ROOT / package, METHODS, OPTIONS, keywords={"say": None, "_": None})
    for name, line, text, _, _ in found:
        yield f"{package}/{name}:{line}", text


def translations() -> Iterator[tuple[str, str, str]]:
    for path in sorted((LOCALE / "nl" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="nl"):
                if message.id:
                    assert isinstance(message.id, str)
                    assert isinstance(message.string, str)
                    yield path.name, message.id, message.string


@pytest.mark.parametrize("package", ["bot", "handlers", "knowledge"])
def test_every_text_has_a_dutch_translation(package: str) -> None:
    known = catalogue("nl")
    missing = sorted({f"{where}: {text}" for where, text in texts_in_the_code(package) if text not in known})
    assert missing == []


def test_a_translation_fills_the_same_places_as_its_text() -> None:
    broken = [
        (file, text) for file, text, dutch in translations() if set(PLACE.findall(text)) != set(PLACE.findall(dutch))
    ]
    assert broken == []


def test_two_files_never_translate_one_text_differently() -> None:
    known: dict[str, str] = {}
    differ = [(file, text) for file, text, words in translations() if known.setdefault(text, words) != words]
    assert differ == []


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at("16:02"), "16:02"),
        (at("00:00"), "00:00"),
        (at("10:30", day=23), "ma 23 nov 10:30"),
        (datetime(2026, 3, 3, 9, 5, tzinfo=ZONE), "di 3 mrt 09:05"),
        (datetime(2027, 1, 4, 9, 0, tzinfo=ZONE), "ma 4 jan 2027 09:00"),
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "00:30"),  # already today in the town
    ],
)
def test_a_moment_of_today_is_a_time_and_another_day_is_named(moment: datetime, words: str) -> None:
    assert dutch().moment(moment) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1204, "om 1.204"),
        ("50 %", "om 50 %"),
        (at("14:09:20"), "om 14:09"),
        (Exact(at("14:09:20")), "om 14:09:20"),
        (date(2026, 11, 23), "om maandag 23 november"),
        (timedelta(minutes=90), "om 90 min"),
        (timedelta(hours=2), "om 2 uur"),
        (("kliko", "niet geleegd"), "om kliko, niet geleegd"),
        (say("Answer"), "om Beantwoorden"),
    ],
)
def test_what_stands_in_a_sentence_reads_as_people_write_it(value: object, words: str) -> None:
    assert dutch().text(Sentence("om %(value)s", {"value": value})) == words


def test_a_number_in_a_text_that_asks_for_digits_stays_a_number() -> None:
    assert dutch().text(Sentence("%(count)d tekens", {"count": 18})) == "18 tekens"


def test_english_is_the_second_language() -> None:
    english = Wording("en", zone=ZONE, now=lambda: at("14:20"))
    assert english.text(say("Answer")) == "Answer"
    assert english.moment(at("10:30", day=23)) == "Mon 23 Nov 10:30"


def test_wall_time_of_the_town_is_read_as_such_on_both_sides_of_summer_time() -> None:
    assert dutch().utc("2026-11-23T10:30") == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert dutch().utc("2026-07-23T10:30") == datetime(2026, 7, 23, 8, 30, tzinfo=UTC)
