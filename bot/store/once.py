"""Inserts that do nothing where the row is there already: uniqueness is the database's business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.statement import Statement


class InsertOnce:
    """INSERT ... ON CONFLICT (what must be unique) DO NOTHING, for either database.

    Any other conflict is an error: a number given out twice must not pass for a row that was there.
    """

    def __init__(self, table: Table) -> None:
        once, keys = _unique(table), list(table.primary_key)
        self._statements = {
            "sqlite": Statement(sqlite.insert(table).on_conflict_do_nothing(index_elements=once).returning(*keys)),
            "postgresql": Statement(
                postgresql.insert(table).on_conflict_do_nothing(index_elements=once).returning(*keys)
            ),
        }

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """Insert one row; return the first column of its primary key, or None when it was there."""
        return self._statements[connection.dialect.name].scalar(connection, values)


def _unique(table: Table) -> Sequence[Column[Any]]:
    """Return what makes a row the same row: its unique constraint, or else its primary key."""
    constraints = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return list(constraints[0].columns if constraints else table.primary_key)
