"""Tries the examples inside routing_rules.yaml: does each message still end up where its writer wants it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knowledge.advice import Message, Route
from knowledge.rulebook.faults import Fault
from knowledge.rulebook.values import Example, Rulebook
from knowledge.sentence import Sentence, say

QUOTED = 50  # characters of the example that stand in the complaint


def wrong_examples(rulebook: Rulebook, route: Callable[[Message], Route]) -> list[Fault]:
    """Return a fault for each example that does not come out as it says."""
    faults = []
    for example in rulebook.examples:
        differences = tuple(_differences(example, route(message_of(example, rulebook))))
        if differences:
            start = example.text if len(example.text) <= QUOTED else example.text[: QUOTED - 1] + "…"
            message = say('the example "%(start)s" comes out otherwise: %(what)s.', start=start, what=differences)
            faults.append(Fault(line=example.line, column=1, message=message))
    return faults


def message_of(example: Example, rulebook: Rulebook) -> Message:
    """Return the example as if it came in; most authors have set the language of the town."""
    language = example.language or rulebook.town.language
    return Message(text=example.text, account=example.account, channel=example.channel, language=language)


def _differences(example: Example, route: Route) -> Iterator[Sentence]:
    """Only what the example states counts."""
    if example.department and example.department != route.department:
        yield _other(say("department"), example.department, route.department)
    if example.topic and example.topic != route.topic:
        yield _other(say("topic"), example.topic, route.topic)
    if example.place and example.place.casefold() != route.district.casefold():
        yield _other(say("district"), example.place, route.district)
    if example.kind and example.kind is not route.kind:
        yield _other(say("type"), Sentence(example.kind.value), Sentence(route.kind.value))
    if example.urgent is not None and example.urgent is not route.urgent:
        yield _other(say("urgent"), _yes_no(example.urgent), _yes_no(route.urgent))
    if example.protocol and example.protocol is not route.protocol:
        found = route.protocol.value if route.protocol else ""
        yield _other(say("response protocol"), Sentence(example.protocol.value), Sentence(found))
    for department in example.readers:
        if department not in route.readers:
            yield say("%(department)s does not read along", department=department)


def _other(what: Sentence, wanted: str | Sentence, found: str | Sentence) -> Sentence:
    if not str(found):
        return say("no %(what)s (wanted: %(wanted)s)", what=what, wanted=wanted)
    return say("%(what)s %(found)s (wanted: %(wanted)s)", what=what, found=found, wanted=wanted)


def _yes_no(value: bool) -> Sentence:
    return say("yes") if value else say("no")
