"""Inserts that do nothing where the row is there already: uniqueness is the database's business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


class InsertOnce:
    """INSERT ... ON CONFLICT DO NOTHING, for either database."""

    def __init__(self, table: Table) -> None:
        keys = list(table.primary_key)
        self._statements = {
            "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(*keys),
            "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(*keys),
        }

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """Insert one row; return the first column of its primary key, or None when it was there."""
        row = connection.execute(self._statements[connection.dialect.name], values).first()
        return row[0] if row else None
