"""What pydantic found wrong, as faults with a place and words for the coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.rulebook.faults import Fault, did_you_mean
from knowledge.rulebook.shape import File, Part
from knowledge.rulebook.tree import Branch, Mark, find, quote
from knowledge.sentence import Sentence, say

Path = tuple[str | int, ...]

# What a Dutch reader is likely to write where the file asks for an English word.
_DUTCH = {
    "lezer": "reader", "behandelaar": "agent", "medewerker": "agent", "goedkeurder": "approver", "fiatteur": "approver",
    "woordvoerder": "spokesperson", "beheerder": "administrator", "vraag": "question", "melding": "report",
    "klacht": "complaint", "discussie": "discussion", "bedankje": "thanks", "suggestie": "suggestion",
    "bedreiging": "threat", "pers": "press", "politiek": "politics", "belediging": "insult", "woorden": "words",
    "afdeling": "department", "afdelingen": "departments", "onderwerp": "topic", "onderwerpen": "topics",
    "regels": "rules", "wijken": "districts", "buurten": "neighbourhoods", "straten": "streets", "gemeente": "town",
    "naam": "name", "spoed": "urgent", "behalve": "unless", "tenzij": "unless", "kanalen": "channels",
    "medewerkers": "people", "collega's": "people", "voorbeelden": "examples", "piket": "duty", "zoekvragen": "queries",
    "openingstijden": "hours", "wijk": "place", "soort": "kind", "rol": "role", "tot": "until", "vangnet": "catch_all",
    "antwoord": "answer", "antwoorden": "entries", "varianten": "variants", "kort": "short", "bron": "source",
    "eigenaar": "owner", "taal": "language", "geldig_tot": "valid_until",
}  # fmt: skip

_KINDS: Mapping[str, tuple[Sentence, Sentence | None]] = {
    "string_type": (say("a text must stand here."), None),
    "bool_type": (say("only true or false can stand here."), None),
    "list_type": (say("a list must stand here."), say("Write for example: [one, two]")),
    "dict_type": (say("lines with a name and a colon must stand here."), None),
    "model_type": (say("lines with a name and a colon must stand here."), None),
    "too_short": (say("this list is empty."), say("Fill it in, or remove the line.")),
    "string_too_short": (say("this text is empty."), say("Fill it in, or remove the line.")),
    "string_too_long": (say("this text is too long."), None),
}

# What a text looks like when it does not fit the pattern of its field.
_FORMS: Mapping[str, Sentence] = {
    "key": say("A name has small letters, digits, - and _, and begins with a letter."),
    "language": say("Write two small letters, for example nl, fy or en."),
    "languages": say("Write two small letters, for example nl, fy or en."),
    "holidays": say("Write the code of a country, for example NL."),
    "initials": say("Write one to four letters."),
    "phone": say("Write only digits, spaces and brackets, in quotes."),
    "email": say("Write it as name@town.nl."),
    "url": say("Begin with https://"),
}


def complaints(error: ValidationError, tree: Branch, *, shape: type[Part] = File) -> list[Fault]:
    """Return what is wrong with a file of this shape, with the name that was probably meant where there is one."""
    return [_fault(detail, tree, shape) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails, tree: Branch, shape: type[Part]) -> Fault:
    path = place(detail)
    of_key = detail["loc"][-1:] == ("[key]",) or detail["type"] == "extra_forbidden"
    mark = find(tree, path[:-1], key=True) if detail["type"] == "missing" else find(tree, path, key=of_key)
    message, hint = _words(detail, path, mark, shape)
    return Fault(line=mark.line, column=mark.column, message=message, hint=hint)


def place(detail: ErrorDetails) -> Path:
    """Return the path in the file that a pydantic error is about."""
    return tuple(step for step in detail["loc"] if step != "[key]")


def _words(detail: ErrorDetails, path: Path, mark: Mark, shape: type[Part]) -> tuple[Sentence, Sentence | None]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "refused":
        return context["message"], context["hint"]
    if kind == "extra_forbidden":
        name = str(path[-1])
        return say("the setting '%(name)s' does not exist here.", name=name), _near(name, fields_at(path[:-1], shape))
    if kind == "missing":
        return say("'%(name)s' is missing here.", name=str(path[-1])), say(
            "Add a line: %(name)s: ...", name=str(path[-1])
        )
    if kind == "enum":
        return _no_choice(str(detail["input"]), context)
    if kind == "string_pattern_mismatch":
        return _no_fit(detail, path)
    if detail["input"] is None:
        return say("nothing is filled in here."), say(
            "Fill it in, or remove the line. A text that begins with # needs quotes."
        )
    if mark.raw and isinstance(detail["input"], (bool, float)) and kind != "bool_type":
        return say("'%(written)s' without quotes is read as a number or as yes or no.", written=mark.raw), quote(
            mark.raw
        )
    return _KINDS.get(kind, (say("this is not right."), None))


def _no_choice(written: str, context: Mapping[str, Any]) -> tuple[Sentence, Sentence]:
    choices = [choice.strip("' ") for choice in context["expected"].replace(" or ", ",").split(",")]
    hint = _near(written, choices) or say("Choose from: %(choices)s", choices=", ".join(choices))
    return say("'%(written)s' is not one of the choices.", written=written), hint


def _no_fit(detail: ErrorDetails, path: Path) -> tuple[Sentence, Sentence]:
    written = str(detail["input"])
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    if detail["loc"][-1] == "[key]" or field == "key" or field not in _FORMS:
        return say("'%(written)s' cannot be a name.", written=written), _FORMS["key"]
    return say("'%(written)s' is not right here.", written=written), _FORMS[field]


def _near(name: str, known: list[str]) -> Sentence | None:
    translated = _DUTCH.get(name.casefold(), "")
    return say("Did you mean '%(name)s'?", name=translated) if translated in known else did_you_mean(name, known)


def fields_at(path: Path, shape: type[Part] = File) -> list[str]:
    """Return the settings that may stand in this part of a file of this shape."""
    kind: Any = shape
    for step in path:
        kind = _inner(kind)
        if isinstance(kind, type) and issubclass(kind, Part):
            field = kind.model_fields.get(str(step))
            if field is None:
                return []
            kind = field.annotation
        else:
            kind = get_args(kind)[-1]
    kind = _inner(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Part) else []


def _inner(kind: Any) -> Any:
    """Take off Annotated and Optional."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return kind
