"""The JSON Schema: what Balie reads, an editor accepts; what Balie refuses by its shape, an editor underlines."""

from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from handlers.wording import Wording
from knowledge.rulebook.schema import json_schema

LARGE = (Path(__file__).parents[2] / "routing_rules.yaml").read_text(encoding="utf-8")
SMALL = (files("knowledge.rulebook") / "samples/small_town.yaml").read_text(encoding="utf-8")
SCHEMA = json_schema()


def as_an_editor_reads(text: str) -> Any:
    """Editors keep dates as text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors = {
        **yaml.constructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": lambda constructor, node: constructor.construct_scalar(node),
    }
    return yaml.load(text)


def mistakes(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(as_an_editor_reads(text))]


def test_it_is_a_schema_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("text", [SMALL, LARGE], ids=["small", "large"])
def test_both_samples_fit_it(text: str) -> None:
    assert mistakes(text) == []


@pytest.mark.parametrize(
    "added",
    [
        "onderwerpen: {}",
        "topics: {a: {name: A, wordz: [boom]}}",
        "topics: {a: {words: [boom]}}",
        "topics: {a: {name: A, words: [14]}}",
        "topics: {A B: {name: A, words: [boom]}}",
        "norm: 14",
        "norm: straks",
        "people: {jk: {name: J, mandates: [{role: baas}]}}",
        "people: {jk: {name: J, mandates: [{role: approver, departments: []}]}}",
        "protocol: {bedreiging: {}}",
        "rules: [{kinds: [vraag], department: afval}]",
    ],
)
def test_what_balie_refuses_is_underlined(added: str) -> None:
    town = "town: K\ncatch_all: a\ndepartments: {a: {name: A, channels: {web: a}}}\n"
    assert mistakes(town) == []
    assert mistakes(town + added) != []


@pytest.mark.parametrize("missing", ["town", "catch_all", "departments"])
def test_what_every_town_needs_is_asked_for(missing: str) -> None:
    lines = {
        "town": "town: K",
        "catch_all": "catch_all: a",
        "departments": "departments: {a: {name: A, channels: {web: a}}}",
    }
    assert mistakes("\n".join(line for name, line in lines.items() if name != missing)) == [
        f"'{missing}' is a required property"
    ]


def descriptions(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in descriptions(each)]
    if not isinstance(part, dict):
        return []
    own = [part["description"]] if isinstance(part.get("description"), str) else []
    return own + [text for each in part.values() for text in descriptions(each)]


def test_every_setting_is_explained_in_dutch() -> None:
    dutch = json_schema(Wording("nl", zone=ZoneInfo("Europe/Amsterdam")).text)
    pairs = list(zip(descriptions(SCHEMA), descriptions(dutch), strict=True))
    assert len(pairs) > 100
    alike = {english for english, translated in pairs if english == translated}
    assert alike == set()
    settings = [name for part in SCHEMA["$defs"].values() for name in part.get("properties", {}).items()]
    assert [name for name, setting in settings if "description" not in setting] == []
