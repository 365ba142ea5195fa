"""The page about routing_rules.yaml names every setting that there is, and no other.

After a change of the settings: ``python -m tests.unit.test_rules_page`` writes its tables anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.rulebook.schema import json_schema

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
BEFORE = "## Every setting\n"


def tables() -> str:
    schema = json_schema()
    return "\n".join([BEFORE, *_section("At the top", schema), *_parts(schema)])


def _parts(schema: Mapping[str, Any]) -> Iterator[str]:
    known = schema["$defs"]
    seen: set[str] = set()
    for name, setting in schema["properties"].items():
        for part in _references(setting):
            if part not in seen and "properties" in known[part]:
                seen.add(part)
                yield from _section(f"`{name}`", known[part])
                for inner, value in known[part]["properties"].items():
                    for deeper in _references(value):
                        if deeper not in seen and "properties" in known[deeper]:
                            seen.add(deeper)
                            yield from _section(f"`{name}` · `{inner}`", known[deeper])


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
    elif isinstance(part, Mapping):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for each in part.values():
            yield from _references(each)


def _section(title: str, part: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {title}\n\n| setting | what it is |\n|---|---|"
    needed = part.get("required", ())
    for name, setting in part["properties"].items():
        must = " **Needed.**" if name in needed else ""
        yield f"| `{name}` | {setting['description'].replace('|', '&#124;')}{must} |"
    yield ""


def test_the_page_names_every_setting() -> None:
    assert PAGE.read_text(encoding="utf-8").partition(BEFORE)[2] == tables().partition(BEFORE)[2]


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.partition(BEFORE)[0] + tables(), encoding="utf-8")
