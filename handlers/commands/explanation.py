"""Why a message goes where it goes, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.advice import Route
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say

NOTHING = Sentence("-")


def explain(route: Route, rulebook: Rulebook) -> Iterator[tuple[Sentence, Sentence]]:
    """Yield what was decided, each with its name."""
    topic = rulebook.topics.get(route.topic)
    yield say("Department"), _text(_department(route.department, rulebook))
    yield say("Topic"), _text(topic.name if topic else "")
    yield say("Rule"), _rule(route.rule, rulebook)
    yield say("Words"), _text(", ".join(route.reason))
    yield say("District"), _text(route.district)
    yield say("Type"), Sentence(route.kind.value)
    yield say("Language"), _text(route.language)
    yield say("Urgent"), say("yes") if route.urgent else say("no")
    yield say("Protocol"), Sentence(route.protocol.value) if route.protocol else NOTHING
    yield say("Reads along"), _text(", ".join(_department(key, rulebook) for key in route.readers))


def _rule(key: str, rulebook: Rulebook) -> Sentence:
    if not key:
        return say("none: this is the catch-all")
    rule = next((rule for rule in rulebook.rules if rule.key == key), None)
    return say("%(key)s (line %(line)s)", key=key, line=str(rule.line)) if rule else _text(key)


def _department(key: str, rulebook: Rulebook) -> str:
    department = rulebook.departments.get(key)
    return department.name if department else key


def _text(value: str) -> Sentence:
    """Show what people wrote as it is, never as a text to translate or to fill in."""
    return say("%(plain)s", plain=value) if value else NOTHING
