"""Which known answers fit a message: the scores of several looks at it, added up and turned into a chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from knowledge.advice import Route, Suggestion
from knowledge.faq import Entry
from knowledge.rulebook.values import Kind, ProtocolClass
from knowledge.suggest.confidence import LEXICAL, PERHAPS, SEMANTIC, Calibration, chances
from knowledge.suggest.elsewhere import Organisation, organisations
from knowledge.suggest.features import Features
from knowledge.suggest.highlight import spans
from knowledge.suggest.index import Numbers
from knowledge.suggest.meaning import Meanings, Model
from knowledge.suggest.phrasings import Phrasings
from knowledge.suggest.words import Words

MEANING = 1.25  # what the meaning counts beside the words
IN_DEPARTMENT = 0.1  # what an entry of the department gains that routing chose
SUGGESTED = 3
# What never gets an answer from the knowledge base, whatever the rulebook says.
SILENT = frozenset(
    {
        ProtocolClass.THREAT,
        ProtocolClass.SELF_HARM,
        ProtocolClass.INSULT,
        ProtocolClass.PRESS,
        ProtocolClass.POLITICS,
        ProtocolClass.WOO,
    }
)
NOTHING_ASKED = frozenset({Kind.THANKS, Kind.SPAM})
MOST_CHARACTERS = 2_000  # of a message
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
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """A knowledge base that can be asked, from any thread; ``build`` makes one, nothing changes it."""

    entries: tuple[Entry, ...]
    looks: tuple[tuple[float, Look], ...]
    calibration: Calibration
    named: tuple[frozenset[Organisation], ...]  # other organisations that each entry names
    features: Features | None = None  # how its texts are read; none in an empty base

    def suggest(self, text: str, route: Route, *, today: date) -> tuple[Suggestion, ...]:
        """Return what a civil servant is offered: valid entries that may fit, or where else the citizen must be."""
        if route.protocol in SILENT or route.kind in NOTHING_ASKED:
            return ()
        department = route.department if route.rule else ""
        fitting = [found for found in self.rank(text, department=department, today=today) if found.score >= PERHAPS]
        return tuple(found.suggestion for found in fitting) or _referrals(text)

    def rank(
        self, text: str, *, department: str = "", limit: int = SUGGESTED, today: date | None = None
    ) -> list[Scored]:
        """Return the entries that fit best, best first, with the chance that each is the answer.

        With ``today`` only those that are still valid then.
        """
        scores = self._scores(text[:MOST_CHARACTERS], department)
        if today is not None:
            scores = np.where([entry.valid(today) for entry in self.entries], scores, 0.0)
        best = [int(place) for place in np.argsort(-scores, kind="stable")[: max(limit, 2)] if scores[place] > 0]
        sure = chances([float(scores[place]) for place in best], entries=len(scores), calibration=self.calibration)
        return [Scored(self.entries[place], chance) for place, chance in zip(best, sure, strict=True)][:limit]

    def matched(self, text: str, key: str) -> tuple[tuple[int, int], ...]:
        """Return where the words stand in a message by which an entry fits it, to be highlighted."""
        entry = next((entry for entry in self.entries if entry.key == key), None)
        return spans(text, entry, features=self.features) if entry and self.features else ()

    def _scores(self, text: str, department: str) -> Numbers:
        scores: Numbers = sum((weight * look.scores(text) for weight, look in self.looks), np.zeros(len(self.entries)))
        if department:
            scores = scores + IN_DEPARTMENT * np.array([entry.department == department for entry in self.entries])
        if other := organisations(text):
            scores = scores - ELSEWHERE * np.array([not named & other for named in self.named])
        return scores


def _referrals(text: str) -> tuple[Suggestion, ...]:
    """Return where the citizen must be instead, when one other organisation is meant and nothing of ours fits."""
    other = organisations(text)
    return tuple(
        Suggestion(entry="", title=each.name, answer=each.referral, score=PERHAPS) for each in other if len(other) == 1
    )


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
        features=features,
        named=tuple(organisations(" ".join([*each.asked, each.entry.answer])) for each in known),
    )
