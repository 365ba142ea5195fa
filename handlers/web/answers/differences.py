"""What a change of an answer looks like to people: the parts that differ, with the words that do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.cards.changed import Piece, pieces
from knowledge.exchange import NAMES, Change, Plan
from knowledge.exchange.plan import differing
from knowledge.faq import Entry
from knowledge.sentence import Sentence

LONG = 20_000  # characters in all: comparing words takes their square


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    name: Sentence
    now: Sequence[Piece]  # what stands here; marked is what goes away
    then: Sequence[Piece]  # what it becomes; marked is what is new


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    change: Change
    differences: Sequence[Difference] = ()


def shown(plan: Plan) -> Iterator[Shown]:
    for change in plan.changes:
        different = differences(change.before, change.entry) if change.before and change.entry else ()
        yield Shown(change=change, differences=different)


def differences(before: Entry, after: Entry) -> Sequence[Difference]:
    return [_difference(name, before, after) for name in differing(before, after)]


def _difference(name: str, before: Entry, after: Entry) -> Difference:
    now, then = _text(getattr(before, name)), _text(getattr(after, name))
    if len(now) + len(then) > LONG or not now or not then:
        return Difference(name=NAMES[name], now=_whole(now), then=_whole(then))
    return Difference(name=NAMES[name], now=list(pieces(now, then)), then=list(pieces(then, now)))


def _whole(text: str) -> Sequence[Piece]:
    return [(text, True)] if text else []


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "u" if value else "je"
    if isinstance(value, tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")
