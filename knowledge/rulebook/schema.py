"""The JSON Schema of routing_rules.yaml, for help while typing in an editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from knowledge.rulebook.shape import File
from knowledge.sentence import Sentence

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOT_NEEDED = ("title", "default", "additionalItems")


def json_schema(translate: Callable[[Sentence], str] = str) -> dict[str, Any]:
    """Return the schema (draft 2020-12) with its descriptions translated."""
    schema = _plain(File.model_json_schema(), translate)
    schema["required"] = ["town", "catch_all", "departments"]
    _allow_shorthand(schema)
    return {"$schema": DIALECT, "title": "routing_rules.yaml", **schema}


def _plain(part: Any, translate: Callable[[Sentence], str], *, names: bool = False) -> Any:
    """Translate the descriptions, take out what editors only show as noise, and let one text stand for a list of one.

    ``names``: the keys of this part are settings (one may be called "title"), not words of JSON Schema.
    """
    if isinstance(part, list):
        return [_plain(each, translate) for each in part]
    if not isinstance(part, dict):
        return part
    clean = {
        key: translate(Sentence(value))
        if key == "description" and not names
        else _plain(value, translate, names=key in ("properties", "$defs"))
        for key, value in part.items()
        if names or key not in _NOT_NEEDED
    }
    if "patternProperties" in clean:
        clean["additionalProperties"] = False
    return clean if names else _one_or_many(_without_null(clean))


def _without_null(part: dict[str, Any]) -> dict[str, Any]:
    """A setting that may be left out is not written as null."""
    choices = [choice for choice in part.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1 and len(part["anyOf"]) == 2:
        return {**{key: value for key, value in part.items() if key != "anyOf"}, **choices[0]}
    return part


def _one_or_many(part: dict[str, Any]) -> dict[str, Any]:
    item = part.get("items", {})
    if part.get("type") != "array" or not ("type" in item or "enum" in item or "$ref" in item):
        return part
    if "$ref" in item and not item["$ref"].endswith(("/Kind", "/ProtocolClass")):
        return part
    outside = {key: part[key] for key in ("description",) if key in part}
    return {**outside, "anyOf": [item, {key: value for key, value in part.items() if key != "description"}]}


def _allow_shorthand(schema: dict[str, Any]) -> None:
    text = {"type": "string", "minLength": 1}
    properties = schema["properties"]
    properties["town"] = {"description": properties["town"]["description"], "anyOf": [text, {"$ref": "#/$defs/Town"}]}
    hours = properties["hours"]
    each = {"anyOf": [text, {"$ref": "#/$defs/Hours"}]}
    properties["hours"] = {
        "description": hours["description"],
        "anyOf": [
            text,
            {
                **{k: v for k, v in hours.items() if k not in ("description", "additionalProperties")},
                **_named(hours, each),
            },
        ],
    }


def _named(section: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    if "patternProperties" in section:
        return {"patternProperties": dict.fromkeys(section["patternProperties"], each), "additionalProperties": False}
    return {"additionalProperties": each}
