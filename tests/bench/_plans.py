"""How SQLite will go about a statement, in its own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler

from bot.store.statement import Statement


def plan(connection: Connection, statement: Any) -> str:
    """Return what EXPLAIN QUERY PLAN says, on one line."""
    clause = statement.clause if isinstance(statement, Statement) else statement
    compiled = clause.compile(dialect=connection.dialect)
    assert isinstance(compiled, SQLCompiler)
    values = {name: [1] if bound.expanding else None for name, bound in compiled.binds.items() if bound.required}
    state = compiled.construct_expanded_state(values)
    parameters = [None] * len(state.positiontup or ())
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {state.statement}", tuple(parameters)).all()
    return "; ".join(str(row[3]) for row in rows)
