"""What Balie costs: each module here is a benchmark, and `make bench` runs them all, or one with `ONLY=routing`.

A benchmark has a function ``results()`` that yields a ``Result`` for everything it measured, and is run in a process of
its own. What is compared runs in turns in one process (``in_turns``), so that a busy machine bothers both alike; quoted
is the median. A ratio is worth more than a time: it says the same on another machine. A module whose name begins with
``_`` is no benchmark. No test asserts seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number; ``against`` says what it was compared with."""

    name: str
    value: float
    unit: str  # "ms", "us", "MB", "x" for a ratio, ...
    at_least: float | None = None
    at_most: float | None = None
    against: str = ""

    @property
    def target(self) -> str:
        """Return what was aimed at; empty when the number is there to look at."""
        least = [] if self.at_least is None else [f"at least {self.at_least:g}"]
        most = [] if self.at_most is None else [f"at most {self.at_most:g}"]
        return ", ".join(least + most)

    @property
    def holds(self) -> bool | None:
        if not self.target:
            return None
        return not (
            (self.at_least is not None and self.value < self.at_least)
            or (self.at_most is not None and self.value > self.at_most)
        )


def in_turns(runs: Mapping[str, Callable[[], float]], *, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Measure each in turn, again and again: A B A B ...; return what each round gave."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run())
    return taken


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of what the rounds gave, pair by pair."""
    return median(a / b for a, b in zip(over, under, strict=True))


def run(name: str) -> list[Result]:
    """Run one benchmark, here."""
    return list(import_module(f"tests.bench.{name}").results())
