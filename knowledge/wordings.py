"""What may be learned from a citizen's message: its wording, without what tells who wrote it or about whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from knowledge import privacy
from knowledge import text as texts
from knowledge.word_lists import word_list

LONGEST = 300  # characters
FEWEST = 2  # words; one word says too little to learn from
EDITED = 0.4  # of a text changed by more, its entry was not the answer

_MAIL = re.compile(r"\S+@\S+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.!?:;,\n]")
_ENDS = frozenset(".!?:;\n")  # what begins a sentence
_INTRODUCES = tuple(
    f" {words}"
    for words in (
        *("ik ben", "naam is", "heet", "namens", "groet", "groeten", "groetjes", "gr", "mvg", "familie", "fam"),
        *("mevrouw", "mevr", "mw", "meneer", "mijnheer", "dhr", "heer", "buurman", "buurvrouw"),
        *("i am", "name is", "regards", "mr", "mrs", "ms"),
    )
)
_PARTICLES = frozenset(("van", "de", "der", "den", "het", "ten", "ter", "te", "in", "el", "al", "bin", "von", "op"))
_LISTS = ("function_words", "commonest_words", "stop_words", "question_words")
_SPOKEN_OF = 3  # words after such an introduction


def impersonal(text: str, *, author: str = "", vocabulary: Collection[str] = ()) -> str:
    """Return the wording without personal data, handles, links, long numbers and names; empty when too little is left.

    ``vocabulary`` holds the folded words of the answers: those are never taken for a name. Of other words those with a
    capital are: it is better to lose a street than to keep a neighbour.
    """
    visible = texts.plain(_MAIL.sub(" ", texts.clean(text)))
    bare = privacy.redact(visible, privacy.find(visible), _Nothing())
    known = _Known(author, vocabulary)
    words = [word.lower() for word in known.kept(_WORD.findall(bare))]
    if sum(len(word) > 2 for word in words) < FEWEST:
        return ""
    whole = " ".join(words)
    return whole if len(whole) <= LONGEST else whole[:LONGEST].rpartition(" ")[0]


def edited(offered: str, written: str) -> float:
    """Return how much of an offered text was changed: 0 nothing, 1 all of it; blank space and capitals do not count."""
    one, other = (" ".join(text.casefold().split()) for text in (offered, written))
    return float(Levenshtein.normalized_distance(one, other))


class _Nothing(dict[str, str]):
    """A label for any kind of personal data: none."""

    def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]
        return " "


class _Known:
    """Tells names from other words."""

    def __init__(self, author: str, vocabulary: Collection[str]) -> None:
        parts = texts.letters(author.removeprefix("@").partition("@")[0]).split()
        self._author = {part for part in parts if len(part) > 2}
        self._vocabulary = vocabulary

    def kept(self, pieces: list[str]) -> Iterator[str]:
        """Yield the words that are no names, and no long numbers."""
        told, was_name, folded = 0, False, ""
        for before, piece in pairwise(["\n", *pieces]):
            if not piece[0].isalnum():
                told, was_name = 0 if piece in _ENDS else told, was_name and piece not in _ENDS
                continue
            key = texts.letters(piece).strip()
            folded = f"{folded} {key}"[-40:]
            if was_name and key in _PARTICLES:
                continue
            was_name = self._is_name(piece, key, begins=before in _ENDS) or (told > 0 and not _everyday(key))
            told = _SPOKEN_OF if folded.endswith(_INTRODUCES) else max(0, told - 1)
            if not was_name and sum(char.isdigit() for char in piece) < 3:
                yield piece

    def _is_name(self, piece: str, key: str, *, begins: bool) -> bool:
        if key in self._author or key in word_list("names"):
            return piece[0].isupper() or key not in self._vocabulary
        if not piece[0].isupper() or (piece.isupper() and len(piece) > 1):
            return False  # written small, or shouted
        return not (self._ordinary(key) if begins else key in self._vocabulary or _everyday(key))

    def _ordinary(self, key: str) -> bool:
        """Tell whether a word is one of the answers or of daily speech, or a compound with one of those."""
        ordinary = word_list("ordinary_words")
        ends = (key[cut:] for cut in range(3, len(key) - 3))
        return (
            key in self._vocabulary or _everyday(key) or any(end in self._vocabulary or end in ordinary for end in ends)
        )


def _everyday(key: str) -> bool:
    return any(key in word_list(name) for name in _LISTS)
