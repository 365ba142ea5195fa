"""Says which department owns a message, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge import kinds, language, text
from knowledge.advice import Message, Route
from knowledge.places import NOWHERE, Gazetteer, Name, Place, Places
from knowledge.protocol import Protocol, Verdict, treatment
from knowledge.routing import urgency
from knowledge.routing.conditions import LONGEST_TEXT, Condition, Seen
from knowledge.routing.lexicon import REMEMBERED, Hit, Lexicon, Manner, Sense
from knowledge.rulebook.values import ProtocolClass, Rulebook

_NAME = "·"  # stands for a word of a street or place name where topics and signals are looked for
_SHOWN = 4  # words in the reason
# Who is not concerned does not read along with these.
_CLOSED = frozenset(
    (ProtocolClass.THREAT, ProtocolClass.SELF_HARM, ProtocolClass.OWN_ORGANISATION, ProtocolClass.CRITICISM)
)


@dataclass(slots=True)
class _Choice:
    """The first rule that holds, and the words that made it so."""

    condition: Condition
    hits: list[Hit]


class _Notes(dict[str, "tuple[Sense | None, tuple[Name, ...]] | None"]):
    """What a token may mean to the rules and as a place; None: nothing. Tokens seen before are remembered."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._lexicon = lexicon
        self._gazetteer = gazetteer

    def __missing__(self, token: str) -> tuple[Sense | None, tuple[Name, ...]] | None:
        if len(self) >= REMEMBERED:
            self.clear()
        note = self._lexicon.sense_of(token), self._gazetteer.names_at(token)
        self[token] = note if any(note) else None
        return self[token]


