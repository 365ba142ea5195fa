"""The queries of every click and every message find their rows by an index, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.store import open_store
from tests.bench._plans import plan
from tests.bench.million import QUERIES


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    store = open_store(tmp_path_factory.mktemp("store") / "balie.db")
    with store._reader.begin() as opened:
        yield opened
    store.close()


@pytest.mark.parametrize(("statement", "_"), QUERIES.values(), ids=QUERIES)
def test_it_uses_its_index(statement: Any, _: object, connection: Connection) -> None:
    found = plan(connection, statement)
    assert "SEARCH" in found
    assert "SCAN" not in found
