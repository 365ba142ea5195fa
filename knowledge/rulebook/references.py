"""Names in one part of routing_rules.yaml that must exist in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.rulebook.faults import Fault, did_you_mean
from knowledge.rulebook.tree import Branch, fault_at
from knowledge.sentence import Sentence, say

Path = tuple[str | int, ...]

_NO_SUCH: Mapping[str, str] = {
    "departments": say("the department '%(name)s' does not exist.").text,
    "topics": say("the topic '%(name)s' does not exist.").text,
    "accounts": say("the account '%(name)s' does not exist.").text,
    "channels": say("none of your accounts is on the channel '%(name)s'.").text,
    "hours": say("the opening hours '%(name)s' do not exist.").text,
    "duty": say("the rota '%(name)s' does not exist.").text,
    "people": say("the colleague '%(name)s' does not exist.").text,
    "districts": say("the district '%(name)s' does not exist.").text,
    "places": say("there is no district or neighbourhood '%(name)s'.").text,
}

# Where a name stands, and the section that must hold it; * is every entry.
_REFERENCES: tuple[tuple[str, str], ...] = (
    ("catch_all", "departments"),
    ("accounts.*.department", "departments"),
    ("departments.*.hours", "hours"),
    ("departments.*.duty", "duty"),
    ("departments.*.places.*", "districts"),
    ("topics.*.department", "departments"),
    ("topics.*.readers.*", "departments"),
    ("rules.*.topic", "topics"),
    ("rules.*.department", "departments"),
    ("rules.*.readers.*", "departments"),
    ("rules.*.places.*", "places"),
    ("rules.*.accounts.*", "accounts"),
    ("rules.*.channels.*", "channels"),
    ("people.*.mandates.*.departments.*", "departments"),
    ("people.*.mandates.*.topics.*", "topics"),
    ("protocol.*.department", "departments"),
    ("duty.*.layers.*.members.*", "people"),
    ("queries.*.owner", "people"),
    ("queries.*.department", "departments"),
    ("queries.*.channels.*", "channels"),
    ("examples.*.department", "departments"),
    ("examples.*.topic", "topics"),
    ("examples.*.place", "districts"),
    ("examples.*.readers.*", "departments"),
    ("examples.*.account", "accounts"),
    ("examples.*.channel", "channels"),
)


def dangling(tree: Branch) -> list[Fault]:
    """Return a fault for each name without a counterpart; the tree may hold other faults."""
    known = {section: list(part) for section, part in tree.items() if isinstance(part, dict)}
    known |= {"channels": _channels(tree), "places": _places(tree)}
    if isinstance(tree.get("hours"), str):
        known["hours"] = ["office"]
    faults = []
    for pattern, section in _REFERENCES:
        there = known.get(section, [])
        for path, name in _found(tree, tuple(pattern.split("."))):
            if name not in there:
                message = Sentence(_NO_SUCH[section], {"name": name})
                faults.append(fault_at(tree, path, message, did_you_mean(name, there) or _choices(there)))
    return faults


def _choices(there: list[str]) -> Sentence | None:
    return say("There are: %(names)s", names=", ".join(there)) if 0 < len(there) <= 15 else None


def _found(part: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Return the texts at these places; one text may stand for a list of one."""
    if not pattern or (pattern == ("*",) and isinstance(part, str)):
        if isinstance(part, str):
            yield path, part.strip()
        return
    step, rest = pattern[0], pattern[1:]
    if step != "*":
        if isinstance(part, dict) and step in part:
            yield from _found(part[step], rest, (*path, step))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _found(value, rest, (*path, key))
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from _found(value, rest, (*path, number))


def _channels(tree: Branch) -> list[str]:
    return sorted({name for _, name in _found(tree, ("accounts", "*", "channel"))})


def _places(tree: Branch) -> list[str]:
    districts = tree.get("districts")
    names = list(districts) if isinstance(districts, dict) else []
    return [*names, *(name for _, name in _found(tree, ("districts", "*", "neighbourhoods", "*")))]
