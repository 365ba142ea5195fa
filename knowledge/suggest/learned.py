"""The supervised part: from the likeness of texts to the entries they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from knowledge.suggest.index import Numbers

PENALTY = 1.5
REFUSED = -0.5  # the target of a message for which an entry was rejected; 1 is the target of the entry's own texts
MANY = 8  # texts an entry from which on the border between entries is learned, not only the middle of each
BORDER_PENALTY = 0.1
STEPS = 12
EAGER = 6.0  # how much surer than the ridge the border begins
SHARE = 0.1  # brings its scores to the size of the ridge's


def learn(mutual: Numbers, *, owners: Sequence[int], refused: Sequence[int], entries: int) -> Numbers:
    """Return the weights by entry: weights @ (likeness to each text) is how much a message belongs to an entry.

    ``mutual`` is the likeness of the texts: first those of the entries ``owners``, then those ``refused`` for an entry.
    """
    targets = np.zeros((len(mutual), entries), dtype=np.float32)
    targets[np.arange(len(owners)), list(owners)] = 1.0
    targets[np.arange(len(owners), len(mutual)), list(refused)] = REFUSED
    ridge: Numbers = cho_solve(cho_factor(_with(mutual, PENALTY)), targets, check_finite=False)
    many = entries > 1 and len(owners) >= MANY * entries
    return np.ascontiguousarray((_border(mutual, targets, ridge) if many else ridge).T)


def _border(mutual: Numbers, targets: Numbers, ridge: Numbers) -> Numbers:
    """Kernel logistic regression over all entries at once, by steps that Böhning's bound keeps safe."""
    factor = cho_factor(_with(mutual / 4, BORDER_PENALTY))
    weights = EAGER * ridge
    for _ in range(STEPS):
        odds = mutual @ weights
        chances = np.exp(odds - odds.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        weights -= cho_solve(factor, chances - targets + BORDER_PENALTY * weights, check_finite=False)
    border: Numbers = SHARE * weights
    return border


def _with(mutual: Numbers, penalty: float) -> Numbers:
    penalised = mutual.copy()
    penalised[np.diag_indices_from(penalised)] += penalty
    return penalised
