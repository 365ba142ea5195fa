"""What learning from use does: how often a confirmed wording finds its answer first, without and with the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.faq import Entry
from knowledge.suggest import Ranker, build

FOLDS = 5
MOST = 500  # wordings that are tried; the first ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A wording for which an entry was the answer; ``group`` ties together what one citizen said."""

    text: str
    entry: str
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of so many confirmed wordings, which part finds its answer first: from 0 to 1."""

    wordings: int
    before: float  # by the entries alone
    after: float  # with what was learned from the other wordings


def measure(
    entries: Sequence[Entry], lessons: Sequence[Lesson], rejected: Mapping[str, Sequence[str]] | None = None
) -> Effect:
    """Try each wording on a base that did not learn from it, nor from others of the same conversation.

    Builds several rankers: takes seconds, so run it off the event loop.
    """
    tried = lessons[:MOST]
    folds = min(FOLDS, len({lesson.group for lesson in tried}))
    languages = {entry.key: entry.language for entry in entries}
    alone = _hits(build(entries), tried, languages)
    if folds < 2:
        return Effect(wordings=len(tried), before=_part(alone, tried), after=_part(alone, tried))
    places = {group: number % folds for number, group in enumerate(dict.fromkeys(lesson.group for lesson in tried))}
    learned = 0
    for fold in range(folds):
        held_out = [lesson for lesson in tried if places[lesson.group] == fold]
        others = [lesson for lesson in lessons if places.get(lesson.group, -1) != fold]
        unseen = {lesson.text for lesson in held_out}
        refused = {key: [text for text in texts if text not in unseen] for key, texts in (rejected or {}).items()}
        taught = build(entries, confirmed=_by_entry(others, without=unseen), rejected=refused)
        learned += _hits(taught, held_out, languages)
    return Effect(wordings=len(tried), before=_part(alone, tried), after=_part(learned, tried))


def _hits(ranker: Ranker, lessons: Sequence[Lesson], languages: Mapping[str, str]) -> int:
    """Count the wordings that find their entry first, each on the shelf of its entry's language."""
    found = (
        (lesson, ranker.rank(lesson.text, limit=1, language=languages.get(lesson.entry, ""))) for lesson in lessons
    )
    return sum(bool(best) and best[0].entry.key == lesson.entry for lesson, best in found)


def _by_entry(lessons: Sequence[Lesson], *, without: set[str]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for lesson in lessons:
        if lesson.text not in without:
            texts[lesson.entry].append(lesson.text)
    return texts


def _part(hits: int, of: Sequence[Lesson]) -> float:
    return hits / len(of) if of else 0.0
