"""A statement that the driver runs says the same as one that SQLAlchemy runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store import open_store, tables
from bot.store.statement import Statement, undone_when

t = tables.job
NOW = datetime(2026, 11, 23, 13, 0, 0, 5, tzinfo=UTC)
JOB: dict[str, Any] = {"kind": "say", "subject": "1", "run_at": NOW, "payload": {"sentence": ["é", None]}}
INSERT = Statement(insert(t))
ALL = Statement(select(t).order_by(t.c.id))
SOME = Statement(select(t.c.subject).where(t.c.subject.in_(bindparam("subjects", expanding=True))).order_by(t.c.id))
CHANGE = Statement(update(t).where(t.c.id == bindparam("which")))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(path).close()
    return path


@pytest.fixture
def connection(empty: Path, tmp_path: Path) -> Iterator[Connection]:
    path = tmp_path / "balie.db"
    shutil.copy(empty, path)
    store = open_store(path)
    with store._writer.begin() as opened:
        yield opened
    store.close()


def test_it_stores_and_gives_what_sqlalchemy_stores_and_gives(connection: Connection) -> None:
    INSERT.run(connection, JOB)
    connection.execute(INSERT.clause, {**JOB, "subject": "2"})
    ours = [row._asdict() for row in ALL.all(connection)]
    assert ours == [row._asdict() for row in connection.execute(ALL.clause)]
    assert {**ours[0], "id": 2, "subject": "2"} == ours[1]
    assert ours[0]["run_at"] == NOW


def test_a_column_that_is_not_given_has_the_tables_default(connection: Connection) -> None:
    INSERT.run(connection, {"kind": "say", "subject": "1", "run_at": NOW})
    row = ALL.one(connection)
    assert (row.lane, row.urgency, row.taken_until, row.payload) == ("", 1, None, {})


@pytest.mark.parametrize("subjects", [[], ["2"], ["1", "3"], ["3", "2", "1"]])
def test_a_list_may_be_of_any_length(connection: Connection, subjects: list[str]) -> None:
    for subject in "123":
        INSERT.run(connection, {**JOB, "subject": subject})
    assert [row.subject for row in SOME.all(connection, {"subjects": subjects})] == sorted(subjects)


def test_it_says_how_many_rows_it_touched(connection: Connection) -> None:
    INSERT.run(connection, JOB)
    assert CHANGE.run(connection, {"which": 1, "lane": "post:plein"}) == 1
    assert CHANGE.run(connection, {"which": 2, "lane": "post:plein", "urgency": 0}) == 0
    assert ALL.one(connection).lane == "post:plein"


def test_no_row_is_none_and_a_count_of_none_is_nought(connection: Connection) -> None:
    assert ALL.first(connection) is None
    assert Statement(select(func.count()).select_from(t)).scalar(connection) == 0


def test_an_error_is_sqlalchemys_and_quotes_nobody(connection: Connection) -> None:
    INSERT.run(connection, JOB)
    with pytest.raises(IntegrityError) as refused:
        INSERT.run(connection, {**JOB, "payload": {"text": "mijn geheim"}})
    assert "geheim" not in str(refused.value)


def test_a_refusal_undoes_only_its_own_block(connection: Connection) -> None:
    def decide(subject: str, *, refused: bool) -> None:
        with undone_when(connection, LookupError):
            INSERT.run(connection, {**JOB, "subject": subject})
            if refused:
                raise LookupError

    decide("1", refused=False)
    with pytest.raises(LookupError):
        decide("2", refused=True)
    decide("3", refused=False)
    assert [row.subject for row in ALL.all(connection)] == ["1", "3"]
