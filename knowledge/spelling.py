"""Words that are one typing error away."""

from __future__ import annotations

from collections.abc import Iterable

LEAST = 6  # letters of a word that may be written wrong


class NearWords:
    """Known words, found again with one letter changed, missing, added or swapped with its neighbour.

    Two words one error apart are equal once each has lost at most one letter, so words are filed under all they can be
    without one letter. The first letter must agree or have changed places with the second.
    """

    def __init__(self, words: Iterable[str], *, least: int = LEAST) -> None:
        self._without: dict[str, str] = {}  # to words with spaces: a hundred thousand lists would be slow to make
        without = self._without
        for word in words:
            if len(word) >= least:
                for shorter in _one_letter_less(word):
                    others = without.get(shorter)
                    without[shorter] = word if others is None else f"{others} {word}"

    def near(self, token: str) -> list[str]:
        """Return the words that are one error away from ``token``."""
        found: dict[str, None] = {}
        for shorter in _one_letter_less(token):
            for word in self._without.get(shorter, "").split():
                if (word[0] == token[0] or word[:2] == token[1::-1]) and one_error(token, word):
                    found[word] = None
        return list(found)


def _one_letter_less(word: str) -> set[str]:
    """Return the word and what it is without one of its letters."""
    return {word, *[word[:place] + word[place + 1 :] for place in range(len(word))]}


def one_error(one: str, other: str) -> bool:
    """Say whether the words differ by exactly one letter changed, missing, added or swapped with its neighbour."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    return swapped or one[start + 1 :] == other[start + 1 :]
