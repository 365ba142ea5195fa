"""The entries of one language: the scores of several looks at a message, added up and turned into a chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from knowledge.advice import Suggestion
from knowledge.faq import Entry
from knowledge.suggest.confidence import LEXICAL, SEMANTIC, Calibration, chances
from knowledge.suggest.elsewhere import Organisation, organisations
from knowledge.suggest.features import Features
from knowledge.suggest.highlight import spans
from knowledge.suggest.index import Numbers
from knowledge.suggest.meaning import Meanings, Model
from knowledge.suggest.phrasings import Phrasings
from knowledge.suggest.words import Words

MEANING = 1.25  # what the meaning counts beside the words
IN_DEPARTMENT = 0.1  # what an entry of the department gains that routing chose
ELSEWHERE = 0.25  # what an entry loses that does not name the other organisation which the message names


class Look(Protocol):
    def scores(self, text: str) -> Numbers: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry and the chance that it answers the message."""

    entry: Entry
    score: float

    @property
    def suggestion(self) -> Suggestion:
        entry = self.entry
        return Suggestion(
            entry=entry.key,
            title=entry.question,
            answer=entry.answer,
            short=entry.short,
            score=self.score,
            source=entry.source,
            language=entry.language,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Entries of one language; ``fill`` makes one, nothing changes it, any thread may ask it."""

    entries: tuple[Entry, ...]
    features: Features  # how its texts are read
    looks: tuple[tuple[float, Look], ...]
    calibration: Calibration
    named: tuple[frozenset[Organisation], ...]  # other organisations that each entry names

    @property
    def by_meaning(self) -> bool:
        return self.calibration is SEMANTIC

    def rank(self, text: str, *, department: str, limit: int, today: date | None) -> list[Scored]:
        """Return the entries that fit best, best first, with the chance that each is the answer."""
        scores = self.scores(text, department)
        if today is not None:
            scores = np.where([entry.valid(today) for entry in self.entries], scores, 0.0)
        best = [int(place) for place in np.argsort(-scores, kind="stable")[: max(limit, 2)] if scores[place] > 0]
        sure = chances([float(scores[place]) for place in best], entries=len(scores), calibration=self.calibration)
        return [Scored(self.entries[place], chance) for place, chance in zip(best, sure, strict=True)][:limit]

    def matched(self, text: str, key: str) -> tuple[tuple[int, int], ...] | None:
        """Return where the words stand by which an entry fits a message; None when the entry stands elsewhere."""
        entry = next((entry for entry in self.entries if entry.key == key), None)
        return spans(text, entry, features=self.features) if entry else None

    def scores(self, text: str, department: str = "") -> Numbers:
        """Return one number an entry; ``chances`` tells what they mean."""
        scores: Numbers = sum((weight * look.scores(text) for weight, look in self.looks), np.zeros(len(self.entries)))
        if department:
            scores = scores + IN_DEPARTMENT * np.array([entry.department == department for entry in self.entries])
        if other := organisations(text):
            scores = scores - ELSEWHERE * np.array([not named & other for named in self.named])
        return scores


def fill(known: Sequence[Phrasings], *, synonyms: Iterable[Sequence[str]], model: Model | None) -> Shelf:
    """Make a shelf of entries in one language, at least one."""
    texts = (text for each in known for text in (*each.asked, each.entry.answer))
    features = Features(language=known[0].entry.language, groups=synonyms, texts=texts)
    looks: list[tuple[float, Look]] = [(1.0, Words(known, features=features))]
    if model is not None:
        looks.append((MEANING, Meanings(known, model=model)))
    return Shelf(
        entries=tuple(each.entry for each in known),
        features=features,
        looks=tuple(looks),
        calibration=LEXICAL if model is None else SEMANTIC,
        named=tuple(organisations(" ".join([*each.asked, each.entry.answer])) for each in known),
    )
