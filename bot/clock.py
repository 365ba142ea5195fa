"""The domain clock, which tests and the demo may set; leases and time-outs use ``real_now`` instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


def real_now() -> datetime:
    return datetime.now(UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""

    def until(self, moment: datetime) -> float:
        """Return how many real seconds away ``moment`` is; 0 when it has passed."""


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        return real_now()

    def until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds())


class ShiftedClock:
    """A clock that can jump and run faster than the real one, for the demo and for tests."""

    def __init__(self, *, start: datetime | None = None, speed: float = 1.0) -> None:
        self._anchor = real_now()
        self._start = start or self._anchor
        self.speed = speed

    def now(self) -> datetime:
        return self._start + (real_now() - self._anchor) * self.speed

    def until(self, moment: datetime) -> float:
        if not self.speed:
            return 0.0 if moment <= self.now() else float("inf")
        return max(0.0, (moment - self.now()).total_seconds() / self.speed)

    def jump(self, moment: datetime) -> None:
        self._start, self._anchor = moment, real_now()

    def forward(self, step: timedelta) -> None:
        self.jump(self.now() + step)

    def run_at(self, speed: float) -> None:
        self.jump(self.now())
        self.speed = speed


_: tuple[type[Clock], type[Clock]] = (SystemClock, ShiftedClock)
