"""Killed at any moment, whatever the platform does: each approved reply stands there once, or a person is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from itertools import product
from typing import Any

import pytest

from tests.crash.lives import TEXT, Case
from tests.peers.postgresql import Cluster

FAULTS = ["cut before", "cut after", "500 before", "500 after", "timeout before", "timeout after", "429"]
COMMITS = range(1, 17)  # a life without faults makes fifteen
AFTER_THE_CLICK = range(8, 13)
ON_THE_WAY = (8, 10, 12)  # the click, the intent, the outcome
CALLS = [("before call", 1), ("after call", 1)]
pytestmark = pytest.mark.timeout(300)


def live(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Let every case live, be killed and live again; return how things stand in the end."""
    lines = "\n".join(json.dumps(asdict(case)) for case in cases)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.lives"], input=lines, capture_output=True, text=True, check=True
    )
    outcomes = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(outcomes) == len(cases)
    return outcomes


def product_of(recovery: str, *, read_lag: float = 0.0) -> list[Case]:
    """Return every kill point without a fault, and those after the click with every fault."""
    points = [("", 0), *product(("before commit", "after commit"), COMMITS), *CALLS]
    later = [("", 0), *product(("after commit",), AFTER_THE_CLICK), *CALLS, ("before call", 2)]
    plain = [Case(recovery=recovery, read_lag=read_lag, point=p, number=n) for p, n in points]
    return plain + [
        Case(recovery=recovery, read_lag=read_lag, fault=fault, point=p, number=n)
        for fault, (p, n) in product(FAULTS, later)
    ]


def wrongs(outcomes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what breaks the promise."""
    return [outcome for outcome in outcomes if not _right(outcome)]


def _right(outcome: dict[str, Any]) -> bool:
    if "broken" in outcome:
        return False
    nothing_lost = (outcome["conversation"], outcome["mention"], outcome["reply"]) == (1, 1, 1)
    posts = len(outcome["texts"])
    known = (outcome["face"], posts) == ("answered", 1)
    asked = outcome["face"] == "unsure" and posts <= 1 and outcome["recovery"] == "ask"
    return nothing_lost and outcome["cards_up_to_date"] and (known or asked)


@pytest.mark.parametrize(("recovery", "read_lag"), [("read_back", 0.15), ("key", 0.0), ("ask", 0.0)])
def test_whenever_it_is_killed_the_reply_stands_there_once_or_a_person_is_asked(recovery: str, read_lag: float) -> None:
    outcomes = live(product_of(recovery, read_lag=read_lag))
    assert wrongs(outcomes) == []
    killed = sum(outcome["lives"] == 2 for outcome in outcomes)
    assert killed > len(outcomes) / 2


@pytest.mark.postgresql
@pytest.mark.peer("postgresql")
@pytest.mark.parametrize("recovery", ["read_back", "ask"])
def test_on_postgresql_too_it_stands_there_once_or_a_person_is_asked(
    postgresql: Cluster, empty_postgresql: str, recovery: str
) -> None:
    points = [("", 0), *product(("before commit", "after commit"), ON_THE_WAY), *CALLS]
    cases = [
        Case(recovery=recovery, fault=fault, point=p, number=n) for fault, (p, n) in product(["", "cut after"], points)
    ]
    with ExitStack() as stack:
        names = [stack.enter_context(postgresql.database(template=empty_postgresql)) for _ in cases]
        outcomes = live([replace(case, url=postgresql.url(name)) for case, name in zip(cases, names, strict=True)])
    assert wrongs(outcomes) == []
    killed = sum(outcome["lives"] == 2 for outcome in outcomes)
    assert killed > len(outcomes) / 2


@pytest.mark.parametrize("read_lag", [0.0, 0.4])
def test_however_late_the_platform_shows_a_post_it_is_found(read_lag: float) -> None:
    points = [("after call", 1), ("before commit", 12), ("after commit", 11)]
    faults = ["", "cut after", "500 after", "timeout after", "500 before"]
    cases = [
        Case(recovery="read_back", read_lag=read_lag, fault=fault, point=p, number=n)
        for fault, (p, n) in product(faults, points)
    ]
    assert wrongs(live(cases)) == []


def test_of_a_long_answer_every_part_stands_there_once_and_in_order() -> None:
    points = [("", 0), *product(("before call", "after call"), (1, 2)), *product(("after commit",), range(8, 18))]
    cases = [
        Case(recovery=recovery, fault=fault, point=p, number=n, parts=True)
        for recovery, fault, (p, n) in product(("read_back", "key"), ("", "500 after"), points)
    ]
    for outcome in live(cases):
        assert outcome.get("face") == "answered", outcome
        assert [text.removesuffix(" ^JK")[-5:] for text in outcome["texts"]] == ["(1/2)", "(2/2)"], outcome


def test_with_the_rule_switched_off_the_same_harness_finds_posts_that_stand_there_twice() -> None:
    cases = [
        Case(recovery="read_back", read_lag=0.15, fault=fault, point=p, number=n, blind=True)
        for fault, (p, n) in product(["", *FAULTS], [("", 0), ("after call", 1), ("before commit", 10)])
    ]
    outcomes = live(cases)
    twice = {(outcome["fault"], outcome["point"]) for outcome in outcomes if len(outcome["texts"]) > 1}
    assert twice >= {("", "after call"), ("cut after", ""), ("500 after", ""), ("timeout after", "")}
    assert [texts for outcome in outcomes for texts in outcome["texts"] if not texts.startswith(TEXT)] == []
