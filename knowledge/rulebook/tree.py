"""YAML text to plain lists and mappings that remember where each part stands.

Only what a settings file needs: no anchors, no aliases, no tags, no second document. Plain scalars are read as the
strictest YAML reader would (``no`` is false, ``9:30`` is a number), so that a text means the same in every program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from knowledge.rulebook.faults import Fault
from knowledge.rulebook.syntax import explain
from knowledge.sentence import Sentence, say

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 12

_HALF = re.compile(r"[\ud800-\udfff]")  # half a character, such as \ud83d between double quotes
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"(?i:true|yes|on)")
_FALSE = re.compile(r"(?i:false|no|off)")
_NUMBER = re.compile(
    r"[-+]?(?:0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9_]+|\.(?i:inf|nan)"
    r"|[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the file, from 1, and the scalar as it was written there."""

    line: int
    column: int
    raw: str = ""


class Branch(dict[str, Any]):
    """A mapping; ``keys_at`` and ``values_at`` tell where its keys and values stand, ``lost`` what was taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class Items(list[Any]):
    """A list; ``values_at`` tells where its items stand."""

    def __init__(self) -> None:
        super().__init__()
        self.values_at: list[Mark] = []


@dataclass(slots=True)
class _Reading:
    events: Iterator[Event]
    faults: list[Fault] = field(default_factory=list)

    def blame(self, event: Event, message: Sentence, hint: Sentence | None = None) -> None:
        mark = _mark(event)
        self.faults.append(Fault(line=mark.line, column=mark.column, message=message, hint=hint))


class _Stop(Exception):
    """Nothing after this place can be read."""


def parse(text: str) -> tuple[Branch, list[Fault]]:
    """Return the file as a tree with every mistake in it; what comes after one that stops the reading is left out."""
    if len(text) > MAX_CHARACTERS:
        message = say("the file is too long: at most %(limit)s characters are read.", limit=MAX_CHARACTERS)
        return Branch(), [Fault(line=1, column=1, message=message)]
    reading = _Reading(YAML(typ="safe", pure=True).parse(text))
    tree: Any = None
    try:
        tree = _document(reading)
    except _Stop:
        pass
    except (YAMLError, ValueError, OverflowError) as error:
        reading.faults.append(explain(error, text))
    if not (isinstance(tree, Branch) and tree) and not reading.faults:
        message = say("the file holds no settings.")
        reading.faults.append(Fault(line=1, column=1, message=message, hint=say("Make a new one with: balie init")))
    return tree if isinstance(tree, Branch) else Branch(), reading.faults


def _document(reading: _Reading) -> Any:
    tree: Any = None
    documents = 0
    for event in reading.events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                reading.blame(event, say("the file holds more than one document."), say("Remove the line with ---."))
                return tree
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent)):
            tree = _value(reading, event, depth=0)
    return tree


def _value(reading: _Reading, event: Event, *, depth: int) -> Any:
    if isinstance(event, AliasEvent):
        reading.blame(event, say("a reference (*) is not allowed here."), say("Write the text out in full."))
        return None
    if getattr(event, "anchor", None):
        reading.blame(event, say("a name for a part of the file (&) is not allowed."), say("Remove it."))
    if getattr(event, "tag", None):
        reading.blame(event, say("a type (!) is not allowed."), say("Put quotes around the text."))
    if isinstance(event, ScalarEvent):
        if _HALF.search(event.value):
            reading.blame(event, say("a character stands here that is no text."), say("Remove it."))
            return _HALF.sub("", event.value)
        return _scalar(event)
    if depth >= MAX_DEPTH:
        reading.blame(event, say("the file is nested too deep here."))
        raise _Stop
    return _branch(reading, depth) if isinstance(event, MappingStartEvent) else _items(reading, depth)


def _branch(reading: _Reading, depth: int) -> Branch:
    branch = Branch()
    while not isinstance(event := next(reading.events), MappingEndEvent):
        key = _value(reading, event, depth=depth + 1)
        value_event = next(reading.events)
        value = _value(reading, value_event, depth=depth + 1)
        if not isinstance(key, str):
            reading.blame(event, say("this name is not a text."), _quote(event))
        elif key in branch:
            message = say(
                "'%(name)s' stands here twice; the first is on line %(line)s.",
                name=key,
                line=str(branch.keys_at[key].line),
            )
            reading.blame(event, message, say("Remove one of the two, or make one of them."))
        else:
            branch[key] = value
            branch.keys_at[key], branch.values_at[key] = _mark(event), _mark(value_event)
    return branch


def _items(reading: _Reading, depth: int) -> Items:
    items = Items()
    while not isinstance(event := next(reading.events), SequenceEndEvent):
        items.append(_value(reading, event, depth=depth + 1))
        items.values_at.append(_mark(event))
    return items


def _scalar(event: ScalarEvent) -> str | bool | float | None:
    text = str(event.value)
    if event.style:
        return text
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    # No setting is a number: its value is of no use, only that it is none of the texts.
    return 0.0 if _NUMBER.fullmatch(text) else text


def _mark(event: Event) -> Mark:
    place = event.start_mark
    raw = str(event.value) if isinstance(event, ScalarEvent) and not event.style else ""
    return Mark(place.line + 1, place.column + 1, raw)


def _quote(event: Event) -> Sentence | None:
    return quote(event.value) if isinstance(event, ScalarEvent) and event.value else None


def quote(raw: str) -> Sentence:
    return say('Put quotes around it: "%(written)s"', written=raw)


def fault_at(
    tree: Branch, path: tuple[str | int, ...], message: Sentence, hint: Sentence | None = None, *, key: bool = False
) -> Fault:
    """Return a fault at a part of the file; with ``key`` at its name instead of what stands behind it."""
    mark = find(tree, path, key=key)
    return Fault(line=mark.line, column=mark.column, message=message, hint=hint)


def find(tree: Any, path: tuple[str | int, ...], *, key: bool = False) -> Mark:
    """Return where a part stands; of a part that is not there, where its nearest container stands."""
    mark = Mark(1, 1)
    for depth, step in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(tree, Branch) and isinstance(step, str) and step in tree:
            mark = tree.keys_at[step] if key and last else tree.values_at[step]
            # A nested mapping starts on the line below its name; people look for the name.
            if isinstance(tree[step], (Branch, Items)) and mark.line > tree.keys_at[step].line:
                mark = tree.keys_at[step]
            tree = tree[step]
        elif isinstance(tree, Items) and isinstance(step, int) and step < len(tree):
            mark, tree = tree.values_at[step], tree[step]
        else:
            return mark
    return mark


def remove(tree: Any, path: tuple[str | int, ...]) -> bool:
    """Take a part out, places and all; tell whether it was there."""
    for step in path[:-1]:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return False
    last = path[-1]
    if isinstance(tree, Branch) and isinstance(last, str) and last in tree:
        del tree[last], tree.keys_at[last], tree.values_at[last]
        tree.lost.add(last)
    elif isinstance(tree, Items) and isinstance(last, int) and last < len(tree):
        del tree[last], tree.values_at[last]
    else:
        return False
    return True


def never_had(tree: Any, path: tuple[str | int, ...], *names: str) -> bool:
    """Tell whether a mapping has none of these names, and had none of them before faulty parts were taken out."""
    for step in path:
        tree = tree[step]
    return isinstance(tree, Branch) and not any(name in tree or name in tree.lost for name in names)
