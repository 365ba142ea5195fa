"""Texts that can be compared with a message at once: an inverted index of weighted features."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge.suggest.features import SHARES, SPACE, Blocks, Features, damped

Numbers = npt.NDArray[np.floating[Any]]

TELLING = 0.5  # of the length of its words: so long the synonyms of a text are when they count in full
_STEMS, _SYNONYMS = 1, 2  # places in SHARES

_PART = 5_000  # texts that are weighed at a time: it keeps the memory of building a large base low
_ROWS = 200  # texts that are compared with all at a time, likewise


class Index:
    """Texts by feature. Likeness lies in [0, 1]: the cosines of pieces, stems and synonyms by their shares."""

    def __init__(self, features: Features, texts: Iterable[str]) -> None:
        rows = _Rows()
        for text in texts:
            rows.add(features(text))
        seen = np.bincount(rows.columns, minlength=SPACE).astype(np.float32)
        self._known = np.flatnonzero(seen).astype(np.int32)
        seen = np.append(seen[self._known], np.float32(0))  # the last one stands for every feature that no text has
        self._rarity = np.log((1 + rows.count) / (1 + seen)) + 1
        self._by_feature = rows.weighed(self._rarity, known=self._known).T.tocsr()

    def likeness(self, message: Blocks) -> Numbers:
        """Return how much each text is like a message of these features."""
        found: Numbers = (self._row(message) @ self._by_feature).toarray()[0]
        return found

    def coverage(self, message: Blocks) -> Numbers:
        """Return which share of a message's features each text has, however much else stands in it."""
        row = self._row(message)
        starts, texts = self._by_feature.indptr, self._by_feature.indices
        found = np.zeros(self._by_feature.shape[1], dtype=np.float32)
        for feature, weight in zip(row.indices, row.data, strict=True):
            found[texts[starts[feature] : starts[feature + 1]]] += weight * weight
        return found

    def _row(self, message: Blocks) -> Any:
        rows = _Rows()
        rows.add(message)
        return rows.weighed(self._rarity, known=self._known)

    def mutual(self, most: int | None = None) -> Numbers:
        """Return how much the texts, or the first ``most`` of them, are like each other, a row a text."""
        return np.concatenate(list(self._parts(most)))

    def closest(self, starts: npt.NDArray[np.int_]) -> Numbers:
        """Return how much the most alike texts of two groups are like each other; ``starts``: their first texts."""
        by_group = [np.maximum.reduceat(part, starts, axis=1) for part in self._parts()]
        closest: Numbers = np.maximum.reduceat(np.concatenate(by_group), starts, axis=0)
        return closest

    def _parts(self, most: int | None = None) -> Iterator[Numbers]:
        by_feature = self._by_feature if most is None else self._by_feature[:, :most]
        rows = by_feature.T.tocsr()
        for first in range(0, rows.shape[0], _ROWS):
            yield (rows[first : first + _ROWS] @ by_feature).toarray()


class _Rows:
    """A sparse matrix in the making; compact, for a base may hold 100,000 texts."""

    def __init__(self) -> None:
        self._columns, self._values = array("i"), array("f")
        self._blocks = array("i", [0])  # where each text's pieces, stems and groups begin

    def add(self, blocks: Blocks) -> None:
        for counts in blocks:
            self._columns.extend(counts.keys())
            self._values.extend(damped(count) for count in counts.values())
            self._blocks.append(len(self._columns))

    @property
    def count(self) -> int:
        return len(self._blocks) // len(SHARES)

    @property
    def columns(self) -> npt.NDArray[np.int32]:
        return np.frombuffer(self._columns, dtype=np.int32) if self._columns else np.zeros(0, dtype=np.int32)

    def weighed(self, rarity: Numbers, *, known: npt.NDArray[np.int32]) -> Any:
        """Return the matrix: rare features count more, each block has the length of its share. Call it once.

        Its columns are the ``known`` features, and one for all others.
        """
        columns = self.columns
        values = np.frombuffer(self._values, dtype=np.float32) if self._values else np.zeros(0, dtype=np.float32)
        starts = np.frombuffer(self._blocks, dtype=np.int32)
        step = _PART * len(SHARES)
        for first in range(0, len(starts) - 1, step):
            bounds = starts[first : first + step + 1]
            part = slice(bounds[0], bounds[-1])
            columns[part] = _places(columns[part], known)
            values[part] *= rarity[columns[part]]
            values[part] *= np.repeat(_scales(values[part], bounds - bounds[0]), np.diff(bounds))
        return sparse.csr_matrix((values, columns, starts[:: len(SHARES)]), shape=(self.count, len(known) + 1))


def _places(features: npt.NDArray[np.int32], known: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return where each feature stands among the known ones; behind the last of them when it does not."""
    if not len(known):
        return np.zeros(len(features), dtype=np.int64)
    places = np.minimum(np.searchsorted(known, features), len(known) - 1)
    return np.where(known[places] == features, places, len(known))


def _scales(values: Numbers, bounds: npt.NDArray[np.int32]) -> Numbers:
    """Return for each block what gives it the length of its share.

    Synonyms get it in full only where they are about as telling as the words: one in a long message says little.
    """
    squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
    lengths = np.sqrt(np.diff(squares[bounds])).reshape(-1, len(SHARES))
    scales: Numbers = np.sqrt(SHARES) / np.maximum(lengths, 1e-9)
    scales[:, _SYNONYMS] *= np.minimum(1.0, lengths[:, _SYNONYMS] / np.maximum(TELLING * lengths[:, _STEMS], 1e-9))
    return scales.ravel().astype(np.float32)
