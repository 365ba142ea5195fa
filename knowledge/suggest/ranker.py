"""Which known answers fit a message: the scores of several looks at it, added up and turned into a chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from knowledge.faq import Entry
from knowledge.suggest.confidence import LEXICAL, SEMANTIC, Calibration, chances
from knowledge.suggest.elsewhere import Organisation, organisations
from knowledge.suggest.features import Features
from knowledge.suggest.index import Numbers
from knowledge.suggest.meaning import Meanings, Model
from knowledge.suggest.phrasings import Phrasings
from knowledge.suggest.words import Words

MEANING = 1.5  # what the meaning counts beside the words
IN_DEPARTMENT = 0.1  # what an entry of the department gains that routing chose
MOST_CHARACTERS = 2_000  # of a message
ELSEWHERE = 0.25  # what an entry loses that does not name the other organisation which the message names


class Look(Protocol):
    def scores(self, text: str) -> Numbers: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry and the chance that it answers the message."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """A knowledge base that can be asked, from any thread; ``build`` makes one, nothing changes it."""

    entries: tuple[Entry, ...]
    looks: tuple[tuple[float, Look], ...]
    calibration: Calibration
    named: tuple[frozenset[Organisation], ...]  # other organisations that each entry names

    def rank(self, text: str, *, department: str = "", limit: int = 3) -> list[Scored]:
        """Return the entries that fit best, best first, with the chance that each is the answer."""
        if not self.entries:
            return []
        scores = self._scores(text[:MOST_CHARACTERS], department)
        best = [int(place) for place in np.argsort(-scores, kind="stable")[: max(limit, 2)] if scores[place] > 0]
        sure = chances([float(scores[place]) for place in best], entries=len(scores), calibration=self.calibration)
        return [Scored(self.entries[place], chance) for place, chance in zip(best, sure, strict=True)][:limit]

    def _scores(self, text: str, department: str) -> Numbers:
        scores: Numbers = sum((weight * look.scores(text) for weight, look in self.looks), np.zeros(1, np.float32))
        if department:
            scores = scores + IN_DEPARTMENT * np.array([entry.department == department for entry in self.entries])
        if other := organisations(text):
            scores = scores - ELSEWHERE * np.array([not named & other for named in self.named])
        return scores


def build(
    entries: Iterable[Entry],
    *,
    confirmed: Mapping[str, Sequence[str]] | None = None,
    rejected: Mapping[str, Sequence[str]] | None = None,
    synonyms: Iterable[Sequence[str]] = (),
    model: Model | None = None,
) -> Ranker:
    """Build a ranker; ``confirmed`` and ``rejected`` hold citizens' phrasings by the key of an entry.

    With a ``model`` the meaning counts too. Takes seconds: run it off the event loop.
    """
    known = [
        Phrasings(
            entry=entry,
            confirmed=tuple((confirmed or {}).get(entry.key, ())),
            rejected=tuple((rejected or {}).get(entry.key, ())),
        )
        for entry in entries
    ]
    if not known:
        return Ranker(entries=(), looks=(), calibration=LEXICAL, named=())
    texts = (text for each in known for text in (*each.asked, each.entry.answer))
    language = Counter(each.entry.language for each in known).most_common(1)[0][0]
    features = Features(language=language, groups=synonyms, texts=texts)
    looks: list[tuple[float, Look]] = [(1.0, Words(known, features=features))]
    if model is not None:
        looks.append((MEANING, Meanings(known, model=model)))
    return Ranker(
        entries=tuple(each.entry for each in known),
        looks=tuple(looks),
        calibration=LEXICAL if model is None else SEMANTIC,
        named=tuple(organisations(" ".join([*each.asked, each.entry.answer])) for each in known),
    )
