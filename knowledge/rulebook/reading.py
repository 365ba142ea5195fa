"""Reads routing_rules.yaml: text in, frozen values out, or every fault at once.

The order of the file is priority: first ``rules`` from top to bottom, then ``topics`` from top to bottom. The words,
the hashtags and the patterns of a topic become three rules at its place, named ``afval-words``, ``afval-hashtags`` and
``afval-patterns``; ``unless`` holds for each of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.rulebook.build import build
from knowledge.rulebook.checks import check
from knowledge.rulebook.complaints import Path, complaints, place
from knowledge.rulebook.faults import BrokenRulebook, Fault, in_order
from knowledge.rulebook.references import dangling
from knowledge.rulebook.shape import File
from knowledge.rulebook.tree import Branch, parse, remove
from knowledge.rulebook.values import Rulebook
from knowledge.rulebook.warnings import warn


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file that can be used, and what its coordinator should look at."""

    rulebook: Rulebook
    warnings: tuple[Fault, ...] = ()


def read(text: str, *, name: str, today: date | None = None) -> Rulebook:
    """Return what the file says.

    Raises:
        BrokenRulebook: with every fault, in the order of the file.
    """
    return examine(text, name=name, today=today).rulebook


def examine(text: str, *, name: str, today: date | None = None) -> Reading:
    """Read the file and look for what is allowed but probably not meant; dates are judged only when ``today`` is given.

    Raises:
        BrokenRulebook: with every fault, in the order of the file.
    """
    tree, faults = parse(text)
    if not tree:
        raise BrokenRulebook(faults, name=name)
    _drop_empty_sections(tree)
    written = {section: list(part) if isinstance(part, dict) else [] for section, part in tree.items()}
    faults += dangling(tree)
    file = _shape(tree, faults)
    faults += check(file, tree, written)
    if faults:
        raise BrokenRulebook(faults, name=name)
    rulebook = build(file, tree, version=fingerprint(text))
    return Reading(rulebook=rulebook, warnings=in_order(warn(rulebook, tree, today=today)))


def fingerprint(text: str) -> str:
    """Return the same short text for the same file, another one for any change."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _drop_empty_sections(tree: Branch) -> None:
    """Treat a section of which every line is a comment as a section that is not there."""
    for section in [name for name, part in tree.items() if part is None and name in File.model_fields]:
        remove(tree, (section,))


def _shape(tree: Branch, faults: list[Fault]) -> File:
    """Return the sound parts of the file, so that what is wrong between them is told at once as well."""
    file = _validated(tree)
    if isinstance(file, ValidationError):
        faults += complaints(file, tree)
    while isinstance(file, ValidationError):
        # From the back, so that the places before it in a list stay what they are.
        parts = sorted({_faulty_part(detail) for detail in file.errors(include_url=False)}, reverse=True)
        removed = sum(_remove_nearest(tree, path) for path in parts)
        file = _validated(tree) if removed else File()
    return file


def _validated(tree: Branch) -> File | ValidationError:
    try:
        return File.model_validate(tree)
    except ValidationError as error:
        return error


def _faulty_part(detail: ErrorDetails) -> Path:
    """Return what has to go: a part that lacks something goes as a whole."""
    return place(detail)[:-1] if detail["type"] == "missing" else place(detail)


def _remove_nearest(tree: Branch, path: Path) -> bool:
    """Take out this part, or the smallest part around it that stands in the file; tell whether there was any."""
    return any(remove(tree, path[:end]) for end in range(len(path), 0, -1))
