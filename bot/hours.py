"""Office hours in local wall time: when we are open, and when an answer is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

from bot.rules import department_of
from knowledge.rulebook.values import Department, OpenHours, Rulebook, Topic

LONGEST_BREAK = timedelta(hours=2)
NEVER_CLOSES = timedelta(days=14)  # open through all that time: no evening on which to ask
LOOK_AHEAD = timedelta(days=60)  # a norm that is not met by then has no date


def due_at(received: datetime, rulebook: Rulebook, *, department: Department, topic: Topic | None) -> datetime | None:
    """Return when an answer to a message received then (aware) is due, in UTC; None without a date in sight."""
    norm = (topic.norm if topic else None) or department.norm or rulebook.norm
    hours = hours_of(rulebook, department)
    if hours is None:
        return received + norm
    left = norm
    for start, end in open_blocks(hours, rulebook, since=received):
        begin = max(start, received)
        if end <= begin:
            continue
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def due_from(moment: datetime, rulebook: Rulebook, *, department: str, topic: str) -> datetime | None:
    """Return when an answer is due, for the keys of a department and a topic that may have left the rulebook."""
    owner = department_of(rulebook, department)
    return due_at(moment, rulebook, department=owner, topic=rulebook.topics.get(topic))


def is_open(moment: datetime, rulebook: Rulebook, department: Department) -> bool:
    hours = hours_of(rulebook, department)
    if hours is None:
        return True
    first = next(((s, e) for s, e in open_blocks(hours, rulebook, since=moment) if e > moment), None)
    return first is not None and first[0] <= moment


def closes(moment: datetime, rulebook: Rulebook, department: Department) -> datetime | None:
    """Return when the office day of ``moment``, or the next one, ends, in UTC; None where it never closes.

    A break within the day is no closing time.
    """
    hours = hours_of(rulebook, department)
    if hours is None:
        return None
    closing: datetime | None = None
    for start, end in open_blocks(hours, rulebook, since=moment):
        if closing and start - closing > LONGEST_BREAK:
            return closing
        if end > moment:
            closing = end
            if end - moment > NEVER_CLOSES:
                return None
    return closing


def hours_of(rulebook: Rulebook, department: Department) -> OpenHours | None:
    """Return a department's hours, else the town's first; None when the rulebook has none: always open."""
    return rulebook.hours.get(department.hours) or next(iter(rulebook.hours.values()), None)


def open_blocks(hours: OpenHours, rulebook: Rulebook, *, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the blocks in which we are open, in UTC, from the day before ``since``."""
    zone = rulebook.town.zone
    first = since.astimezone(zone).date() - timedelta(days=1)  # a block may run past midnight
    for day in (first + timedelta(days=n) for n in range(LOOK_AHEAD.days)):
        if not _open_on(day, hours):
            continue
        for start, end in hours.week.get(day.weekday(), ()):
            last = day if end > start else day + timedelta(days=1)
            yield (
                datetime.combine(day, start, zone).astimezone(UTC),
                datetime.combine(last, end, zone).astimezone(UTC),
            )


def _open_on(day: date, hours: OpenHours) -> bool:
    if day in hours.open:
        return True
    return day not in hours.closed and not any(day in _holidays(place, day.year) for place in hours.holidays)


@lru_cache(maxsize=32)
def _holidays(place: str, year: int) -> frozenset[date]:
    country, _, subdivision = place.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
