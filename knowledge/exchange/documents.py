"""YAML and JSON to a sheet: a list of objects, an object of objects, or one object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.exchange.values import FIELDS, MAX_COLUMNS, MAX_ROWS, Cell, Line, Sheet, Unreadable
from knowledge.rulebook.faults import BrokenRulebook
from knowledge.rulebook.tree import Branch, parse
from knowledge.sentence import say

LISTS = ("entries", "faqs", "faq", "items", "data", "results", "vragen", "antwoorden", "questions")


def yaml_sheet(text: str) -> Sheet:
    """Read a file with ``entries:``; rows are numbered by their line. What is not filled in counts as empty."""
    try:
        tree, faults = parse(text)
    except BrokenRulebook as broken:
        raise Unreadable(*(fault.sentence for fault in broken.faults)) from None
    entries = tree.get("entries")
    if not isinstance(entries, Branch) or not entries:
        sentences = [fault.sentence for fault in faults] or [say("There are no answers under 'entries:'.")]
        raise Unreadable(*sentences)
    broken_lines = [Line(number=fault.line, complaints=(fault.sentence,)) for fault in faults]
    others = [name for part in entries.values() if isinstance(part, dict) for name in part if name not in FIELDS]
    columns = (*FIELDS, *dict.fromkeys(others))
    blank = dict.fromkeys(columns, "")
    lines = [
        _line(entries.keys_at[key].line, blank | part | {"key": key} if isinstance(part, dict) else None, columns)
        for key, part in entries.items()
    ]
    return Sheet(columns=columns, lines=tuple(sorted([*lines, *broken_lines], key=lambda line: line.number)))


def json_sheet(text: str) -> Sheet:
    """Read JSON, or JSON lines; rows are numbered from 1, lines by their line.

    Raises:
        Unreadable: it is neither, or holds no answers.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return _sheet(_lines(text))
    return _sheet(enumerate(_objects(whole), start=1))


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for number, line in lines:
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            if len(lines) == 1 or number == lines[0][0]:
                raise Unreadable(say("This is no JSON: line %(line)s cannot be read.", line=str(number))) from None
            yield number, None


def _objects(whole: Any) -> Sequence[Any]:
    """Return the answers: a list, a list or mapping under a usual name, or a mapping of ids."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        raise _nothing()
    for name in LISTS:
        if isinstance(whole.get(name), list | dict):
            return _objects(whole[name])
    if whole and all(isinstance(each, dict) for each in whole.values()):
        return [{"key": key, **each} for key, each in whole.items()]
    return [whole]


def _sheet(objects: Any) -> Sheet:
    found: list[tuple[int, Any]] = []
    for number, each in objects:
        if len(found) >= MAX_ROWS:
            raise Unreadable(say("The file has too many rows: at most %(most)s are read.", most=MAX_ROWS))
        found.append((number, each))
    names = dict.fromkeys(name for _, each in found if isinstance(each, dict) for name in each)
    if not names:
        raise _nothing()
    columns = tuple(names)[:MAX_COLUMNS]
    return Sheet(columns=columns, lines=tuple(_line(number, each, columns) for number, each in found))


def _line(number: int, each: Any, columns: Sequence[str]) -> Line:
    if not isinstance(each, Mapping):
        return Line(number=number, complaints=(say("Here stands no answer with a question and an answer in it."),))
    return Line(number=number, cells=tuple(_cell(each[name]) if name in each else None for name in columns))


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, list):
        return tuple(str(each) for each in value if isinstance(each, str | int | float))
    if isinstance(value, dict):  # {"text": ...}, as schema.org and some exports write an answer
        return next((value[name] for name in ("text", "value", "name") if isinstance(value.get(name), str)), "")
    return value if isinstance(value, str | bool | int | float) else str(value)


def _nothing() -> Unreadable:
    return Unreadable(say("There are no answers in this file."))
