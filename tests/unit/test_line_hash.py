"""The hash of a line in the account covers the whole line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store.audit import COLUMNS, line_hash

LINE: dict[str, Any] = {
    "conversation_id": 1,
    "seq": 2,
    "at": datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
    "action": "approve",
    "object": "conversation 1",
    "result": "ok",
    "origin": "web:",
    "actor": "jan",
    "details": {"entry": "kliko"},
    "previous": "abc",
}
OTHER: dict[str, Any] = {
    "conversation_id": 2,
    "seq": 3,
    "at": datetime(2026, 11, 23, 13, 1, tzinfo=UTC),
    "details": {"entry": "glasbak"},
}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_part_of_a_line_can_change_unseen(column: str) -> None:
    changed = LINE | {column: OTHER.get(column, "something else")}
    assert line_hash(changed) != line_hash(LINE)


def test_every_column_has_its_own_place() -> None:
    assert line_hash(LINE | {"actor": "ok", "result": "jan"}) != line_hash(LINE)
    assert set(LINE) == {*COLUMNS, "previous"}
