"""A dialog offers moments at which somebody works."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.moments import moments

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-18 10:07", ["18 11:00", "18 12:00", "18 16:00", "19 09:00"]),
        ("2026-11-19 14:31", ["19 15:30", "19 16:30", "20 09:00"]),
        ("2026-11-20 14:31", ["20 15:30", "20 16:30", "23 09:00"]),  # a Friday
        ("2026-11-21 14:31", ["21 15:30", "21 16:30", "23 09:00"]),
        ("2026-11-22 23:10", ["23 00:00", "23 01:00", "23 09:00"]),
    ],
)
def test_the_next_morning_is_one_of_a_working_day(now: str, offered: list[str]) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=AMSTERDAM)
    assert [f"{moment.astimezone(AMSTERDAM):%d %H:%M}" for moment in moments(local)] == offered
