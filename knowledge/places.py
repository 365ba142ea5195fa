"""Finds the town's districts, neighbourhoods and streets in a message, and what must not count as a topic."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge import text
from knowledge.rulebook.values import District, Town
from knowledge.spelling import NearWords
from knowledge.word_lists import word_list, word_sets

_STREET = re.compile(
    r".{3,}(?:straat|weg|laan|plein|dreef|kade|hof|singel|gracht|steeg|plantsoen|dijk|pad|hage|kwartier|baan)$"
)
_SHORTENED = {"str": "straat", "ln": "laan", "pln": "plein"}
_WORDS = word_sets("place_words")
_TITLES, _CUES, _ARTICLES = _WORDS["titles"], _WORDS["cues"], _WORDS["articles"]
_BEFORE = _TITLES | _WORDS["between"]
_SENTENCE_END = re.compile(r"[.!?:\n…]\s*\W*$")


class Place(NamedTuple):
    """A place of the town, named from token ``first`` up to and including ``last``."""

    district: str
    name: str  # as the rulebook spells it
    keys: frozenset[str]  # folded names that a rule may call it by
    first: int
    last: int
    everyday: bool  # also a common word


class Places(NamedTuple):
    """What a message says about where; the words ``aside`` are names, not topics."""

    found: tuple[Place, ...] = ()
    aside: frozenset[int] = frozenset()


NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class Name:
    words: tuple[str, ...]
    spelt: str
    district: str  # empty: a street nobody listed, or the town itself
    keys: frozenset[str] = frozenset()
    everyday: bool = False

    @property
    def anchor(self) -> int:
        """Place of the word by which the name is looked up: an article begins too many other things."""
        return int(len(self.words) > 1 and self.words[0] in _ARTICLES)


class Gazetteer:
    """All names of the town's places; of overlapping names the longest counts.

    ``is_topic`` says of a word whether the rules list it: `fietspad` is then no street name.
    """

    def __init__(
        self, town: Town, districts: Iterable[District], *, is_topic: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._is_topic = is_topic
        self._own = {word for name in (town.name, *town.names) for word in text.term_tokens(name)}
        names: dict[tuple[str, ...], Name] = {}
        for own in (town.name, *town.names):
            names[text.term_tokens(own)] = Name(text.term_tokens(own), own, "")
        for district in districts:
            for name in _names(district):
                names.setdefault(name.words, name)
        self._names: dict[str, list[Name]] = defaultdict(list)
        for words in sorted(filter(None, names), key=len, reverse=True):
            self._names[words[names[words].anchor]].append(names[words])
        self._near = NearWords(word for word, listed in self._names.items() if any(name.district for name in listed))

    def find(self, tokens: Sequence[str], message: str) -> Places:
        """Return the places in a message of which ``tokens`` are the words."""
        return self.places(
            tokens, message, [(place, names) for place, t in enumerate(tokens) if (names := self.names_at(t))]
        )

    def places(self, tokens: Sequence[str], message: str, named: Sequence[tuple[int, tuple[Name, ...]]]) -> Places:
        """Return the places, given which names each token may belong to."""
        return _Reading(tokens, message, self._own).places(named) if named else NOWHERE

    def names_at(self, token: str) -> tuple[Name, ...]:
        """Return the names that are looked up by the token, the longest first."""
        for shortened, whole in _SHORTENED.items():
            if token.endswith(shortened) and len(token) > len(shortened) + 2:
                token = token.removesuffix(shortened) + whole
        if token in self._names:
            return tuple(self._names[token])
        if self._is_topic(token) or token in word_list("ordinary_words") or token in word_list("function_words"):
            return ()
        if len(token) <= 60:
            near = [name for word in self._near.near(token) for name in self._names[word] if name.district]
            if near:
                return tuple(near)
        return (Name((token,), token, ""),) if _STREET.match(token) and token not in _WORDS["no_street"] else ()


def _names(district: District) -> Iterable[Name]:
    whole = frozenset(map(text.name_key, (district.name, *district.aliases)))
    for spelt in (district.name, *district.aliases):
        yield _name(spelt, district, whole)
    for spelt in district.neighbourhoods:
        yield _name(spelt, district, whole | {text.name_key(spelt)})
    for spelt in district.streets:
        yield _name(spelt, district, whole | {text.name_key(spelt)})


def _name(spelt: str, district: District, keys: frozenset[str]) -> Name:
    words = text.term_tokens(spelt)
    bare = [word for word in words if word not in _ARTICLES]
    ordinary = word_list("ordinary_words")
    everyday = all(word in _WORDS["everyday"] or word in ordinary for word in bare)
    return Name(words, spelt, district.name, keys, everyday and not (len(bare) > 1 and bare[0] in _CUES))


class _Reading:
    """One message, read for its places."""

    def __init__(self, tokens: Sequence[str], message: str, own: set[str]) -> None:
        self._tokens = tokens
        self._message = message
        self._own = own
        self._folded: text.Folded | None = None

    def places(self, starts: Iterable[tuple[int, tuple[Name, ...]]]) -> Places:
        found: list[Place] = []
        aside: set[int] = set()
        free = 0  # tokens before this one belong to a name already
        for place, names in starts:
            name = next((name for name in names if self._stands(name, place - name.anchor, free)), None)
            if name is None:
                continue
            first = place - name.anchor
            last = free = first + len(name.words) - 1
            free += 1
            aside.update(range(self._with_titles(first, name), last + 1))
            if name.district and not self._elsewhere(first, last):
                found.append(
                    Place(
                        district=name.district,
                        name=name.spelt,
                        keys=name.keys,
                        first=first,
                        last=last,
                        everyday=name.everyday,
                    )
                )
        return Places(tuple(found), frozenset(aside))

    def _stands(self, name: Name, first: int, free: int) -> bool:
        """Say whether the name stands from token ``first`` on, not before ``free``; its anchor is known to fit."""
        size = len(name.words)
        if first < free or (size > 1 and not self._fits(name, first)):
            return False
        return not name.everyday or self._is_meant(name, first, first + size - 1)

    def _fits(self, name: Name, first: int) -> bool:
        spoken = self._tokens[first : first + len(name.words)]
        return len(spoken) == len(name.words) and all(
            word == said or place == name.anchor
            for place, (word, said) in enumerate(zip(name.words, spoken, strict=True))
        )

    def _is_meant(self, name: Name, first: int, last: int) -> bool:
        """Say whether an everyday word is meant as a name here."""
        if self._joined(last) or (last + 1 < len(self._tokens) and self._tokens[last + 1] in _WORDS["beyond"]):
            return False  # Zuid-Holland
        before = self._tokens[first - 1] if first else ""
        with_article = name.words[0] in _ARTICLES
        if before in _CUES and not with_article:
            return True
        if (
            before in _ARTICLES
            and first > 1
            and self._tokens[first - 2] in _CUES
            and name.words[0] in _WORDS["with_article"]
        ):
            return True
        return self._is_capital(last if with_article else first, opens=with_article)

    def _joined(self, last: int) -> bool:
        """Say whether a hyphen ties the word to the next one."""
        if last + 1 >= len(self._tokens):
            return False
        end, following = self._span(last)[1], self._span(last + 1)[0]
        return self._message[end:following] == "-"

    def _is_capital(self, place: int, *, opens: bool) -> bool:
        """Say whether the word has a capital that neither opens a sentence nor stands in a text all in capitals."""
        start, _ = self._span(place)
        if not self._message[start].isupper() or self._message.isupper():
            return False
        before = self._message[:start]
        return opens or bool(before.strip() and not _SENTENCE_END.search(before))

    def _with_titles(self, first: int, name: Name) -> int:
        """Return where the street name really begins: Burgemeester van der Boomstraat."""
        start = first
        if not first or self._tokens[first - 1] not in _BEFORE or not _STREET.match(name.words[-1]):
            return start
        while start and first - start < 4 and self._tokens[start - 1] in _BEFORE:
            start -= 1
        while start < first and self._tokens[start] not in _TITLES:
            start += 1
        return start

    def _elsewhere(self, first: int, last: int) -> bool:
        """Say whether another town is named right before or after: Amsterdam Noord."""
        towns = _WORDS["towns"]
        if towns.isdisjoint(self._tokens):
            return False
        before = self._tokens[first - 1] if first else ""
        after = list(self._tokens[last + 1 : last + 3])
        following = after[1] if len(after) > 1 and after[0] in ("in", "te") else after[0] if after else ""
        return any(town in towns and town not in self._own for town in (before, following))

    def _span(self, place: int) -> tuple[int, int]:
        if self._folded is None:
            self._folded = text.fold(self._message)
        return self._folded.span(*self._folded.token_spans[place])
