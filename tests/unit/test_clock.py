"""The domain clock jumps and runs faster; waiting times are always real seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ShiftedClock, SystemClock, real_now

NOON = datetime(2027, 3, 28, 12, tzinfo=UTC)


def test_a_standing_clock_moves_only_when_told() -> None:
    clock = ShiftedClock(start=NOON, speed=0)
    assert clock.now() == NOON
    clock.forward(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)


def test_on_a_standing_clock_the_future_never_comes_and_the_past_is_now() -> None:
    clock = ShiftedClock(start=NOON, speed=0)
    assert clock.until(NOON + timedelta(seconds=1)) == float("inf")
    assert clock.until(NOON) == 0


def test_at_sixty_times_the_speed_a_minute_is_a_second_away() -> None:
    clock = ShiftedClock(start=NOON, speed=60)
    assert clock.until(clock.now() + timedelta(minutes=1)) == pytest.approx(1, abs=0.1)


def test_a_change_of_speed_does_not_jump() -> None:
    clock = ShiftedClock(start=NOON, speed=0)
    clock.run_at(60)
    assert clock.now() - NOON < timedelta(seconds=5)


def test_the_clock_of_the_machine_is_aware_and_in_utc() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.until(real_now() - timedelta(hours=1)) == 0
    assert clock.until(real_now() + timedelta(minutes=1)) == pytest.approx(60, abs=1)
