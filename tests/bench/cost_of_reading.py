"""What it costs to read routing_rules.yaml with all its places: `python -m tests.bench.cost_of_reading`."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from knowledge.rulebook.reading import read
from knowledge.rulebook.shape import File
from knowledge.rulebook.tree import parse

TEXT = (Path(__file__).parents[2] / "routing_rules.yaml").read_text()


def milliseconds(call: Callable[[], object]) -> float:
    """Time one call, best of seven."""
    return min(timeit.repeat(call, number=1, repeat=7)) * 1000


def main() -> None:
    """Print the parts and two ways that we did not take."""
    tree, _ = parse(TEXT)
    print(f"{len(TEXT.splitlines())} lines")
    for name, call in {
        "the whole reading": lambda: read(TEXT, name="routing_rules.yaml"),
        "of which: text to a tree with places": lambda: parse(TEXT),
        "of which: its shape": lambda: File.model_validate(tree),
        "to compare: plain, without places": lambda: YAML(typ="safe").load(TEXT),
        "to compare: ruamel.yaml's own places": lambda: YAML().load(TEXT),
    }.items():
        print(f"{name:38} {milliseconds(call):6.1f} ms")


if __name__ == "__main__":
    main()
