"""How much a message is like each entry in its words: as a whole, in one of its texts, and by what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from knowledge.suggest.features import Blocks, Features
from knowledge.suggest.index import Index, Numbers
from knowledge.suggest.learned import learn
from knowledge.suggest.phrasings import Phrasings

NEAREST = 0.2  # what the one text most like the message counts, beside its entry as a whole
ANSWER = 200  # characters of an answer that count as one more way to ask
MOST_TEXTS = 3_000  # looked at one by one: the matrix of their likeness takes 36 MB while it is solved, a second
ALONE = 1.7  # what the whole entry counts in a base that is too large for that
COVERED = 0.6  # what it counts that an entry has the message's words, where long answers dilute likeness
LONG = 1_500  # characters of an answer, on average in the base, from which on that counts in full
LEAST_COVERED = 0.1  # below it that is not worth the time
FINALISTS = 100  # entries whose texts are looked at


class Words:
    """The lexical look at a message; safe to share by threads."""

    def __init__(self, phrasings: Sequence[Phrasings], *, features: Features) -> None:
        self._features = features
        self._whole = Index(features, (" ".join([*known.asked, known.entry.answer]) for known in phrasings))
        self._texts = Texts(phrasings, features=features) if 2 * len(phrasings) <= MOST_TEXTS else None
        length = sum(len(known.entry.answer) for known in phrasings) / len(phrasings)
        self._covered = COVERED * min(1.0, length / LONG)

    def scores(self, text: str) -> Numbers:
        """Return one number an entry: 0 for nothing in common, about 2 for the same words."""
        message = self._features(text)
        scores = self._whole.likeness(message)
        if self._texts is None:
            scores = ALONE * scores
        else:
            finalists = np.argsort(-scores, kind="stable")[:FINALISTS]
            scores[finalists] += self._texts.scores(message, finalists)
        if self._covered >= LEAST_COVERED:
            scores = (scores + self._covered * self._whole.coverage(message)) / (1 + self._covered)
        return scores


class Texts:
    """The texts of entries, each on its own."""

    def __init__(self, phrasings: Sequence[Phrasings], *, features: Features) -> None:
        own = _spread(phrasings)
        rejected = [(number, text) for number, known in enumerate(phrasings) for text in known.rejected]
        refused = rejected[: MOST_TEXTS // 4]
        self._index = Index(features, (text for _, text in [*own, *refused]))
        owners, against = [number for number, _ in own], [number for number, _ in refused]
        self._starts = np.searchsorted(owners, np.arange(len(phrasings)))
        self._own = len(own)
        self._weights = learn(self._index.mutual(), owners=owners, refused=against, entries=len(phrasings))

    def scores(self, message: Blocks, entries: npt.NDArray[np.int64]) -> Numbers:
        """Return what its texts add to the score of each of these entries."""
        near = self._index.likeness(message)
        nearest: Numbers = np.maximum.reduceat(near[: self._own], self._starts)[entries]
        return NEAREST * nearest + self._weights[entries] @ near


def _spread(phrasings: Sequence[Phrasings]) -> list[tuple[int, str]]:
    """Return texts with the number of their entry, in the order of the entries; of too many the first of each."""
    texts = ([known.entry.question, known.entry.answer[:ANSWER], *known.asked[1:]] for known in phrasings)
    turns = zip_longest(*([(number, text) for text in each] for number, each in enumerate(texts)))
    in_turn = [one for turn in turns for one in turn if one is not None]
    return sorted(in_turn[:MOST_TEXTS], key=lambda one: one[0])
