"""Texts that can be compared with a message at once: an inverted index of weighted features."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge.suggest.features import SHARES, SPACE, Counts, Features, damped

Numbers = npt.NDArray[np.floating[Any]]


class Index:
    """Texts by feature. Likeness lies in [0, 1]: the cosines of pieces, stems and synonyms by their shares."""

    def __init__(self, features: Features, texts: Iterable[str]) -> None:
        self._features = features
        rows = _Rows()
        for text in texts:
            rows.add(features(text))
        seen = np.bincount(rows.columns, minlength=SPACE).astype(np.float32)
        self._rarity = np.log((1 + rows.count) / (1 + seen)) + 1
        self.matrix = rows.weighed(self._rarity)
        self._by_feature = self.matrix.T.tocsr()

    def likeness(self, text: str) -> Numbers:
        """Return how much each text is like this one."""
        rows = _Rows()
        rows.add(self._features(text))
        found: Numbers = (rows.weighed(self._rarity) @ self._by_feature).toarray()[0]
        return found


class _Rows:
    """A sparse matrix in the making; compact, for a base may hold 100,000 texts."""

    def __init__(self) -> None:
        self._columns, self._values = array("i"), array("f")
        self._blocks = array("i", [0])  # where each text's pieces, stems and groups begin

    def add(self, blocks: Iterable[Counts]) -> None:
        for counts in blocks:
            self._columns.extend(counts.keys())
            self._values.extend(damped(count) for count in counts.values())
            self._blocks.append(len(self._columns))

    @property
    def count(self) -> int:
        return (len(self._blocks) - 1) // len(SHARES)

    @property
    def columns(self) -> npt.NDArray[np.int32]:
        return np.frombuffer(self._columns, dtype=np.int32) if self._columns else np.zeros(0, dtype=np.int32)

    def weighed(self, rarity: Numbers) -> Any:
        """Return the matrix: rare features count more, each block has the length of its share."""
        if not self._columns:
            return sparse.csr_matrix((self.count, SPACE), dtype=np.float32)
        values = np.frombuffer(self._values, dtype=np.float32) * rarity[self.columns]
        starts = np.frombuffer(self._blocks, dtype=np.int32)
        sizes = np.diff(starts)
        block = np.repeat(np.arange(len(sizes)), sizes)
        length = np.sqrt(np.bincount(block, weights=values * values, minlength=len(sizes)))
        share = np.tile(np.sqrt(np.array(SHARES)), self.count)
        values = values * (share / np.maximum(length, 1e-9))[block].astype(np.float32)
        ends = starts[:: len(SHARES)]
        return sparse.csr_matrix((values.astype(np.float32), self.columns, ends), shape=(self.count, SPACE))
