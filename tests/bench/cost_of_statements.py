"""What a statement costs as a module constant and rebuilt per call: `python -m tests.bench.cost_of_statements`."""

from __future__ import annotations

import timeit

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, create_engine, select

ROWS = Table(
    "reply",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("state", String),
    Column("account", String),
    Column("text", String),
)
CONSTANT = select(ROWS.c.id, ROWS.c.text).where(ROWS.c.id == bindparam("id"), ROWS.c.state == bindparam("state"))
CALLS = 20_000


def main() -> None:
    """Print microseconds per call, best of five."""
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

        for call in (constant, rebuilt, driver):
            best = min(timeit.repeat(call, number=CALLS, repeat=5)) / CALLS
            print(f"{call.__name__:9} {best * 1e6:6.1f} us")


if __name__ == "__main__":
    main()
