"""Gaps in the knowledge base: questions that had no good answer, gathered into clusters that ask the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from knowledge.faq import Entry
from knowledge.suggest.confidence import PERHAPS
from knowledge.suggest.features import Features, stop_words
from knowledge.suggest.index import Index, Numbers
from knowledge.text import tokens
from knowledge.word_lists import word_list

ALIKE = 0.22  # how alike the questions of a cluster are on average, from 0 to 1
FEWEST = 2  # questions that make a gap
MOST = 1_500  # questions looked at, the newest; their likeness takes 9 MB and a second
EXAMPLES = 3
WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a citizen; ``score`` is the chance that the best entry answered it, 0 when it was rejected."""

    text: str
    on: date
    score: float = 0.0
    reference: int = 0  # whatever the caller knows it by


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions that ask the same and had no good answer."""

    size: int
    examples: tuple[str, ...]  # the most typical first; the same text once
    words: tuple[str, ...]  # what they have in common, as citizens wrote it
    since: date
    until: date
    references: tuple[int, ...]  # of all questions, the oldest first


def gaps(
    asked: Iterable[Asked],
    *,
    entries: Iterable[Entry] = (),
    synonyms: Iterable[Sequence[str]] = (),
    below: float = PERHAPS,
    fewest: int = FEWEST,
) -> tuple[Gap, ...]:
    """Return the clusters of questions whose best answer scored under ``below``, the largest first.

    How rare a word is, is counted in the ``entries`` too, so that next week's questions hardly change what belongs
    together. The order of ``asked`` does not matter. Takes up to seconds: run it off the event loop.
    """
    open_questions = [one for one in asked if one.score < below and _telling(one.text)]
    newest = sorted(open_questions, key=lambda one: (one.on, one.reference, one.text))[-MOST:]
    if not newest:
        return ()
    features = Features(language="nl", groups=synonyms)
    base = [text for entry in entries for text in (entry.question, *entry.variants)]
    likeness = Index(features, [*(one.text for one in newest), *base]).mutual(len(newest))
    clusters = (np.flatnonzero(numbers) for numbers in _clusters(likeness))
    found = [_gap(newest, members, likeness) for members in clusters if len(members) >= fewest]
    return tuple(sorted(found, key=lambda gap: (-gap.size, gap.since, gap.examples)))


def _clusters(likeness: Numbers) -> Iterator[npt.NDArray[np.bool_]]:
    """Return which questions belong to each cluster: average linkage, cut where they are no longer alike."""
    if len(likeness) == 1:
        return iter([np.array([True])])
    apart = np.clip(1 - likeness, 0, None)
    np.fill_diagonal(apart, 0)
    numbers = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - ALIKE, criterion="distance")
    return (numbers == number for number in range(1, numbers.max() + 1))


def _gap(asked: Sequence[Asked], members: npt.NDArray[np.int64], likeness: Numbers) -> Gap:
    typical = members[np.argsort(-likeness[np.ix_(members, members)].sum(axis=1), kind="stable")]
    questions = [asked[int(number)] for number in members]
    return Gap(
        size=len(questions),
        examples=tuple(dict.fromkeys(asked[int(number)].text for number in typical))[:EXAMPLES],
        words=_words([one.text for one in questions]),
        since=questions[0].on,
        until=questions[-1].on,
        references=tuple(one.reference for one in questions),
    )


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the telling words that stand in most of the texts; of equals those that come first."""
    counts = Counter(word for text in texts for word in dict.fromkeys(_telling(text)))
    return tuple(word for word, _ in counts.most_common(WORDS))


def _telling(text: str) -> list[str]:
    """Return the words that may name a topic."""
    dull = stop_words() | word_list("function_words")
    return [word for word in tokens(text) if word not in dull and len(word) > 2]
