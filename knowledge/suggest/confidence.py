"""How sure we are that an entry answers a message: from raw scores to a chance between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

GOOD = 0.6  # from here a suggestion "past goed"
PERHAPS = 0.25  # from here "past misschien"; below it nothing is suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Where raw scores mean fifty-fifty, and how fast that changes; measured, see docs/suggestion.md."""

    middle: float
    steepness: float
    rivalry: float  # how fast a worse score gives way to a better one


LEXICAL = Calibration(middle=0.7, steepness=6.0, rivalry=6.0)
SEMANTIC = Calibration(middle=1.2, steepness=4.0, rivalry=6.0)


def confidence(scores: Sequence[float], calibration: Calibration) -> list[float]:
    """Return for each raw score, best first, the chance that this entry is the answer."""
    if not scores:
        return []
    answered = 1 / (1 + exp(-calibration.steepness * (scores[0] - calibration.middle)))
    shares = [exp(calibration.rivalry * (score - scores[0])) for score in scores]
    return [answered * share / sum(shares) for share in shares]
