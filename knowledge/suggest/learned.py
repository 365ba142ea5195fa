"""The supervised part: kernel ridge regression from the likeness of texts to the entries they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve

from knowledge.suggest.index import Numbers

Places = npt.NDArray[np.int64]

PENALTY = 1.5
REFUSED = -0.5  # the target of a message for which an entry was rejected; 1 is the target of the entry's own texts
MOST_TEXTS = 4_000  # the matrix of their likeness takes 64 MB while it is solved, about a second


@dataclass(frozen=True, slots=True)
class Lessons:
    """Which texts were learned from, and what each of them says for or against every entry."""

    texts: Places
    weights: Numbers

    def scores(self, likeness: Numbers) -> Numbers:
        scores: Numbers = likeness[self.texts] @ self.weights
        return scores


def learn(matrix: Any, *, owners: Sequence[int], turns: Sequence[int], refused: Sequence[int]) -> Lessons | None:
    """Learn from the texts of a matrix: first those of the entries ``owners``, then those ``refused`` for an entry.

    ``turns`` tells the how-manieth text of its entry each one is. Of a base with too many texts the first of every
    entry are used; None when not every entry can have one.
    """
    entries = max(owners, default=-1) + 1
    chosen = np.argsort(turns, kind="stable")[: MOST_TEXTS - len(refused)]
    if entries > len(chosen):
        return None
    texts = np.concatenate([np.sort(chosen), np.arange(len(owners), len(owners) + len(refused))])
    targets = np.zeros((len(texts), entries), dtype=np.float32)
    targets[np.arange(len(chosen)), np.asarray(owners)[np.sort(chosen)]] = 1.0
    targets[np.arange(len(chosen), len(texts)), list(refused)] = REFUSED
    used = matrix[texts]
    kernel = (used @ used.T).toarray()
    kernel[np.diag_indices_from(kernel)] += PENALTY
    return Lessons(texts, solve(kernel, targets, assume_a="pos", overwrite_a=True, check_finite=False))
