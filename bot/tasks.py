"""What is to be done about the answers: the list that the coordinator and the owners of answers work through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot import kept
from bot.keeping import Keeping
from bot.model.answers import Task, TaskKind
from bot.ports import PublicChannel
from bot.rules import Rules
from bot.store import answers, asked, proposals
from bot.store.records import StoredEntry
from knowledge.faq import Entry
from knowledge.likeness import Pair, pairs
from knowledge.sentence import Sentence, say
from knowledge.templates import fill
from knowledge.wordings import EDITED

if TYPE_CHECKING:
    from knowledge.gaps import Asked

AHEAD = timedelta(days=14)  # a review date is told so long before
OFTEN = 5  # times that an answer was changed by much
SIGNED = 5  # characters that a sign-off takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the tasks follow from, read at one moment."""

    live: Sequence[StoredEntry]
    often_changed: Mapping[str, int]
    waiting: int  # proposals that this person may decide about
    today: date


def seen(keeping: Keeping) -> Seen:
    connection = keeping.connection
    live = [stored for stored in answers.every(connection) if stored.retired_at is None]
    return Seen(
        live=live,
        often_changed=_changed(connection, live),
        waiting=sum(kept.decides(keeping, row) for row in proposals.waiting(connection)),
        today=keeping.today,
    )


def tasks(what: Seen, channels: Mapping[str, PublicChannel], *, town: str) -> Sequence[Task]:
    """Return everything there is to do, the most pressing kind first. Takes seconds: run it off the event loop."""
    entries = [stored.entry for stored in what.live]
    return [
        *_proposals(what.waiting),
        *_expired(entries, what.today),
        *_reviews(entries, what.today),
        *_alike(entries),
        *_often_changed(entries, what.often_changed),
        *_too_long(entries, channels, town=town),
    ]


def questions(connection: Connection, since: datetime, rules: Rules) -> Sequence[Asked]:
    """Return what citizens asked, without what tells who they are, and how well the best answer fitted."""
    from knowledge.gaps import Asked  # a quarter of a second that a start can do without

    used = {row.mention_id: row.entry for row in asked.answered(connection, since)}
    told = []
    for row in asked.since(connection, since):
        topic = rules.rulebook.topics.get(row.topic)
        if row.close_reason or (topic and topic.sensitive):
            continue
        offered = (row.advice or {}).get("suggestions") or [{}]
        score = 1.0 if used.get(row.id) else 0.0 if row.id in used else offered[0].get("score", 0.0)
        if text := rules.advisor.wording(row.text, author=row.author):
            told.append(Asked(text=text, on=row.posted_at.date(), score=score, reference=row.conversation_id))
    return told


def _changed(connection: Connection, live: Sequence[StoredEntry]) -> Mapping[str, int]:
    """Count for each answer, as it stands since its last change, how often it was changed by much when it was used."""
    since = {stored.entry.key: stored.changed_at for stored in live}
    return Counter(
        row.entry
        for row in asked.used(connection)
        if row.entry in since and row.approved_at >= since[row.entry] and row.suggestion.get("edited", 0.0) > EDITED
    )


def _proposals(count: int) -> Iterator[Task]:
    if count:
        yield Task(kind=TaskKind.PROPOSAL, sentence=say("%(count)d proposals wait for a decision.", count=count))


def _expired(entries: Sequence[Entry], today: date) -> Iterator[Task]:
    for entry in entries:
        if not entry.valid(today):
            line = say("Not valid any more, so it is not suggested: %(question)s", question=entry.question)
            yield _about(entry, TaskKind.EXPIRED, line, due=entry.valid_until)


def _reviews(entries: Sequence[Entry], today: date) -> Iterator[Task]:
    due = [entry for entry in entries if entry.review_by and entry.review_by <= today + AHEAD]
    for entry in sorted(due, key=lambda one: (one.review_by or today, one.key)):
        line = say("Look whether this is still right: %(question)s", question=entry.question)
        yield _about(entry, TaskKind.REVIEW, line, due=entry.review_by)


def _alike(entries: Sequence[Entry]) -> Iterator[Task]:
    asked_as = {entry.key: entry.question for entry in entries}
    for pair in _pairs(tuple(entries)):
        names = {"one": asked_as[pair.one], "other": asked_as[pair.other]}
        if pair.differences:
            line = say("Do these two contradict each other? '%(one)s' and '%(other)s'.", **names)
        else:
            line = say("Do these two ask the same? '%(one)s' and '%(other)s'.", **names)
        yield Task(kind=_kind(pair), sentence=line, entries=(pair.one, pair.other))


@lru_cache(maxsize=1)
def _pairs(entries: tuple[Entry, ...]) -> tuple[Pair, ...]:
    """Compare all answers with each other once for each state of the base: it takes a second for 300."""
    return pairs(entries)


def _kind(pair: Pair) -> TaskKind:
    return TaskKind.CONTRADICTION if pair.differences else TaskKind.DUPLICATE


def _often_changed(entries: Sequence[Entry], counts: Mapping[str, int]) -> Iterator[Task]:
    for entry in entries:
        if (count := counts.get(entry.key, 0)) >= OFTEN:
            line = say(
                "Changed by much %(count)d times when it was used; make it better: %(question)s",
                count=count,
                question=entry.question,
            )
            yield _about(entry, TaskKind.EDITED, line)


def _too_long(entries: Sequence[Entry], channels: Mapping[str, PublicChannel], *, town: str) -> Iterator[Task]:
    by_title = {channel.abilities.title: channel for channel in channels.values()}
    for title, channel in sorted(by_title.items()):
        room = channel.abilities.max_length - SIGNED
        keys = tuple(entry.key for entry in entries if _longest(entry, channel, town=town) > room)
        if keys:
            line = (
                say("1 answer is too long for %(channel)s.", channel=title)
                if len(keys) == 1
                else say("%(count)d answers are too long for %(channel)s.", count=len(keys), channel=title)
            )
            yield Task(kind=TaskKind.TOO_LONG, sentence=line, entries=keys)


def _longest(entry: Entry, channel: PublicChannel, *, town: str) -> int:
    """Return how long the shortest way to say it is, in the longer of the two tones."""
    said = entry.short or entry.answer
    return max(channel.length(fill(said, formal=formal, town=town)) for formal in (True, False))


def _about(entry: Entry, kind: TaskKind, sentence: Sentence, *, due: date | None = None) -> Task:
    return Task(kind=kind, sentence=sentence, entries=(entry.key,), due=due, owner=entry.owner)
