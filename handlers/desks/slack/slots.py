"""When Slack may be called again: a place in the queue of each channel, instead of waiting in line."""

from __future__ import annotations

import time
from collections.abc import Callable


class Slots:
    """Gives each caller of a lane its own moment; a caller that comes back at that moment passes."""

    def __init__(self, pace: float, *, burst: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._burst, self._now = pace, burst, now
        self._next: dict[str, float] = {}
        self._given: dict[tuple[str, str], float] = {}

    @property
    def waiting(self) -> int:
        """Return how many have a moment that is still to come."""
        return len(self._given)

    def wait(self, lane: str, caller: str, *, urgent: bool = False) -> float:
        """Return for how many seconds ``caller`` must stay away; 0: go now."""
        now = self._now()
        mine = self._given.get((lane, caller))
        if mine is None:
            free = max(self._next.get(lane, 0.0), now - self._pace * (self._burst - 1))
            mine = now if urgent else free
            self._next[lane] = free + self._pace
        if mine > now:
            self._given[lane, caller] = mine
            return mine - now
        self._given.pop((lane, caller), None)
        return 0.0

    def pause(self, lane: str, seconds: float) -> None:
        """Slack asked for a pause: who has no moment yet comes after it."""
        self._next[lane] = max(self._next.get(lane, 0.0), self._now() + seconds)
