"""What a text is compared by: pieces of its words, its stems, and the groups of synonyms it touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log
from threading import local
from zlib import crc32

import Stemmer

from knowledge.suggest.thesaurus import Thesaurus, built_in
from knowledge.text import letter_runs, tokens

Counts = dict[int, float]  # feature number to count
Blocks = tuple[Counts, Counts, Counts]  # of pieces, stems and groups

SPACE = 1 << 20  # features are hashed into so many numbers: memory stays flat however large the base
SHARES = (0.5, 0.2, 0.3)  # of pieces, stems and synonyms in the likeness of two texts
PIECES = (2, 4)  # letters
LONGEST = 60  # letters of a word that are looked at
STOP = 0.7  # what a word such as "the" counts beside others
MOST_WORDS = 400  # of one text; the rest of a longer one adds nothing
STEMMERS = {
    "nl": "dutch",
    "en": "english",
    "de": "german",
    "fr": "french",
    "tr": "turkish",
    "ar": "arabic",
    "pl": "polish",
}


class Features:
    """Turns texts into counts. Safe to share by threads."""

    def __init__(self, *, language: str, groups: Iterable[Sequence[str]] = (), texts: Iterable[str] = ()) -> None:
        self._algorithm = STEMMERS.get(language, "dutch")
        self._thread = local()  # a stemmer is not safe to share
        self._stop = stop_words()
        known = {self.stem(word) for text in texts for word in tokens(text)}
        self._thesaurus = Thesaurus((*built_in(), *groups), stem=self.stem, known=known)

    def stem(self, word: str) -> str:
        if not hasattr(self._thread, "stemmer"):
            self._thread.stemmer = Stemmer.Stemmer(self._algorithm)
        return str(self._thread.stemmer.stemWord(word))

    def groups(self, words: Sequence[str]) -> dict[int, float]:
        """Return the groups of synonyms that folded words belong to, each with a weight up to 1."""
        return self._thesaurus.groups(words)

    def __call__(self, text: str) -> Blocks:
        """Return the counts of pieces, stems and groups."""
        words = tokens(text)[:MOST_WORDS]
        weights = [STOP if word in self._stop else 1.0 for word in words]
        groups = {_number("=", str(group)): weight for group, weight in self.groups(words).items()}
        return _pieces(words, weights), self._stems(words, weights), groups

    def _stems(self, words: Sequence[str], weights: Sequence[float]) -> Counts:
        counts: Counts = {}
        stems = [self.stem(word) for word in words]
        for stem, weight in zip(stems, weights, strict=True):
            _add(counts, _number("w", stem), weight)
        for (first, one), (second, two) in pairwise(zip(stems, weights, strict=True)):
            if one == two == 1.0:
                _add(counts, _number("w", f"{first} {second}"), 0.5)
        return counts


def damped(count: float) -> float:
    """A word that stands in a text ten times is not ten times as telling."""
    return 1.0 + log(count) if count >= 1.0 else count


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing about a topic (data/stop_words.txt)."""
    return frozenset((files("knowledge") / "data" / "stop_words.txt").read_text(encoding="utf-8").split())


def _pieces(words: Sequence[str], weights: Sequence[float]) -> Counts:
    counts: Counts = {}
    for word, weight in zip(words, weights, strict=True):
        for piece in letter_runs(word[:LONGEST], *PIECES):
            _add(counts, _number("c", piece), weight)
    return counts


def _add(counts: Counts, number: int, weight: float) -> None:
    counts[number] = counts.get(number, 0.0) + weight


def _number(kind: str, feature: str) -> int:
    return crc32((kind + feature).encode()) & (SPACE - 1)
