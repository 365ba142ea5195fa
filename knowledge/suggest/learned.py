"""The supervised part: kernel ridge regression from the likeness of texts to the entries they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import solve

from knowledge.suggest.index import Numbers

PENALTY = 1.5
REFUSED = -0.5  # the target of a message for which an entry was rejected; 1 is the target of the entry's own texts


def learn(mutual: Numbers, *, owners: Sequence[int], refused: Sequence[int], entries: int) -> Numbers:
    """Return the weights by entry: weights @ (likeness to each text) is how much a message belongs to an entry.

    ``mutual`` is the likeness of the texts: first those of the entries ``owners``, then those ``refused`` for an entry.
    """
    targets = np.zeros((len(mutual), entries), dtype=np.float32)
    targets[np.arange(len(owners)), list(owners)] = 1.0
    targets[np.arange(len(owners), len(mutual)), list(refused)] = REFUSED
    mutual[np.diag_indices_from(mutual)] += PENALTY
    weights: Numbers = solve(mutual, targets, assume_a="pos", overwrite_a=True, check_finite=False)
    return np.ascontiguousarray(weights.T)
