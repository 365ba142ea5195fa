"""How sure we are that an entry answers a message: from raw scores to chances between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

GOOD = 0.7  # from here a suggestion fits well
PERHAPS = 0.35  # from here it may fit; below it nothing is suggested

FEWEST = 100  # a smaller base counts as one of so many entries: a word in common means as little there


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How scores become odds; fitted over six evaluation sets, see docs/suggestion.md."""

    steepness: float
    offset: float


LEXICAL = Calibration(steepness=4.5, offset=-0.1)
SEMANTIC = Calibration(steepness=2.75, offset=-0.3)


def chances(scores: Sequence[float], *, entries: int, calibration: Calibration) -> list[float]:
    """Return for each score, best first, the chance that its entry is the answer.

    A score counts for more the further it is ahead of its best rival, and for less in a base of many entries, where
    something always comes near. An entry further down is the answer only when the first one is not.
    """
    if not scores:
        return []
    first, second = scores[0], scores[1] if len(scores) > 1 else 0.0
    certain = _chance(2 * first - second, entries=entries, calibration=calibration)
    rest = (_chance(2 * score - first, entries=entries, calibration=calibration) for score in scores[1:])
    return [certain, *((1 - certain) * chance for chance in rest)]


def _chance(certainty: float, *, entries: int, calibration: Calibration) -> float:
    return 1 / (1 + sqrt(max(entries, FEWEST)) * exp(-calibration.steepness * certainty - calibration.offset))
