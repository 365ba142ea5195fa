"""Office hours in the town's own time: when we are open and when an answer is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import hours
from knowledge.rulebook.values import Department, OpenHours, Rulebook, Topic, Town

HERE = ZoneInfo("Europe/Amsterdam")
OFFICE = Department(key="afval", name="Afval")
WEEKDAYS = OpenHours(key="office", week=dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(17)))))
ALWAYS = OpenHours(key="always", week=dict.fromkeys(range(7), ((time(0), time(0)),)), holidays=())
NIGHTS = OpenHours(key="nights", week=dict.fromkeys(range(7), ((time(22), time(6)),)), holidays=())


def town(opening: OpenHours | None, norm: timedelta = timedelta(hours=2)) -> Rulebook:
    return Rulebook(
        town=Town(name="Veldwijk"),
        catch_all="afval",
        departments={"afval": OFFICE},
        hours={opening.key: opening} if opening else {},
        norm=norm,
    )


def local(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE, fold=fold).astimezone(UTC)


def due(received: datetime, rulebook: Rulebook) -> datetime | None:
    return hours.due_at(received, rulebook, department=OFFICE, topic=None)


@pytest.mark.parametrize(
    ("received", "expected", "why"),
    [
        ("2026-11-23 09:30", "2026-11-23 11:30", "inside one block"),
        ("2026-11-23 11:30", "2026-11-23 14:30", "over the lunch break"),
        ("2026-11-23 12:30", "2026-11-23 15:00", "received in the lunch break"),
        ("2026-11-23 16:00", "2026-11-24 10:00", "over the night"),
        ("2026-11-27 16:30", "2026-11-30 10:30", "over the weekend"),
        ("2026-11-28 11:00", "2026-11-30 11:00", "received on Saturday"),
        ("2026-11-23 10:00", "2026-11-23 12:00", "due at the very end of a block"),
        ("2026-12-24 16:00", "2026-12-28 10:00", "over Christmas, both days, and a weekend"),
        ("2027-04-27 10:00", "2027-04-28 11:00", "received on King's Day"),
    ],
)
def test_the_norm_counts_only_while_the_office_is_open(received: str, expected: str, why: str) -> None:
    assert due(local(received), town(WEEKDAYS)) == local(expected), why


def test_without_hours_the_norm_counts_around_the_clock() -> None:
    assert due(local("2026-11-28 23:00"), town(None)) == local("2026-11-29 01:00")


def test_a_day_of_our_own_is_closed_and_a_holiday_can_be_open() -> None:
    closed = replace(WEEKDAYS, closed=(date(2026, 11, 23),))
    assert due(local("2026-11-23 10:00"), town(closed)) == local("2026-11-24 11:00")
    opened = replace(WEEKDAYS, open=(date(2027, 4, 27),))
    assert due(local("2027-04-27 10:00"), town(opened)) == local("2027-04-27 12:00")


def test_holidays_count_only_where_the_rulebook_names_them() -> None:
    assert due(local("2027-04-27 10:00"), town(replace(WEEKDAYS, holidays=()))) == local("2027-04-27 12:00")


def test_a_topic_goes_before_its_department_and_that_before_the_town() -> None:
    topic = Topic(key="brand", name="Brand", department="afval", norm=timedelta(minutes=15))
    quick = replace(OFFICE, norm=timedelta(minutes=30))
    received, rulebook = local("2026-11-23 10:00"), town(WEEKDAYS)
    assert hours.due_at(received, rulebook, department=quick, topic=topic) == received + timedelta(minutes=15)
    assert hours.due_at(received, rulebook, department=quick, topic=None) == received + timedelta(minutes=30)


def test_a_department_may_have_hours_of_its_own() -> None:
    rulebook = replace(town(WEEKDAYS), hours={"office": WEEKDAYS, "always": ALWAYS})
    night = local("2026-11-28 03:00")
    assert not hours.is_open(night, rulebook, OFFICE)
    assert hours.is_open(night, rulebook, replace(OFFICE, hours="always"))


def test_an_office_that_is_never_open_makes_nothing_due() -> None:
    assert due(local("2026-11-23 10:00"), town(OpenHours(key="never", week={}))) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 21:59", False),
        ("2026-11-23 22:00", True),
        ("2026-11-24 00:30", True),
        ("2026-11-24 05:59", True),
        ("2026-11-24 06:00", False),
    ],
)
def test_a_block_runs_past_midnight(moment: str, expected: bool) -> None:
    assert hours.is_open(local(moment), town(NIGHTS), OFFICE) is expected


def test_the_evening_before_a_closed_day_still_runs_into_its_night() -> None:
    closed = replace(NIGHTS, closed=(date(2026, 11, 24),))
    assert hours.is_open(local("2026-11-24 03:00"), town(closed), OFFICE)
    assert not hours.is_open(local("2026-11-24 23:00"), town(closed), OFFICE)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        # 02:30 does not exist: the night of 28 March 2027 has seven hours between 22:00 and 06:00
        ("2027-03-27 23:00", "2027-03-28 06:00"),
        # 02:30 comes twice: the night of 25 October 2026 has nine
        ("2026-10-24 23:00", "2026-10-25 04:00"),
    ],
)
def test_the_nights_of_summer_and_winter_time_count_real_hours(received: str, expected: str) -> None:
    begun = local(received)
    assert due(begun, town(NIGHTS, norm=timedelta(hours=6))) == begun + timedelta(hours=6) == local(expected)


def test_an_opening_time_that_does_not_exist_is_an_hour_later_on_the_clock() -> None:
    gap = OpenHours(key="gap", week={6: ((time(2, 30), time(5)),)}, holidays=())
    first = next(block for block in hours.open_blocks(gap, town(gap), since=local("2027-03-28 00:00")))
    assert first == (local("2027-03-28 03:30"), local("2027-03-28 05:00"))


def test_the_second_of_two_half_past_twos_is_an_hour_after_the_first() -> None:
    once, twice = local("2026-10-25 02:30"), local("2026-10-25 02:30", fold=1)
    rulebook = town(ALWAYS)
    assert due(twice, rulebook) - due(once, rulebook) == timedelta(hours=1)  # type: ignore[operator]


MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC))  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(MOMENTS, some.sampled_from([WEEKDAYS, NIGHTS, ALWAYS]), some.integers(1, 600))
def test_from_now_to_due_the_office_is_open_for_exactly_the_norm(
    moment: datetime, opening: OpenHours, norm: int
) -> None:
    rulebook = town(opening, norm=timedelta(minutes=norm))
    end = due(moment, rulebook)
    assert end
    opened = timedelta()
    for start, stop in hours.open_blocks(opening, rulebook, since=moment):
        if start >= end:
            break
        opened += max(timedelta(), min(stop, end) - max(start, moment))
    assert opened == timedelta(minutes=norm)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, some.integers(0, 72 * 60))
def test_who_writes_later_is_never_due_earlier(moment: datetime, minutes: int) -> None:
    rulebook = town(WEEKDAYS)
    first, second = due(moment, rulebook), due(moment + timedelta(minutes=minutes), rulebook)
    assert first
    assert second
    assert first <= second


@pytest.mark.parametrize(
    ("opening", "now", "expected"),
    [
        (WEEKDAYS, "2026-11-23T09:30", "2026-11-23T17:00"),  # not at the lunch break
        (WEEKDAYS, "2026-11-23T12:30", "2026-11-23T17:00"),
        (WEEKDAYS, "2026-11-23T17:00", "2026-11-24T17:00"),
        (WEEKDAYS, "2026-11-20T18:00", "2026-11-23T17:00"),  # over the weekend
        (NIGHTS, "2026-11-23T23:00", "2026-11-24T06:00"),
        (ALWAYS, "2026-11-23T23:00", None),
        (None, "2026-11-23T23:00", None),
    ],
)
def test_the_office_closes_at_the_end_of_its_day(opening: OpenHours | None, now: str, expected: str | None) -> None:
    assert hours.closes(local(now), town(opening), OFFICE) == (local(expected) if expected else None)
