"""The language of what citizens write: short, misspelt, with names and borrowed words; in doubt it is Dutch."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from knowledge import language
from knowledge.faq import read
from knowledge.text import tokens

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "tests" / "bench" / "messages"
STARTER = ROOT / "knowledge" / "starter" / "veldwijk.yaml"


def guess(message: str, *, setting: str = "", fallback: str = "nl") -> str:
    return language.guess(message, tokens(message), setting=setting, fallback=fallback)


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (MESSAGES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("spoken", language.KNOWN)
def test_of_25_short_messages_in_a_language_24_are_recognised(spoken: str):
    messages: dict[str, list[str]] = defaultdict(list)
    for written, message in rows("languages.tsv"):
        messages[written].append(message)
    assert len(messages[spoken]) >= 25
    wrong = {message: guess(message) for message in messages[spoken] if guess(message) != spoken}
    assert len(wrong) <= (0 if spoken == "nl" else 1), wrong


def test_dutch_stays_dutch_with_typing_errors_slang_and_single_words():
    dutch = [message for _, message in rows("veldwijk.tsv")]
    dutch += [
        variant
        for entry in read(STARTER.read_text(encoding="utf-8"))
        if entry.language == "nl"
        for variant in entry.variants
    ]
    assert {message: guess(message) for message in dutch if guess(message) != "nl"} == {}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "😀",
        "ok",
        "Azc",
        "lol",
        "#parkeren",
        "@jan @piet",
        "https://example.com/the-rubbish-bin",
        "1234",
        "WTF",
        "A1",
    ],
)
def test_hardly_any_words_are_in_the_towns_language(message: str):
    assert guess(message) == "nl"
    assert guess(message, fallback="fy") == "fy"


def test_the_authors_setting_decides_when_the_words_do_not():
    assert guess("ok", setting="en-GB") == "en"
    assert guess("ok", setting="xx", fallback="fy") == "fy"
    assert guess("Parkeren Veldwijk", setting="de") == "nl"
    assert guess("wanneer komt de kliko", setting="en") == "nl"
    assert guess("when do you collect the bins", setting="nl") == "en"


def test_capitals_and_hashtags_do_not_hide_a_language():
    assert guess("WHEN DO YOU COLLECT MY BIN") == "en"
    assert guess("#veldwijk wann kommt die Müllabfuhr #stadtveldwijk @gemeenteveldwijk") == "de"
    assert guess("De straat ligt vol #rubbish #trash") == "nl"


def test_a_frisian_town_reads_dutch_and_frisian():
    assert guess("wannear wurdt myn jiskefet leechmakke", fallback="fy") == "fy"
    assert guess("wanneer wordt mijn container geleegd", fallback="fy") == "nl"
