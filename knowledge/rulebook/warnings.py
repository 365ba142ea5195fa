"""What routing_rules.yaml may say but probably does not mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from knowledge.rulebook.faults import Fault, did_you_mean
from knowledge.rulebook.overlap import hidden
from knowledge.rulebook.tree import Branch, fault_at
from knowledge.rulebook.values import Member, Role, Rulebook
from knowledge.sentence import say


def warn(rulebook: Rulebook, tree: Branch, *, today: date | None) -> list[Fault]:
    """Return what the coordinator should look at; without ``today`` nothing is said about dates."""
    found = [
        fault
        for one in (_nobody_places, _no_second_pair, _desks_without_people)
        for fault in one(rulebook, tree, today)
    ]
    found += [fault for one in (_hidden_rules, _topics_without_rules, _places_twice) for fault in one(rulebook, tree)]
    found += _same_person_again(rulebook, tree)
    return found + ([] if today is None else list(_past(rulebook, tree, today)))


def _nobody_places(rulebook: Rulebook, tree: Branch, today: date | None) -> Iterator[Fault]:
    for key, department in rulebook.departments.items():
        if not any(role.publishes for member in rulebook.members.values() for role in _roles(member, key, today)):
            message = say("nobody may place replies for %(name)s.", name=department.name)
            hint = say("Give a colleague under 'people' a mandate with role: approver.")
            yield fault_at(tree, ("departments", key), message, hint, key=True)


def _no_second_pair(rulebook: Rulebook, tree: Branch, today: date | None) -> Iterator[Fault]:
    """Four eyes need two people; topics count like their department."""
    strict = {key: ("departments", key, "four_eyes") for key, part in rulebook.departments.items() if part.four_eyes}
    for key, topic in rulebook.topics.items():
        if topic.four_eyes:
            strict.setdefault(topic.department, ("topics", key, "four_eyes"))
    for key, path in strict.items():
        roles = [_roles(member, key, today) for member in rulebook.members.values()]
        if sum(any(role.writes for role in mine) for mine in roles) < 2:
            message = say("each reply of %(name)s needs two people, and there is one at most.", name=key)
            yield fault_at(tree, path, message, say("Give one more colleague a mandate with role: agent."), key=True)


def _roles(member: Member, department: str, today: date | None) -> list[Role]:
    """Return what this person may be for at least something of a department."""
    return [
        mandate.role
        for mandate in member.mandates
        if (not mandate.departments or department in mandate.departments)
        and (mandate.until is None or today is None or today <= mandate.until)
    ]


def _desks_without_people(rulebook: Rulebook, tree: Branch, today: date | None) -> Iterator[Fault]:
    """A desk on which nobody is known is often a mistyped name."""
    known = {identity.desk for member in rulebook.members.values() for identity in member.identities}
    for key, department in rulebook.departments.items():
        for desk in dict.fromkeys(channel.desk for channel in department.channels):
            if desk not in known:
                message = say("no colleague is known on the desk '%(name)s'.", name=desk)
                hint = did_you_mean(desk, known) or say("Add their identities under 'people'.")
                yield fault_at(tree, ("departments", key, "channels", desk), message, hint, key=True)


def _hidden_rules(rulebook: Rulebook, tree: Branch) -> Iterator[Fault]:
    for rule, earlier in hidden(rulebook.rules):
        message = say("this is never reached: line %(line)s takes all of it.", line=str(earlier.line))
        yield Fault(line=rule.line, column=1, message=message, hint=say("Move it up, or remove it."))


def _topics_without_rules(rulebook: Rulebook, tree: Branch) -> Iterator[Fault]:
    reached = {rule.topic for rule in rulebook.rules}
    for key in rulebook.topics:
        if key not in reached:
            message = say("no message can get the topic '%(name)s' by itself.", name=key)
            yield fault_at(tree, ("topics", key), message, say("Add 'words'."), key=True)


def _places_twice(rulebook: Rulebook, tree: Branch) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for district in rulebook.districts:
        for kind in ("aliases", "neighbourhoods", "streets"):
            for name in getattr(district, kind):
                other = first.setdefault(name.casefold(), district.name)
                if other != district.name:
                    message = say(
                        "'%(name)s' is in two districts: %(first)s and %(second)s.",
                        name=name,
                        first=other,
                        second=district.name,
                    )
                    path = ("districts", district.name, kind)
                    yield fault_at(tree, path, message, say("Such a name decides nothing."), key=True)


def _same_person_again(rulebook: Rulebook, tree: Branch) -> Iterator[Fault]:
    for key, rota in rulebook.duty.items():
        for number, layer in enumerate(rota.layers):
            following = (*layer.members[1:], layer.members[0])
            again = next((one for one, next_ in zip(layer.members, following, strict=True) if one == next_), "")
            if again and len(layer.members) > 1:
                message = say("'%(name)s' has two turns in a row.", name=again)
                yield fault_at(
                    tree, ("duty", key, "layers", number, "members"), message, say("Put someone in between."), key=True
                )


def _past(rulebook: Rulebook, tree: Branch, today: date) -> Iterator[Fault]:
    for key, member in rulebook.members.items():
        for number, mandate in enumerate(member.mandates):
            if mandate.until is not None and mandate.until < today:
                path = ("people", key, "mandates", number, "until")
                yield fault_at(
                    tree,
                    path,
                    say("this mandate of %(name)s has ended.", name=member.name),
                    say("Remove it, or give it a new last day."),
                )
    for query in rulebook.queries:
        if query.until is not None and query.until < today:
            message = say("the query '%(name)s' has ended.", name=query.key)
            yield fault_at(tree, ("queries", query.key, "until"), message, say("Remove it, or give it a new last day."))
