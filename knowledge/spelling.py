"""Words that are one typing error away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

LEAST = 6  # letters of a word that may be written wrong


class NearWords:
    """Known words, found again with one letter changed, missing, added or swapped with its neighbour.

    One error leaves the letters before the middle or those after it whole, so each word is filed under both.
    """

    def __init__(self, words: Iterable[str], *, least: int = LEAST) -> None:
        self._least = least
        self._halves: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in words:
            size = len(word)
            if size >= least:
                middle = (size - 1) // 2
                self._halves[size, word[:middle]].append(word)
                self._halves[-size, word[middle + 1 :]].append(word)

    def near(self, token: str) -> list[str]:
        """Return the words one error away from ``token``; the first letter agrees, or changed places with the second."""
        found: dict[str, None] = {}
        for size in range(max(self._least, len(token) - 1), len(token) + 2):
            middle = (size - 1) // 2
            for word in self._halves.get((size, token[:middle]), ()):
                if one_error(token, word):
                    found[word] = None
            after = size - middle - 1
            for word in self._halves.get((-size, token[-after:]), ()):
                if (token[0] == word[0] or token[:2] == word[1::-1]) and one_error(token, word):
                    found[word] = None
        return list(found)


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
