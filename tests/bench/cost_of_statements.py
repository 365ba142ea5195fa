"""What a statement costs as a module constant and rebuilt per call."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, create_engine, select

from tests.bench import Result, in_turns, ratio

ROWS = Table(
    "reply",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("state", String),
    Column("account", String),
    Column("text", String),
)
CONSTANT = select(ROWS.c.id, ROWS.c.text).where(ROWS.c.id == bindparam("id"), ROWS.c.state == bindparam("state"))
CALLS = 5_000


def microseconds(call: Callable[[], object]) -> float:
    return timeit.timeit(call, number=CALLS) / CALLS * 1e6


def results() -> Iterator[Result]:
    with create_engine("sqlite://").connect() as connection:
        ROWS.create(connection)
        connection.execute(ROWS.insert(), {"id": 1, "state": "waiting", "account": "plein", "text": "Dank u."})
        raw = connection.connection.cursor()

        def constant() -> None:
            connection.execute(CONSTANT, {"id": 1, "state": "waiting"}).one()

        def rebuilt() -> None:
            statement = select(ROWS.c.id, ROWS.c.text).where(ROWS.c.id == 1, ROWS.c.state == "waiting")
            connection.execute(statement).one()

        def driver() -> None:
            raw.execute("SELECT id, text FROM reply WHERE id = ? AND state = ?", (1, "waiting")).fetchone()

        calls = {"constant": constant, "rebuilt": rebuilt, "driver": driver}
        took = in_turns({name: lambda call=call: microseconds(call) for name, call in calls.items()})
    for name, times in took.items():
        yield Result(name=name, value=median(times), unit="us")
    against = "a module constant"
    yield Result(name="rebuilt per call", value=ratio(took["rebuilt"], took["constant"]), unit="x", against=against)
