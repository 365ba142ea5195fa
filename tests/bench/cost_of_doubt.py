"""What each rule for an unanswered post costs, over every crash, cut and lag.

A model of the rule in seconds of a simulated clock, to choose with; `tests/crash` holds the real process to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from tests.bench import Result

KILLED = ("never", "before the intent", "after the intent", "after the call", "after the outcome")
PLATFORM = ("answers", "cut before", "cut after", "500 before", "500 after", "silent after", "429")
LAGS = (0, 3, 25)  # seconds before a post can be read back
TIMEOUT, GRACE = 8, 30  # seconds: of a call, and of the longest lag that the handler announces
RULES = ("repeat", "never repeat", "same key", "read back", "ask a person")


@dataclass
class Network:
    """A public platform; only its first call meets the fault."""

    fault: str
    lag: int
    posts: list[int] = field(default_factory=list)
    calls: int = 0

    def post(self, now: int, *, key: bool) -> str:
        self.calls += 1
        fault = self.fault if self.calls == 1 else "answers"
        if fault == "429":
            return "certainly not"
        if not fault.endswith("before") and not (key and self.posts):
            self.posts.append(now)
        return "posted" if fault == "answers" else "unsure"

    def find(self, now: int) -> bool:
        return any(now >= at + self.lag for at in self.posts)


def deliver(rule: str, killed: str, network: Network) -> bool:
    """Post one reply under one rule; True when a person was asked."""
    now, intent = 0, None
    alive = killed == "never"
    while True:
        if not alive and killed == "before the intent":
            alive = True  # nothing was committed: start anew
            continue
        doubt = intent is not None
        if doubt and rule == "never repeat":
            return False
        if doubt and rule == "ask a person":
            return True
        if doubt and rule == "read back" and any(network.find(at) for at in range(now, intent + TIMEOUT + GRACE + 1)):
            return False
        now = max(now, intent + TIMEOUT + GRACE) if doubt and rule == "read back" else now
        intent = now
        if not alive and killed == "after the intent":
            alive = True
            continue
        answer = network.post(now, key=rule == "same key")
        if not alive and killed == "after the call":
            alive, now = True, now + TIMEOUT
            continue
        if answer == "posted":
            return False
        now += TIMEOUT
        intent = None if answer == "certainly not" else intent


def results() -> Iterator[Result]:
    """Count how often each rule doubles, loses or asks; ours must do neither of the first two."""
    cases = list(product(KILLED, PLATFORM, LAGS))
    for rule in RULES:
        count: Counter[str] = Counter()
        for killed, fault, lag in cases:
            network = Network(fault, lag)
            asked = deliver(rule, killed, network)
            count["asked" if asked else ("lost", "once", "double")[min(len(network.posts), 2)]] += 1
        for what in ("once", "double", "lost", "asked"):
            most = 0 if rule == "read back" and what in ("double", "lost") else None
            yield Result(
                name=f"{rule}, {what}", value=count[what], unit="cases", at_most=most, against=f"{len(cases)} cases"
            )
