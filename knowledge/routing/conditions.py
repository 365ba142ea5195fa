"""The rules, ready to be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from knowledge import text
from knowledge.places import Place
from knowledge.routing.lexicon import Lexicon
from knowledge.rulebook.values import Kind, Rule

LONGEST_PATTERN = 500  # characters
LONGEST_TEXT = 20_000  # characters of a message that are looked at
_MEMORY = 1 << 20  # bytes for one pattern; a{1000}{1000} is refused


class BadPattern(ValueError):
    """A pattern that cannot be used; the text says why."""


def compile_pattern(pattern: str) -> Any:
    """Compile a pattern that takes time in proportion to the text, whatever the pattern; case does not matter."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"longer than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as exc:
        raise BadPattern(str(exc)) from exc


@dataclass(slots=True)
class Seen:
    """What is known of a message when the rules are asked."""

    message: str
    tags: Collection[str]
    places: Sequence[Place]
    account: str
    channel: str
    language: str
    kind: Kind
    terms: Collection[int]  # of the lexicon, in whatever manner


class Condition:
    """One rule."""

    __slots__ = (
        "_accounts",
        "_channels",
        "_languages",
        "_patterns",
        "_plain",
        "_unless",
        "places",
        "rule",
        "tags",
        "terms",
    )

    def __init__(self, rule: Rule, lexicon: Lexicon) -> None:
        self.rule = rule
        self.terms = _add(rule.words, lexicon)
        self._unless = _add(rule.unless, lexicon)
        self.tags = frozenset(map(tag_key, rule.hashtags))
        self._patterns = [compile_pattern(pattern) for pattern in rule.patterns]
        self.places = frozenset(map(text.name_key, rule.places))
        self._accounts = frozenset(rule.accounts)
        self._channels = frozenset(rule.channels)
        self._languages = frozenset(rule.languages)
        narrowing = (
            self._unless,
            self.tags,
            self._patterns,
            self.places,
            rule.accounts,
            rule.channels,
            rule.languages,
            rule.kinds,
        )
        self._plain = not any(narrowing)

    def holds(self, seen: Seen) -> bool:
        """Say whether all that the rule asks beside its words is so."""
        return self._plain or (
            (not self._accounts or seen.account in self._accounts)
            and (not self._channels or seen.channel in self._channels)
            and (not self._languages or seen.language in self._languages)
            and (not self.rule.kinds or seen.kind in self.rule.kinds)
            and (not self.tags or not self.tags.isdisjoint(seen.tags))
            and (not self.places or any(not self.places.isdisjoint(place.keys) for place in seen.places))
            and self._unless.isdisjoint(seen.terms)
            and (not self._patterns or any(self._matches(seen)))
        )

    def _matches(self, seen: Seen) -> Iterator[Any]:
        shown = text.clean(seen.message)  # google-re2 refuses half characters
        return (pattern.search(shown) for pattern in self._patterns)

    def reasons(self, seen: Seen) -> Iterable[str]:
        """Yield what in the message met the conditions beside the words, as it stands there."""
        if self.tags:
            yield from (f"#{tag}" for tag in text.written_hashtags(seen.message) if tag_key(tag) in self.tags)
        yield from (match.group() for match in self._matches(seen) if match)
        if self.places:
            yield from (place.name for place in seen.places if not self.places.isdisjoint(place.keys))


def tag_key(tag: str) -> str:
    """Return a hashtag as it is compared: folded, with or without sign and spaces."""
    return text.letters(tag).replace(" ", "")


def _add(words: Iterable[str], lexicon: Lexicon) -> frozenset[int]:
    return frozenset(number for word in words if (number := lexicon.add(word)) is not None)
