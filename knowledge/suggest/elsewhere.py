"""Questions for another organisation: the tax office, the railways, a bank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

from knowledge.text import ngrams, tokens

LONGEST = 3  # words in a name
_WORD = re.compile(r"\w+")
_ENDINGS = ("", "s", "en", "n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who does it instead of the town; ``site`` may be empty: everyone has another bank."""

    name: str
    site: str

    @property
    def referral(self) -> str:
        """Return what a citizen reads, in Dutch like every fixed text."""
        place = f": {self.site}" if self.site else ""
        return f"Hiervoor kunt u terecht bij {self.name}{place}."


def organisations(text: str) -> frozenset[Organisation]:
    """Return the other organisations that a text names, or whose work it names."""
    words = tokens(text)
    runs = chain.from_iterable(ngrams(words, length) for length in range(1, LONGEST + 1))
    found = {organisation for run in runs for organisation in _known().get(run, ())}
    written = set(_WORD.findall(text))
    return frozenset(found | {organisation for name, organisation in _capitals().items() if name in written})


@cache
def _known() -> dict[tuple[str, ...], tuple[Organisation, ...]]:
    known: dict[tuple[str, ...], tuple[Organisation, ...]] = {}
    for name, organisation in _names():
        words = tuple(tokens(name))
        for ending in _ENDINGS if not name.isupper() else ():
            form = (*words[:-1], words[-1] + ending)
            known[form] = (*known.get(form, ()), organisation)
    return known


@cache
def _capitals() -> dict[str, Organisation]:
    return {name: organisation for name, organisation in _names() if name.isupper()}


@cache
def _names() -> Sequence[tuple[str, Organisation]]:
    text = (files("knowledge") / "data" / "elsewhere.txt").read_text(encoding="utf-8")
    lines = (line.split("|") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(
        (word.strip(), Organisation(name=name.strip(), site=site.strip()))
        for name, site, words in lines
        for word in words.split(",")
    )
