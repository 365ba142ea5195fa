"""Reads the word lists in ``knowledge/data``; a line that starts with # is a comment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(word for _, line in sections(name) for word in line.split())


@cache
def word_sets(name: str) -> Mapping[str, frozenset[str]]:
    """Return the words of a list by their heading."""
    found: dict[str, set[str]] = defaultdict(set)
    for heading, line in sections(name):
        found[heading].update(line.split())
    return {heading: frozenset(words) for heading, words in found.items()}


def sections(name: str) -> Iterator[tuple[str, str]]:
    """Yield (heading, line); a heading starts with =."""
    heading = ""
    for line in files("knowledge").joinpath("data", f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            heading = line.removeprefix("=").strip()
        elif line.strip() and not line.startswith("#"):
            yield heading, line.strip()
