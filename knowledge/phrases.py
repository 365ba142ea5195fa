"""Finds fixed Dutch phrases, written one a line, in the folded words of a message.

A line is words with spaces; ``a/b`` means either, ``...`` up to four words, a word that ends in ``*`` any ending,
``?`` after a word or choice that it may be left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Generic, TypeVar

from knowledge import dutch, text

T = TypeVar("T")
_GAP = r"(?:\S+ ){0,4}"


@dataclass(frozen=True)
class _Line(Generic[T]):
    words: str
    meaning: T

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first needed: hundreds of patterns at start would cost a tenth of a second."""
        return re.compile(" " + "".join(_group(group) for group in self.words.split()))


@dataclass(frozen=True, slots=True)
class Cue(Generic[T]):
    """A line found from token ``first`` up to and including ``last``."""

    meaning: T
    first: int
    last: int


def _group(group: str) -> str:
    if group == "...":
        return _GAP
    optional, group = group.endswith("?"), group.removesuffix("?")
    choices = "|".join(re.escape(word).replace(r"\*", r"\S*") for word in group.split("/"))
    return f"(?:(?:{choices}) )" + ("?" if optional else "")


class PhraseBook(Generic[T]):
    """Lines with a meaning each."""

    def __init__(self, lines: Iterable[tuple[str, T]]) -> None:
        self._anchored: dict[str, list[_Line[T]]] = defaultdict(list)
        for words, meaning in lines:
            line = _Line(" ".join(_fold_group(group) for group in words.split()), meaning)
            for word in _anchor(line.words):
                self._anchored[word].append(line)
        self._anchors = frozenset(self._anchored)

    def find(self, tokens: Sequence[str]) -> list[Cue[T]]:
        """Return each line that stands in the words, in order of place."""
        if self._anchors.isdisjoint(tokens):
            return []
        joined = f" {' '.join(tokens)} "
        lines = {id(line): line for word in self._anchors.intersection(tokens) for line in self._anchored[word]}
        found = [
            Cue(line.meaning, joined.count(" ", 0, match.start()), joined.count(" ", 0, match.end() - 1) - 1)
            for line in lines.values()
            for match in line.pattern.finditer(joined)
        ]
        return sorted(found, key=lambda cue: cue.first)


def _fold_group(group: str) -> str:
    if group == "...":
        return group
    optional = "?" if group.endswith("?") else ""
    words = (
        text.letters(word.removesuffix("*")).strip() + "*" * word.endswith("*")
        for word in group.removesuffix("?").split("/")
    )
    return "/".join(words) + optional


def _anchor(line: str) -> list[str]:
    """Return the words of which one must be in a message before the line is tried: the rarest group of the line."""
    function_words = dutch.word_list("function_words")
    groups = [group.split("/") for group in line.split() if group != "..." and group[-1] != "?" and "*" not in group]
    return min(groups, key=lambda group: (any(word in function_words for word in group), len(group)))


def sections(name: str) -> Iterator[tuple[str, str]]:
    """Yield (heading, line) of a file in ``knowledge/data``; a heading starts with =, a comment with #."""
    heading = ""
    for line in files("knowledge").joinpath("data", f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            heading = line.removeprefix("=").strip()
        elif line.strip() and not line.startswith("#"):
            yield heading, line.strip()
