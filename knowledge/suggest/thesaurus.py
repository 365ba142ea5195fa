"""Which words mean the same to citizens: groups of synonyms, found in inflected, compound and mistyped words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.text import tokens

Stem = Callable[[str], str]
Hits = tuple[tuple[int, ...], float]  # groups, and how much they count

PART, JOINED, MISTYPED = 0.7, 0.9, 0.8  # what a compound's part, a word written as two and a typo count
SHORTEST = 5  # letters; a shorter word is no part of a compound, and with a typo it is another word
REMEMBERED = 20_000  # words
NOTHING: Hits = ((), 0.0)


class Thesaurus:
    """Groups of words and phrases; ``known`` are stems that are never taken for a typo. Safe to share by threads."""

    def __init__(self, groups: Iterable[Sequence[str]], *, stem: Stem, known: Iterable[str] = ()) -> None:
        self._stem = stem
        self._known = frozenset(known)
        self._words: dict[str, tuple[int, ...]] = {}
        self._phrases: dict[tuple[str, ...], tuple[int, ...]] = {}
        for number, group in enumerate(groups):
            for phrase in group:
                self._add(tuple(stem(word) for word in tokens(phrase)), number)
        self._by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append(word)
        self._longest = max(map(len, self._phrases), default=1)
        self._find = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def _add(self, stems: tuple[str, ...], number: int) -> None:
        if len(stems) == 1:
            self._words[stems[0]] = (*self._words.get(stems[0], ()), number)
        elif stems:
            self._phrases[stems] = (*self._phrases.get(stems, ()), number)

    def groups(self, written: Sequence[str]) -> dict[int, float]:
        """Return the groups that the words of a text belong to, each with a weight up to 1."""
        found: dict[int, float] = {}
        for numbers, weight in self._hits(written, [self._stem(word) for word in written]):
            for number in numbers:
                found[number] = max(weight, found.get(number, 0.0))
        return found

    def _hits(self, written: Sequence[str], stems: Sequence[str]) -> Iterator[Hits]:
        for place, stem in enumerate(stems):
            yield self._find(stem)
            pair = written[place : place + 2]
            if min(map(len, pair)) > 2 and len(pair) == 2:
                yield self._joined(self._stem("".join(pair)))
            for length in range(2, self._longest + 1):
                yield self._phrases.get(tuple(stems[place : place + length]), ()), 1.0

    def _joined(self, stem: str) -> Hits:
        """Find what is one word in Dutch and was written as two: "afval pas"."""
        if stem in self._words:
            return self._words[stem], JOINED
        return self._mistyped(stem, most=1) if len(stem) >= 8 else NOTHING

    def _look_up(self, stem: str) -> Hits:
        if stem in self._words:
            return self._words[stem], 1.0
        if part := self._part(stem):
            return self._words[part], PART
        if len(stem) < SHORTEST or stem in self._known:
            return NOTHING
        return self._mistyped(stem, most=1 if len(stem) < 9 else 2)

    def _part(self, stem: str) -> str:
        """Return the word that a compound ends with ("papiercontainer"), or else begins with."""
        ends = [stem[cut:] for cut in range(3, len(stem) - SHORTEST + 1)]
        starts = [stem[:cut] for cut in range(len(stem) - 3, SHORTEST - 1, -1)]
        return next((part for part in ends + starts if part in self._words), "")

    def _mistyped(self, stem: str, *, most: int) -> Hits:
        lengths = range(max(SHORTEST, len(stem) - most), len(stem) + most + 1)
        near = [w for n in lengths for w in self._by_length.get(n, ()) if w[0] == stem[0] or w[-1] == stem[-1]]
        best = process.extractOne(stem, near, scorer=DamerauLevenshtein.distance, score_cutoff=most)
        return (self._words[best[0]], MISTYPED) if best else NOTHING


@cache
def built_in() -> tuple[tuple[str, ...], ...]:
    """Return the groups that come with Balie (data/synonyms.txt)."""
    text = (files("knowledge") / "data" / "synonyms.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(phrase.strip() for phrase in line.split(",")) for line in lines)
