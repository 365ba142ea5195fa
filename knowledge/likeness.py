"""Entries that ask the same: duplicates, and those that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.facts import FactKind, Facts, facts
from knowledge.faq import Entry
from knowledge.suggest.features import Features
from knowledge.suggest.index import Index, Numbers
from knowledge.text import tokens

SAME = 0.48  # likeness from which two entries are pointed out, from 0 to 1
SAME_ANSWER = 90.0  # rapidfuzz: so much alike two answers are one answer
ANSWER = 0.5  # what alike answers count, beside alike questions and alike phrasings together
LEAST_ANSWER = 40  # characters; a shorter answer ("Kijk op de website.") may belong to many questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two answers state otherwise, each as it is written there."""

    kind: FactKind
    one: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two entries, by key, that ask the same; with ``differences`` they contradict each other."""

    one: str
    other: str
    likeness: float  # from 0 to 1
    differences: tuple[Difference, ...] = ()


def pairs(entries: Iterable[Entry], *, synonyms: Iterable[Sequence[str]] = ()) -> tuple[Pair, ...]:
    """Return the entries that ask the same, contradictions first, then by likeness.

    Entries in other languages are no pair; the same answer with u and with je is one only when they contradict.
    Takes seconds for a thousand entries: run it off the event loop.
    """
    known = sorted(entries, key=lambda entry: entry.key)
    if len(known) < 2:
        return ()
    likeness = _likeness(known, synonyms)
    stated = [facts(entry.answer) for entry in known]
    found: list[Pair] = []
    for first, second in zip(*np.nonzero(np.triu(likeness >= SAME, 1)), strict=True):
        one, other = known[first], known[second]
        differences = tuple(_differences(stated[first], stated[second]))
        if one.language == other.language and (one.formal == other.formal or differences):
            alike = round(float(likeness[first, second]), 3)
            found.append(Pair(one=one.key, other=other.key, likeness=alike, differences=differences))
    return tuple(sorted(found, key=lambda pair: (not pair.differences, -pair.likeness, pair.one, pair.other)))


def _likeness(known: Sequence[Entry], synonyms: Iterable[Sequence[str]]) -> Numbers:
    """Return how alike entries are: in their most alike phrasings, in all of them together, and in their answers."""
    asked = [(entry.question, *entry.variants) for entry in known]
    features = Features(language=known[0].language, groups=synonyms, texts=(text for texts in asked for text in texts))
    starts = np.cumsum([0, *map(len, asked[:-1])])
    closest = Index(features, (text for texts in asked for text in texts)).closest(starts)
    together = Index(features, (" ".join(texts) for texts in asked)).mutual()
    answers = Index(features, (entry.answer for entry in known)).mutual()
    likeness = (closest + together + ANSWER * answers) / (2 + ANSWER)
    return np.clip(np.maximum(likeness, _same_answers(known)), 0, 1)


def _same_answers(known: Sequence[Entry]) -> Numbers:
    """Return SAME where two answers are the same but for a few letters, else 0."""
    answers = [" ".join(tokens(entry.answer)) for entry in known]
    long = [text if len(text) >= LEAST_ANSWER else None for text in answers]
    ratios = process.cdist(long, long, scorer=fuzz.ratio, score_cutoff=SAME_ANSWER)
    return np.where(ratios >= SAME_ANSWER, SAME, 0.0)


def _differences(one: Facts, other: Facts) -> Iterator[Difference]:
    """Yield the kinds of which each states something that the other does not."""
    for kind in FactKind:
        here, there = one.get(kind, {}), other.get(kind, {})
        only_here, only_there = here.keys() - there.keys(), there.keys() - here.keys()
        if only_here and only_there:
            yield Difference(
                kind=kind,
                one=tuple(written for meant, written in here.items() if meant in only_here),
                other=tuple(written for meant, written in there.items() if meant in only_there),
            )
