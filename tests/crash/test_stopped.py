"""The program itself, asked to stop or killed while it works: it is gone in time, and goes on where it was."""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.conversation import Action
from bot.front_office import FrontOffice
from bot.model import Decision, Done
from bot.rules import Rules
from bot.store import Store, open_store
from handlers.loading import load
from handlers.web.square import Square
from handlers.web.square_store import SquareStore
from knowledge.rulebook.values import DeskIdentity
from tests.contract.stage import KeptInMemory
from tests.flow.conftest import a_click

MESSAGES = 5
PATIENCE = 60.0  # seconds; a busy machine takes long to start
TOWN = "@gemeentekleindorp"
JAN = DeskIdentity(desk="web", workspace="", user="jan")


class Town:
    """A small town whose citizens wrote before Balie was started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sample = files("knowledge").joinpath("rulebook/samples/small_town.yaml").read_text()
        (folder / "rules.yaml").write_text(sample.replace("norm: 2h ", "hold: 1s\nnorm: 2h "))
        with closing(SquareStore(folder / "plein.square.db")) as square:
            for number in range(MESSAGES):
                handle = f"@burger{number}"
                text = f"{TOWN} mijn kliko is niet geleegd ({number})"
                square.write(text, handle=handle, name=handle, at=datetime.now(UTC), town_handle=TOWN)
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self.settings: dict[str, str] = {}

    def start(self) -> None:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
        balie = {"BALIE_DATA": str(self.folder), "BALIE_RULES": str(self.folder / "rules.yaml"), "BALIE_LOG": "error"}
        command = [sys.executable, "-m", "handlers.cli", "run", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=mine | balie | self.settings, stdout=subprocess.DEVNULL)

    def wait_until_it_serves(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < give_up
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as asked:
                    asked.request("GET", "/livez")
                    if asked.getresponse().status == 200:
                        return
            except OSError:
                time.sleep(0.05)

    def stop(self, how: signal.Signals) -> tuple[int, float]:
        """Return with what it ended, and after how many seconds."""
        assert self.process
        asked = time.monotonic()
        self.process.send_signal(how)
        ended = self.process.wait(timeout=20)
        return ended, time.monotonic() - asked

    def count(self, file: str, question: str) -> int:
        try:
            with closing(sqlite3.connect(self.folder / file, timeout=10)) as connection:
                return int(connection.execute(question).fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # not there yet

    def wait_for(self, file: str, question: str, number: int) -> None:
        give_up = time.monotonic() + PATIENCE
        while self.count(file, question) < number:
            assert time.monotonic() < give_up, f"waited for {number} of: {question}"
            assert self.process
            assert self.process.poll() is None, "the program ended by itself"
            time.sleep(0.05)

    def open(self) -> Store:
        return open_store(self.folder / "balie.db", server=False)

    async def place_everything(self) -> None:
        """Somebody places an answer to every message, while the server runs."""
        clock, rulebook = SystemClock(), load(self.folder / "rules.yaml", clock=SystemClock())
        rules = Rules(rulebook.rulebook, rulebook.advisor)
        account = rules.rulebook.accounts["plein"]
        square = Square(account, path=":memory:", memory=KeptInMemory(), clock=clock, public_url="https://x.example")
        store = self.open()
        office = FrontOffice(store, rules, {"plein": square}, clock)
        for card in await office.cards("gemeente", JAN):
            answer = await office.decide(
                Decision(
                    click=a_click(),
                    by=JAN,
                    conversation_id=card.conversation_id,
                    action=Action.APPROVE,
                    seen_version=card.version,
                    seen=card.seen,
                    text=f"Wij komen morgen langs, nummer {card.conversation_id}.",
                )
            )
            assert isinstance(answer, Done), answer
        store.close()
        await square.aclose()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["asked to stop", "killed"])
def test_stopped_at_any_moment_nothing_is_lost_and_nothing_stands_there_twice(town: Town, how: signal.Signals) -> None:
    dice = random.Random(34)
    town.start()
    town.wait_for("balie.db", "SELECT count(*) FROM conversation", MESSAGES)
    asyncio.run(town.place_everything())
    for _ in range(2):
        time.sleep(dice.uniform(0.2, 1.5))
        ended, after = town.stop(how)
        assert after < 10
        assert ended == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        town.start()
        town.wait_until_it_serves()
    town.wait_for("balie.db", "SELECT count(*) FROM conversation WHERE state = 'answered'", MESSAGES)
    town.stop(signal.SIGTERM)

    with closing(sqlite3.connect(town.folder / "plein.square.db")) as square:
        answers = Counter(text.split(" ", 1)[1] for (text,) in square.execute("SELECT text FROM post WHERE town"))
    assert answers == {f"Wij komen morgen langs, nummer {number}. ^JK": 1 for number in range(1, MESSAGES + 1)}
    assert town.count("balie.db", "SELECT count(*) FROM mention") == MESSAGES


@pytest.mark.timeout(300)
def test_a_second_program_on_the_same_data_is_refused_and_the_first_goes_on(town: Town) -> None:
    town.start()
    town.wait_for("balie.db", "SELECT count(*) FROM conversation", MESSAGES)
    town.wait_until_it_serves()
    first, own_port = town.process, town.port
    town.port = 0
    town.start()
    assert town.process
    assert town.process.wait(timeout=PATIENCE) == 1
    town.process, town.port = first, own_port
    town.wait_until_it_serves()
    assert town.stop(signal.SIGTERM)[0] == 0
