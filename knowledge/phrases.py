"""Finds fixed Dutch phrases, written one a line, in the folded words of a message.

A line is words with spaces; ``a/b`` means either, ``...`` up to six words, a word that ends in ``*`` any ending,
``?`` after a word or choice that it may be left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from knowledge import text
from knowledge.word_lists import word_list

T = TypeVar("T")
_COMMONEST = word_list("commonest_words")
_GAP = r"(?:\S+ ){0,6}"


class Cue(NamedTuple, Generic[T]):
    """A line found from token ``first`` up to and including ``last``."""

    meaning: T
    first: int
    last: int


@dataclass(frozen=True)
class _Line(Generic[T]):
    groups: tuple[str, ...]
    meaning: T

    @cached_property
    def needed(self) -> tuple[frozenset[str], ...]:
        """Of each of these some word must be in the message."""
        return tuple(frozenset(words) for words in _certain(self.groups))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first needed: hundreds of patterns at start would cost a tenth of a second."""
        return re.compile(" " + "".join(map(_pattern, self.groups)))


class PhraseBook(Generic[T]):
    """Lines with a meaning each."""

    def __init__(self, lines: Iterable[tuple[str, T]]) -> None:
        self._single: dict[str, list[T]] = defaultdict(list)
        self._anchored: dict[str, list[_Line[T]]] = defaultdict(list)
        for words, meaning in lines:
            groups = tuple(map(_fold, words.split()))
            if len(groups) == 1 and groups[0][-1] not in "*?":
                for word in groups[0].split("/"):
                    self._single[word].append(meaning)
            else:
                for word in _anchor(groups):
                    self._anchored[word].append(_Line(groups, meaning))
        self._single_words = frozenset(self._single)
        self._anchors = frozenset(self._anchored)

    def find(self, tokens: Sequence[str]) -> list[Cue[T]]:
        """Return each line that stands in the words, in order of place."""
        found: list[Cue[T]] = []
        if not self._single_words.isdisjoint(tokens):
            for place, token in enumerate(tokens):
                if token in self._single_words:
                    found += [Cue(meaning, place, place) for meaning in self._single[token]]
        if not self._anchors.isdisjoint(tokens):
            self._find_lines(tokens, found)
        if len(found) > 1:
            found.sort(key=lambda cue: cue.first)
        return found

    def _find_lines(self, tokens: Sequence[str], found: list[Cue[T]]) -> None:
        joined = f" {' '.join(tokens)} "
        present = set(tokens)
        tried: set[int] = set()
        for word in self._anchors & present:
            for line in self._anchored[word]:
                if id(line) not in tried and not any(map(present.isdisjoint, line.needed)):
                    tried.add(id(line))
                    for match in line.pattern.finditer(joined):
                        first = joined.count(" ", 0, match.start())
                        found.append(Cue(line.meaning, first, first + match.group().count(" ") - 2))


def _fold(group: str) -> str:
    if group == "...":
        return group
    optional = "?" if group.endswith("?") else ""
    words = group.removesuffix("?").split("/")
    return (
        "/".join(text.letters(word.removesuffix("*")).strip() + "*" * word.endswith("*") for word in words) + optional
    )


def _pattern(group: str) -> str:
    if group == "...":
        return _GAP
    optional, group = group.endswith("?"), group.removesuffix("?")
    choices = "|".join(re.escape(word).replace(r"\*", r"\S*") for word in group.split("/"))
    return f"(?:(?:{choices}) )" + ("?" if optional else "")


def _certain(groups: Iterable[str]) -> list[list[str]]:
    """Return the groups that are spelt out and may not be left out."""
    return [group.split("/") for group in groups if group != "..." and group[-1] != "?" and "*" not in group]


def _anchor(groups: Iterable[str]) -> list[str]:
    """Return the words of which one must be in a message before the line is tried: the rarest group of the line."""
    function_words = word_list("function_words")
    return min(
        _certain(groups),
        key=lambda words: (not _COMMONEST.isdisjoint(words), not function_words.isdisjoint(words), len(words)),
    )
