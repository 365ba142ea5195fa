"""From the checked shape of the file to the frozen values the rest of Balie works with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.rulebook import shape, values
from knowledge.rulebook.tree import Branch, find

RETENTION = {"unanswered": timedelta(days=30), "incident": timedelta(days=3 * 365), "audit": timedelta(days=3 * 365)}


def build(file: shape.File, tree: Branch, *, version: str) -> values.Rulebook:
    """Return the values; ``tree`` tells on which line each rule and example stands."""
    town = file.town or shape.Town(name="")
    return values.Rulebook(
        town=values.Town(**_plain(town, leave="zone"), zone=town.zone or ZoneInfo("Europe/Amsterdam")),
        catch_all=file.catch_all or "",
        departments={key: _department(key, part) for key, part in file.departments.items()},
        topics={key: _topic(key, part, file) for key, part in file.topics.items()},
        rules=(*_rules(file, tree), *_topic_rules(file, tree)),
        accounts={key: values.Account(key=key, **_plain(part)) for key, part in file.accounts.items()},
        members={key: _member(key, part) for key, part in file.people.items()},
        hours={key: values.OpenHours(key=key, **_plain(part)) for key, part in file.hours.items()},
        districts=tuple(values.District(name=name, **_plain(part)) for name, part in file.districts.items()),
        protocol=tuple(values.ProtocolRule(protocol=key, **_plain(part)) for key, part in file.protocol.items()),
        contacts=tuple(values.Contact(key=key, **_plain(part)) for key, part in file.contacts.items()),
        duty={key: _rota(key, part) for key, part in file.duty.items()},
        queries=tuple(values.SearchQuery(key=key, **_plain(part)) for key, part in file.queries.items()),
        examples=tuple(
            values.Example(line=find(tree, ("examples", n)).line, **_plain(part))
            for n, part in enumerate(file.examples)
        ),
        retention={**RETENTION, **_plain(file.retention)},
        version=version,
        **_filled(norm=file.norm, hold=file.hold, closed_text=file.closed_text),
    )


def _plain(part: shape.Part, *, leave: str = "") -> dict[str, Any]:
    """Return the fields that were filled in, lists as tuples; what was not keeps the default of the value."""
    filled = _filled(**{name: getattr(part, name) for name in type(part).model_fields})
    return {name: tuple(value) if isinstance(value, list) else value for name, value in filled.items() if name != leave}


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _department(key: str, part: shape.Department) -> values.Department:
    places = tuple(
        values.DeskChannel(desk=desk, workspace=workspace, channel=channel)
        for desk, spots in part.channels.items()
        for workspace, channel in spots
    )
    return values.Department(key=key, channels=places, **_plain(part, leave="channels"))


def _topic(key: str, part: shape.Topic, file: shape.File) -> values.Topic:
    plain = _plain(part, leave="department")
    for name in ("words", "hashtags", "patterns", "unless"):
        del plain[name]
    return values.Topic(key=key, department=part.department or file.catch_all or "", **plain)


def _rules(file: shape.File, tree: Branch) -> list[values.Rule]:
    return [
        values.Rule(line=find(tree, ("rules", n)).line, **{"key": f"rule-{n + 1}", **_plain(part)})
        for n, part in enumerate(file.rules)
    ]


def _topic_rules(file: shape.File, tree: Branch) -> list[values.Rule]:
    """Words, hashtags and patterns of a topic are three rules: any one of them is enough."""
    rules = []
    for key, topic in file.topics.items():
        for name in ("words", "hashtags", "patterns"):
            if condition := tuple(getattr(topic, name)):
                line = find(tree, ("topics", key, name), key=True).line
                fields: dict[str, Any] = {"topic": key, "unless": tuple(topic.unless), name: condition}
                rules.append(values.Rule(key=f"{key}-{name}", line=line, **fields))
    return rules


def _member(key: str, part: shape.Member) -> values.Member:
    identities = tuple(
        values.DeskIdentity(desk=desk, workspace=workspace, user=user)
        for desk, spots in part.identities.items()
        for workspace, user in spots
    )
    return values.Member(
        key=key,
        name=part.name,
        initials=part.initials or initials(part.name),
        identities=identities,
        mandates=tuple(values.Mandate(**_plain(mandate)) for mandate in part.mandates),
        languages=tuple(part.languages),
    )


def initials(name: str) -> str:
    """Return the first letters of the names that begin with a capital: Jan de Koning is JK."""
    capitals = [word[0] for word in name.replace("-", " ").split() if word[0].isupper()]
    return "".join(capitals[:4]) or name[:2].upper()


def _rota(key: str, part: shape.Rota) -> values.DutyRota:
    layers = tuple(values.DutyLayer(**_plain(layer)) for layer in part.layers)
    return values.DutyRota(key=key, layers=layers, **_plain(part, leave="layers"))
