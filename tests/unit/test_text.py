"""Cleaning for the eye and folding for matching."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import MARKS, clean, fold, hashtags, letter_runs, ngrams, tokens

ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("#@:/.w_ \n'ABab1éß\u0301\u200b\u202e\U0001f600"))
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("gewone tekst, met één ‘aanhaling’", "gewone tekst, met één ‘aanhaling’"),
        ("\u202egnp.kliko\u202c", "gnp.kliko"),
        ("par\u200bke\u2060ren\ufeff", "parkeren"),
        ("vlag\U000e0067\U000e007f", "vlag"),
        ("re\x00gel\x1b[31m\x7f", "regel[31m"),
        ("een\r\ntwee\u2028drie", "een\ntwee\ndrie"),
        ("z" + "\u0335" * 40 + "a", "z" + "\u0335" * MARKS + "a"),
        ("leeg\u3164", "leeg"),
        ("gezin 👨‍👩‍👧 en los\u200d", "gezin 👨‍👩‍👧 en los"),
        ("half \ud83d teken", "half \ufffd teken"),
    ],
)
def test_what_hides_or_overprints_is_not_shown(written: str, shown: str) -> None:
    assert clean(written) == shown


@given(ANY_TEXT)
def test_a_cleaned_text_holds_nothing_that_reorders_and_can_be_stored(text: str) -> None:
    shown = clean(text)
    assert not [c for c in shown if unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI")]
    shown.encode()  # no half characters left
    assert clean(shown) == shown


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("De KLIKO's, weer!", ["de", "kliko", "s", "weer"]),
        ("par\u200bkeren", ["parkeren"]),
        ("Één café in Curaçao", ["een", "cafe", "in", "curacao"]),
        ("Ｋｌｉｋｏ 𝗽𝗮𝗿𝗸𝗲𝗿𝗲𝗻", ["kliko", "parkeren"]),
        ("@gemeente@social.overheid.nl kliko", ["kliko"]),
        ("zie https://voorbeeld.nl/parkeren?boom=1 of www.kliko.nl", ["zie", "of"]),
        (
            "#VolleKliko #oud_papier #NLAlert #kermis2026",
            ["volle", "kliko", "oud", "papier", "nl", "alert", "kermis", "2026"],
        ),
        ("top👏👏🏽hoor", ["top", "👏", "👏", "hoor"]),
        ("nl-alert p+r b&w", ["nl", "alert", "p", "r", "b", "w"]),
        ("", []),
    ],
)
def test_words_for_matching_are_folded(written: str, words: list[str]) -> None:
    assert tokens(written) == words


def test_a_hashtag_is_also_known_whole() -> None:
    assert hashtags("Weer raak #VolleKliko, #1 in de #Straße_Café") == ["vollekliko", "strassecafe"]


@given(ANY_TEXT)
def test_every_folded_place_leads_back_inside_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert folded.text.split() == tokens(text)
    assert [folded.text[a:b] for a, b in folded.token_spans] == tokens(text)
    for start, end in (*folded.token_spans, (0, len(folded.text)), (len(folded.text), len(folded.text))):
        first, last = folded.span(start, end)
        assert 0 <= first <= last <= len(text)


@pytest.mark.parametrize(
    ("written", "number", "shown"),
    [
        ("De NL-Alert van 12 uur", (1, 2), "NL-Alert"),
        ("weer een #VolleKliko hoor", (2, 2), "#VolleKliko"),
        ("weer een #VolleKliko hoor", (3, 3), "#VolleKliko"),
        ("Eén ca\u200bfé", (1, 1), "café"),
    ],
)
def test_the_words_that_decided_are_shown_as_they_were_written(
    written: str, number: tuple[int, int], shown: str
) -> None:
    assert fold(written).words(*number) == shown


def test_runs_of_words() -> None:
    assert list(ngrams(["a", "b", "c"], 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams("a", 2)) == []
    assert list(letter_runs("bak", 2, 3)) == [" b", "ba", "ak", "k ", " ba", "bak", "ak "]
    assert list(letter_runs("a", 3, 4)) == [" a "]
