"""A constant statement: compiled once, and on SQLite run by the driver itself, at a fraction of the price."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, TextClause, Update, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Clause = Select[*tuple[Any, ...]] | Insert | Update | Delete | TextClause
NONE: Values = {}


class Statement:
    """A row has attributes, indexes and ``_asdict()``, whatever the database.

    SQLAlchemy spends ten times what SQLite does on a statement by key. On SQLite it writes the statement and gives the
    conversions of its types, once; the driver does the rest. PostgreSQL costs a round trip anyway, and the errors and
    retries that belong to it are SQLAlchemy's.
    """

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self._ready: dict[tuple[object, ...], _Ready] = {}

    def all(self, connection: Connection, values: Values = NONE) -> Sequence[Any]:
        if connection.dialect.name != "sqlite":
            return connection.execute(self.clause, values or None).all()
        ready = self._for(connection.dialect, values)
        return ready.rows(ready.run(connection, values)[0])

    def first(self, connection: Connection, values: Values = NONE) -> Any | None:
        if connection.dialect.name != "sqlite":
            return connection.execute(self.clause, values or None).first()
        return next(iter(self.all(connection, values)), None)

    def one(self, connection: Connection, values: Values = NONE) -> Any:
        found = self.first(connection, values)
        assert found is not None  # noqa: S101
        return found

    def scalar(self, connection: Connection, values: Values = NONE) -> Any | None:
        """Return the first column of the first row; None without a row."""
        found = self.first(connection, values)
        return None if found is None else found[0]

    def run(self, connection: Connection, values: Values = NONE) -> int:
        """Return how many rows were touched."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.clause, values or None).rowcount
        return self._for(connection.dialect, values).run(connection, values)[1]

    def _for(self, dialect: Dialect, values: Values) -> _Ready:
        """Return the statement for the columns that are given."""
        names = tuple(values)
        ready = self._ready.get(names)
        if ready is None:
            ready = self._ready[names] = _Ready(self.clause, dialect, values)
        return ready


class _Ready:
    """A statement in SQLite's words, with the conversions of what goes in and comes out."""

    def __init__(self, clause: Clause, dialect: Dialect, values: Values) -> None:
        names = list(values) if clause.is_dml else None
        compiled = clause.compile(dialect=dialect, column_keys=names)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101
        self._compiled = compiled
        self._lists = [name for name, bound in compiled.binds.items() if bound.expanding and name in values]
        self._convert = {
            name: convert
            for name, bound in compiled.binds.items()
            if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self._defaults = {column.key: _default(column) for column in compiled.insert_prefetch}
        self._written: dict[tuple[int, ...], tuple[str, Sequence[tuple[str, Any]], Values]] = {}
        columns = () if isinstance(clause, TextClause) else clause.exported_columns
        self._row: Any = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]
        out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._out = [(place, convert) for place, convert in enumerate(out) if convert]

    def run(self, connection: Connection, values: Values) -> tuple[list[Any], int]:
        """Return the rows as they come, and how many were touched."""
        sql, into, fixed = self._for(values)
        given = {**fixed, **values}
        for name in self._lists:
            given |= {f"{name}_{place}": value for place, value in enumerate(values[name], start=1)}
        parameters = [given[name] if convert is None else convert(given[name]) for name, convert in into]
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101
        try:
            cursor = driver.execute(sql, parameters)
            return cursor.fetchall(), cursor.rowcount
        except sqlite3.Error as exc:
            base, dialect = sqlite3.Error, connection.dialect
            raise DBAPIError.instance(sql, None, exc, base, hide_parameters=True, dialect=dialect) from exc

    def _for(self, values: Values) -> tuple[str, Sequence[tuple[str, Any]], Values]:
        """Return the text for lists as long as these, what it takes in which order, and what is always the same."""
        lengths = tuple(len(values[name]) for name in self._lists)
        written = self._written.get(lengths)
        if written is None:
            state = self._compiled.construct_expanded_state(dict(values), escape_names=False)
            into = [(name, self._convert.get(name)) for name in state.positiontup or ()]
            fixed = {name: value for name, value in state.parameters.items() if name not in values}
            written = self._written[lengths] = state.statement, into, {**fixed, **self._defaults}
        return written

    def rows(self, raw: list[Any]) -> Sequence[Any]:
        if not self._out:
            return [self._row._make(each) for each in raw]
        return [self._row._make(self._converted(each)) for each in raw]

    def _converted(self, raw: Sequence[Any]) -> list[Any]:
        values = list(raw)
        for place, convert in self._out:
            values[place] = convert(values[place])
        return values


def _default(column: Any) -> Any:
    """Return what a column holds that was not given; nothing of ours depends on the moment."""
    default = column.default
    return default.arg if default.is_scalar else default.arg(None)


SAVE, UNDO = Statement(text("SAVEPOINT before")), Statement(text("ROLLBACK TO SAVEPOINT before"))


@contextmanager
def undone_when(connection: Connection, refused: type[Exception]) -> Iterator[None]:
    """Undo what the block wrote when it raises ``refused``; any other error ends the whole transaction."""
    SAVE.run(connection)
    try:
        yield
    except refused:
        UNDO.run(connection)
        raise
