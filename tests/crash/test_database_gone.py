"""The database falls over while the program works: it says so, and goes on by itself; nothing stands there twice."""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from bot.store.postgresql import SharedStore, open_postgresql
from handlers.web.square_store import SquareStore
from tests.crash.test_stopped import MESSAGES, TOWN, Town
from tests.flow.conftest import POSTGRESQL
from tests.peers.postgresql import Cluster, running

pytestmark = [*POSTGRESQL, pytest.mark.timeout(240)]
PATIENCE = 60.0  # seconds


class SharedTown(Town):
    """The small town on PostgreSQL."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(folder)
        self.cluster = cluster
        self.settings = {"BALIE_DATABASE": cluster.url(), "BALIE_SECRET": "s" * 32}

    def open(self) -> SharedStore:
        return open_postgresql(self.cluster.url())

    def asked(self, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as asked:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()

    def until(self, holds: Callable[[], bool], what: str) -> None:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with suppress(OSError, psycopg.Error):
                if holds():
                    return
            time.sleep(0.1)
        raise AssertionError(what)

    def counted(self, question: str) -> int:
        with psycopg.connect(self.cluster.url()) as connection:
            row = connection.execute(question.encode()).fetchone()
        assert row
        return int(row[0])

    def answers(self) -> Counter[str]:
        with closing(SquareStore(self.folder / "plein.square.db")) as square:
            posts = [post for thread in square.threads(limit=100) for post in thread if post.town]
        return Counter(post.text.split(" ", 1)[1] for post in posts)


@pytest.fixture
def town(peer: Callable[[str], Path], tmp_path: Path) -> Iterator[SharedTown]:
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)  # its user is not ours
    with running(peer("postgresql"), folder / "cluster", durable=True) as cluster:
        made = SharedTown(tmp_path, cluster)
        yield made
        if made.process and made.process.poll() is None:
            made.process.kill()
            made.process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def test_while_the_database_is_gone_it_says_so_and_then_it_goes_on(town: SharedTown) -> None:
    town.start()
    town.until(lambda: town.asked("/readyz")[0] == 200, "it never became ready")
    town.until(lambda: town.counted("SELECT count(*) FROM conversation") == MESSAGES, "not taken in")
    asyncio.run(town.place_everything())

    town.cluster.stop("immediate")
    begun = time.monotonic()
    town.until(lambda: town.asked("/readyz")[0] == 503, "it did not say that the database is gone")
    assert time.monotonic() - begun < 10
    assert json.loads(town.asked("/readyz")[1]) == {
        "ready": False,
        "wrong": {"store": "the database does not answer"},
    }
    assert town.asked("/livez")[0] == 200
    with closing(SquareStore(town.folder / "plein.square.db")) as square:
        text = f"{TOWN} mijn kliko is nog niet geleegd"
        square.write(text, handle="@laat", name="@laat", at=datetime.now(UTC), town_handle=TOWN)
    time.sleep(2)

    town.cluster.start()
    town.until(lambda: town.asked("/readyz")[0] == 200, "it did not come back")
    answered = "SELECT count(*) FROM conversation WHERE state = 'answered'"
    town.until(lambda: town.counted(answered) == MESSAGES, "the answers did not go out")
    town.until(lambda: town.counted("SELECT count(*) FROM mention") == MESSAGES + 1, "a message was lost")
    time.sleep(2)
    assert town.answers() == {f"Wij komen morgen langs, nummer {number}. ^JK": 1 for number in range(1, MESSAGES + 1)}
    assert town.stop(signal.SIGTERM)[0] == 0
