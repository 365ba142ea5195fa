"""What it costs to read routing_rules.yaml with all its places."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from ruamel.yaml import YAML

from knowledge.rulebook.reading import read
from knowledge.rulebook.shape import File
from knowledge.rulebook.tree import parse
from tests.bench import Result, in_turns

TEXT = (Path(__file__).parents[2] / "routing_rules.yaml").read_text()


def milliseconds(call: Callable[[], object]) -> float:
    return timeit.timeit(call, number=1) * 1000


def results() -> Iterator[Result]:
    """Time the parts and two ways that we did not take."""
    tree, _ = parse(TEXT)
    calls: dict[str, Callable[[], object]] = {
        "the whole reading": lambda: read(TEXT, name="routing_rules.yaml"),
        "of which: text to a tree with places": lambda: parse(TEXT),
        "of which: its shape": lambda: File.model_validate(tree),
        "to compare: plain, without places": lambda: YAML(typ="safe").load(TEXT),
        "to compare: ruamel.yaml's own places": lambda: YAML().load(TEXT),
    }
    took = in_turns({name: lambda call=call: milliseconds(call) for name, call in calls.items()})
    lines = f"a file of {len(TEXT.splitlines())} lines"
    for name, times in took.items():
        yield Result(name=name, value=median(times), unit="ms", against=lines)
