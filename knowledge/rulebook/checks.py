"""What the parts of routing_rules.yaml must be to each other; each check returns faults."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TypeVar

from knowledge.rulebook import shape
from knowledge.rulebook.faults import Fault
from knowledge.rulebook.queries import follows_a_person
from knowledge.rulebook.tree import Branch, fault_at, never_had
from knowledge.sentence import Sentence, say

Path = tuple[str | int, ...]
T = TypeVar("T", bound=Hashable)
Written = Mapping[str, list[str]]  # section: the names in it, faulty parts too

CONDITIONS = ("words", "hashtags", "patterns", "places", "accounts", "channels", "languages", "kinds")
KEPT_AT_LEAST = {"incident": timedelta(days=3 * 365), "audit": timedelta(days=184)}
_SECRETS = ("password", "secret", "token", "wachtwoord", "api_key", "apikey", "private_key")


def check(file: shape.File, tree: Branch, written: Written) -> list[Fault]:
    """Return the faults that no part shows by itself."""
    return [fault for one in _CHECKS for fault in one(file, tree, written)]


def _has_the_basics(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    for name, example in (("town", "Veldwijk"), ("catch_all", "klantcontact")):
        if getattr(file, name) is None and name not in written:
            message = say("'%(name)s' is missing.", name=name)
            yield fault_at(tree, (), message, say("Add a line: %(line)s", line=f"{name}: {example}"))
    if not written.get("departments"):
        message = say("there is no department.")
        yield fault_at(tree, ("departments",), message, say("Add at least one, under 'departments'."), key=True)


def _topics_have_a_department(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    if len(written.get("departments", [])) < 2:
        return
    for key in file.topics:
        if never_had(tree, ("topics", key), "department"):
            message = say("the topic '%(name)s' has no department.", name=key)
            yield fault_at(tree, ("topics", key), message, say("Add a line: department: ..."), key=True)


def _rules_say_when_and_where(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    for number in range(len(file.rules)):
        if never_had(tree, ("rules", number), "topic", "department"):
            message = say("this rule has no topic and no department.")
            yield fault_at(tree, ("rules", number), message, say("Add a line: topic: ..."))
        if never_had(tree, ("rules", number), *CONDITIONS):
            message = say("this rule has no condition: it would take every message.")
            hint = say("Add 'words', or remove the rule: 'catch_all' gets what is left.")
            yield fault_at(tree, ("rules", number), message, hint)


def _rule_names_are_their_own(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    taken = [(rule.key, ("rules", n, "key")) for n, rule in enumerate(file.rules) if rule.key]
    topics = {f"{key}-{kind}" for key in written.get("topics", []) for kind in ("words", "hashtags", "patterns")}
    yield from _twice(tree, taken, lambda key: say("two rules have the name '%(name)s'.", name=key))
    for key, path in taken:
        if key in topics:
            yield fault_at(tree, path, say("'%(name)s' is the name of the words of a topic.", name=key))


def _channels_belong_to_one_department(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    spots = [
        ((desk, place), ("departments", key, "channels", desk))
        for key, department in file.departments.items()
        for desk, places in department.channels.items()
        for place in places
    ]
    hint = say("Give each department a channel of its own, or make one department of them with two topics.")
    yield from _twice(
        tree, spots, lambda spot: say("two departments share the channel '%(name)s'.", name=_spot(spot)), hint
    )


def _identities_belong_to_one_colleague(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    spots = [
        ((desk, place), ("people", key, "identities", desk))
        for key, member in file.people.items()
        for desk, places in member.identities.items()
        for place in places
    ]
    yield from _twice(tree, spots, lambda spot: say("two colleagues are both '%(name)s'.", name=_spot(spot)))


def _accounts_are_their_own(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    spots = [((a.channel, a.name.casefold()), ("accounts", key, "name")) for key, a in file.accounts.items()]
    yield from _twice(tree, spots, lambda spot: say("this account stands here twice: '%(name)s'.", name=spot[1]))
    for key, account in file.accounts.items():
        for option in account.options:
            if any(word in option for word in _SECRETS):
                message = say("'%(name)s' is a secret and may not stand in this file.", name=option)
                hint = say("Give it to the administrator; secrets are settings of the program.")
                yield fault_at(tree, ("accounts", key, "options", option), message, hint, key=True)


def _offices_have_their_own_places(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    spots = []
    for key, department in file.departments.items():
        if department.places and not department.office:
            message = say("only a neighbourhood office has 'places'.")
            yield fault_at(tree, ("departments", key, "places"), message, say("Add a line: office: true"), key=True)
        spots += [(place, ("departments", key, "places")) for place in department.places]
    yield from _twice(
        tree, spots, lambda place: say("two neighbourhood offices have the district '%(name)s'.", name=place)
    )


def _times_make_sense(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    if file.hold is not None and file.hold > timedelta(minutes=5):
        yield fault_at(tree, ("hold",), say("a reply may wait at most 5m."))
    norms: list[tuple[Path, timedelta | None]] = [(("norm",), file.norm)]
    norms += [(("departments", key, "norm"), part.norm) for key, part in file.departments.items()]
    norms += [(("topics", key, "norm"), part.norm) for key, part in file.topics.items()]
    norms += [(("duty", key, "step"), part.step) for key, part in file.duty.items()]
    for path, norm in norms:
        if norm is not None and norm < timedelta(minutes=1):
            yield fault_at(tree, path, say("this is too short: at least 1m."))


def _kept_long_enough(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    for name, least in KEPT_AT_LEAST.items():
        kept = getattr(file.retention, name)
        if kept is not None and kept < least:
            message = say("this must be kept longer: at least %(days)s days.", days=str(least.days))
            hint = say(
                "Write %(days)sd or more. The information security rules of the government ask for it.",
                days=str(least.days),
            )
            yield fault_at(tree, ("retention", name), message, hint)


def _turns_are_known(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    for key, rota in file.duty.items():
        for number, layer in enumerate(rota.layers):
            path = ("duty", key, "layers", number)
            if len(layer.members) > 1 and never_had(tree, path, "start"):
                message = say("whose turn it is cannot be known: 'start' is missing.")
                yield fault_at(
                    tree, path, message, say("Add the first day of the first colleague, for example: start: 2027-01-04")
                )
            if layer.turn is not None and layer.turn < timedelta(hours=1):
                yield fault_at(tree, (*path, "turn"), say("a turn is at least 1h."))


def _contacts_say_something(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    for key in file.contacts:
        if never_had(tree, ("contacts", key), "phone", "email", "address", "url"):
            message = say("this contact has no number and no address.")
            yield fault_at(tree, ("contacts", key), message, say("Add 'phone', 'email', 'address' or 'url'."), key=True)


def _queries_follow_subjects(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    places = {name.casefold() for name in (*file.districts, *(n for d in file.districts.values() for n in _of(d)))}
    for key, query in file.queries.items():
        if never_had(tree, ("queries", key), "all", "any"):
            message = say("this query looks for nothing.")
            yield fault_at(tree, ("queries", key), message, say("Add 'any' or 'all' with words."), key=True)
        person = follows_a_person(all_=query.all, any_=query.any, places=places)
        if person:
            message = say("this query follows a person: '%(name)s'. That is not allowed.", name=person)
            hint = say("Follow a subject: put under 'all' what it must be about.")
            yield fault_at(tree, ("queries", key), message, hint, key=True)


def _of(district: shape.District) -> Iterable[str]:
    return (*district.aliases, *district.neighbourhoods, *district.streets)


def _examples_expect_something(file: shape.File, tree: Branch, written: Written) -> Iterator[Fault]:
    expected = ("department", "topic", "kind", "place", "urgent", "protocol", "readers")
    for number in range(len(file.examples)):
        if never_had(tree, ("examples", number), *expected):
            message = say("this example does not say what must become of it.")
            yield fault_at(tree, ("examples", number), message, say("Add for example: topic: ..."))


def _twice(
    tree: Branch,
    spots: Iterable[tuple[T, Path]],
    message: Callable[[T], Sentence],
    hint: Sentence | None = None,
) -> Iterator[Fault]:
    """Return a fault at the second and every later place of the same thing."""
    first: dict[T, Path] = {}
    for spot, path in spots:
        if first.setdefault(spot, path) != path:
            yield fault_at(tree, path, message(spot), hint)


def _spot(spot: tuple[str, tuple[str, str]]) -> str:
    desk, (workspace, name) = spot
    return f"{desk}: {workspace}/{name}" if workspace else f"{desk}: {name}"


_CHECKS = (
    _has_the_basics,
    _topics_have_a_department,
    _rules_say_when_and_where,
    _rule_names_are_their_own,
    _channels_belong_to_one_department,
    _identities_belong_to_one_colleague,
    _accounts_are_their_own,
    _offices_have_their_own_places,
    _times_make_sense,
    _kept_long_enough,
    _turns_are_known,
    _contacts_say_something,
    _queries_follow_subjects,
    _examples_expect_something,
)