class Router:
    """A rulebook, compiled once; safe to use from several threads."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._lexicon = Lexicon()
        self._conditions = [Condition(rule, self._lexicon) for rule in rulebook.rules]
        self._gazetteer = Gazetteer(rulebook.town, rulebook.districts, is_topic=self._lexicon.is_word)
        self._protocol = Protocol(rulebook)
        self._by_term: dict[int, list[int]] = defaultdict(list)
        self._by_tag: dict[str, list[int]] = defaultdict(list)
        self._by_place: dict[str, list[int]] = defaultdict(list)
        self._wordless: list[int] = []
        for number, condition in enumerate(self._conditions):
            self._file(number, condition)
        self._notes = _Notes(self._lexicon, self._gazetteer)
        self._offices = [department for department in rulebook.departments.values() if department.office]

    def _file(self, number: int, condition: Condition) -> None:
        """File a rule under the condition that fewest messages meet."""
        if condition.rule.words:
            for term in condition.terms:
                self._by_term[term].append(number)
        elif condition.tags:
            for tag in condition.tags:
                self._by_tag[tag].append(number)
        elif condition.places:
            for place in condition.places:
                self._by_place[place].append(number)
        else:
            self._wordless.append(number)

    # --- one message -------------------------------------------------------------------------------------------

    def route(self, message: Message) -> Route:
        """Return who owns the message; what no rule takes goes to the catch-all."""
        body = message.text[:LONGEST_TEXT]
        tokens, hits, places = self.read(body)
        seen = Seen(
            body,
            text.hashtags(body),
            places.found,
            message.account,
            message.channel,
            language.guess(body, tokens, setting=message.language, fallback=self._rulebook.town.language),
            kinds.guess(body, tokens, topical=bool(hits), placed=bool(places.found)),
            {hit.term for hit in hits} if hits else (),
        )
        choice = self._choose(hits, seen, tokens)
        verdict = self._protocol.find(tokens, body, kind=seen.kind, topical=choice is not None)
        return self._route(seen, tokens, choice, verdict)

    def read(self, body: str) -> tuple[list[str], list[Hit], Places]:
        """Return the words of a message, the terms of the rules among them, and its places; names are no terms."""
        tokens = text.tokens(body)
        noted = [(place, note) for place, note in enumerate(map(self._notes.__getitem__, tokens)) if note is not None]
        if not noted:
            return tokens, [], NOWHERE
        hits = self._lexicon.hits(tokens, [(place, sense) for place, (sense, _) in noted if sense])
        places = self._gazetteer.places(tokens, body, [(place, names) for place, (_, names) in noted if names])
        if places.aside:
            hits = _on_topic(hits, places)
            for place in places.aside:
                tokens[place] = _NAME
        return tokens, hits, places

    def _choose(self, hits: list[Hit], seen: Seen, tokens: Sequence[str]) -> _Choice | None:
        """Return the first rule in the file that holds. One reached through a typing error yields to the others."""
        sure = [hit for hit in hits if hit.manner is not Manner.NEAR]
        numbers = self._candidates(sure, seen)
        choice = self._first(numbers, sure, seen)
        if choice is None or not choice.condition.rule.words:
            near = hits + self._lexicon.find_joined(tokens)
            seen.terms = {hit.term for hit in near}
            choice = self._first(numbers | self._candidates(near, seen), near, seen)
        return choice

    def _candidates(self, hits: Iterable[Hit], seen: Seen) -> set[int]:
        numbers = set(self._wordless)
        for hit in hits:
            numbers.update(self._by_term.get(hit.term, ()))
        for tag in seen.tags:
            numbers.update(self._by_tag.get(tag, ()))
        for place in seen.places:
            for key in place.keys:
                numbers.update(self._by_place.get(key, ()))
        return numbers

    def _first(self, numbers: set[int], hits: Sequence[Hit], seen: Seen) -> _Choice | None:
        for number in sorted(numbers):
            condition = self._conditions[number]
            if condition.holds(seen):
                return _Choice(condition, [hit for hit in hits if hit.term in condition.terms])
        return None

    # --- the answer --------------------------------------------------------------------------------------------

    def _route(self, seen: Seen, tokens: Sequence[str], choice: _Choice | None, verdict: Verdict | None) -> Route:
        rule = choice.condition.rule if choice else None
        topic = self._rulebook.topics.get(rule.topic) if rule else None
        department = (rule and rule.department) or (topic and topic.department) or self._unclaimed(seen.account)
        spans = [(hit.first, hit.last) for hit in choice.hits] if choice else []
        urgent = bool((rule and rule.urgent) or (topic and topic.urgent))
        if urgent and choice and choice.hits:
            urgent = urgency.alarming(choice.hits, tokens)
        urgent, alarm = urgency.judge(tokens, urgent=urgent)
        spans = spans or alarm
        if verdict:
            treated = treatment(verdict.protocol, self._rulebook)
            urgent = urgent or treated.urgent
            if treated.department:
                department = treated.department
                spans = [(verdict.first, verdict.last)]
        readers: list[str] = []
        if not verdict or verdict.protocol not in _CLOSED:
            readers += rule.readers if rule else ()
            readers += topic.readers if topic else ()
            readers += () if topic and topic.sensitive else self._reading_offices(seen.places)
        return Route(
            department=department,
            topic=topic.key if topic else "",
            reason=self._reason(seen, choice, spans),
            rule=rule.key if rule else "",
            district=seen.places[0].district if seen.places else "",
            kind=seen.kind,
            language=seen.language,
            urgent=urgent,
            readers=tuple(reader for reader in dict.fromkeys(readers) if reader != department),
            protocol=verdict.protocol if verdict else None,
        )

    def _unclaimed(self, account: str) -> str:
        known = self._rulebook.accounts.get(account)
        return (known and known.department) or self._rulebook.catch_all

    def _reading_offices(self, places: Sequence[Place]) -> list[str]:
        """Return the neighbourhood offices of the places that are named."""
        return [
            office.key
            for office in self._offices
            if any(text.name_key(own) in place.keys for place in places for own in office.places)
        ]

    @staticmethod
    def _reason(seen: Seen, choice: _Choice | None, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        reasons = text.words_at(seen.message, spans)
        if choice:
            reasons += choice.condition.reasons(seen)
        return tuple(dict.fromkeys(reasons))[:_SHOWN]


def _on_topic(hits: list[Hit], places: Places) -> list[Hit]:
    """Leave out the words of names; a name that a rule itself lists counts."""
    named = {(place.first, place.last) for place in places.found if not place.everyday}
    return [
        hit
        for hit in hits
        if not places.aside.issuperset(range(hit.first, hit.last + 1))
        or (hit.manner is Manner.WRITTEN and (hit.first, hit.last) in named)
    ]
