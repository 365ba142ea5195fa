"""Which words of a message made an entry fit: what a colleague sees highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.faq import Entry
from knowledge.suggest.features import Features, stop_words
from knowledge.text import fold, tokens

LEAST = 5  # letters of a word in which a typing error is forgiven
MOST_CHARACTERS = 2_000  # of a message


def spans(text: str, entry: Entry, *, features: Features) -> tuple[tuple[int, int], ...]:
    """Return where words stand in ``text`` that the entry uses too: the same, mistyped or a synonym; in order."""
    folded = fold(text[:MOST_CHARACTERS])
    words = [folded.text[start:end] for start, end in folded.token_spans]
    known = _Known([entry.question, *entry.variants, entry.answer], features=features)
    hits = [place for place, word in enumerate(words) if known.has(word)]
    hits += [place for first, last in known.phrases(words) for place in range(first, last + 1)]
    return tuple(folded.span(*folded.token_spans[place]) for place in sorted(set(hits)))


class _Known:
    """The words of an entry."""

    def __init__(self, texts: Iterable[str], *, features: Features) -> None:
        self._features = features
        written = [tokens(text) for text in texts]
        self._stems = {features.stem(word) for words in written for word in words if word not in stop_words()}
        self._long = [stem for stem in self._stems if len(stem) >= LEAST]
        self._groups = {group for words in written for group in features.groups(words)}

    def has(self, word: str) -> bool:
        if word in stop_words():
            return False
        stem = self._features.stem(word)
        if stem in self._stems or not self._groups.isdisjoint(self._features.groups([word])):
            return True
        if len(stem) < LEAST:
            return False
        most = 1 if len(stem) < 9 else 2
        return process.extractOne(stem, self._long, scorer=DamerauLevenshtein.distance, score_cutoff=most) is not None

    def phrases(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Yield where two words together are a word or phrase that the entry knows: "afval pas"."""
        for place in range(len(words) - 1):
            pair = words[place : place + 2]
            apart = {group for word in pair for group in self._features.groups([word])}
            if not self._groups.isdisjoint(set(self._features.groups(pair)) - apart):
                yield place, place + 1
