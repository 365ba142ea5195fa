"""How much a message is like each entry in its words: as a whole, in one of its texts, and by what was learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from knowledge.suggest.features import Features
from knowledge.suggest.index import Index, Numbers
from knowledge.suggest.learned import learn
from knowledge.suggest.phrasings import Phrasings

NEAREST = 0.2  # what the one text most like the message counts, beside its entry as a whole
ANSWER = 200  # characters of an answer that count as one more way to ask


class Words:
    """The lexical look at a message; safe to share by threads."""

    def __init__(self, phrasings: Sequence[Phrasings], *, features: Features) -> None:
        self._whole = Index(features, (" ".join([*known.asked, known.entry.answer]) for known in phrasings))
        texts = [[known.entry.question, known.entry.answer[:ANSWER], *known.asked[1:]] for known in phrasings]
        rejected = [text for known in phrasings for text in known.rejected]
        self._texts = Index(features, [*(text for own in texts for text in own), *rejected])
        sizes = [len(own) for own in texts]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._own = sum(sizes)
        self._lessons = learn(
            self._texts.matrix,
            owners=[number for number, own in enumerate(texts) for _ in own],
            turns=[turn for own in texts for turn in range(len(own))],
            refused=[number for number, known in enumerate(phrasings) for _ in known.rejected],
        )

    def scores(self, text: str) -> Numbers:
        """Return one number an entry: 0 for nothing in common, about 2 for the same words."""
        near = self._texts.likeness(text)
        scores: Numbers = self._whole.likeness(text) + NEAREST * np.maximum.reduceat(near[: self._own], self._starts)
        return scores + self._lessons.scores(near) if self._lessons else scores
