"""The program with Slack and Telegram, asked to stop while it is busy with both: gone in time, nothing lost or twice.

It reaches the fake platforms under their real names, through the proxy of a town hall.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

import pytest

from tests.contract.telegram import TOKEN
from tests.servers.faults import Fault
from tests.servers.municipal import Municipal
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, Slack, text_of
from tests.servers.telegram import FakeTelegram

pytestmark = pytest.mark.timeout(240)
PATIENCE = 60.0  # seconds; a busy machine takes long to start
TEAM, CHANNEL = "T0123456", "C0123456"
RULES = f"""
town: Veldwijk
catch_all: webcare
accounts:
  tg: {{channel: telegram, name: "@GemeenteBot", options: {{service: "https://telegram.veldwijk.test"}}}}
departments:
  webcare: {{name: Webcare, channels: {{slack: {TEAM}/{CHANNEL}}}}}
people:
  jk: {{name: Jan de Koning, identities: {{slack: {TEAM}/U0123456}}, mandates: [{{role: approver}}]}}
"""


@dataclass
class Hall:
    """The program's surroundings."""

    folder: Path
    slack: Slack
    telegram: FakeTelegram
    network: Municipal
    process: asyncio.subprocess.Process | None = None
    written: list[str] = field(default_factory=list)

    async def start(self) -> None:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
        with closing(socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "BALIE_DATA": str(self.folder / "data"),
            "BALIE_RULES": str(self.folder / "rules.yaml"),
            "BALIE_PORT": str(port),
            "BALIE_PROXY": self.network.proxy,
            "BALIE_CA": str(self.network.ca),
            "BALIE_SLACK_BOT_TOKEN": BOT_TOKEN,
            "BALIE_SLACK_APP_TOKEN": APP_TOKEN,
            "BALIE_PASSWORD_TG": TOKEN,
            "BALIE_LOG": "error",
        }
        before, command = self.slack.hello, [sys.executable, "-m", "handlers.cli", "run"]
        self.process = await asyncio.create_subprocess_exec(
            *command, env=mine | settings, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(PATIENCE):
            while self.slack.hello == before:
                assert self.process.returncode is None, "the program ended by itself"
                await asyncio.sleep(0.05)

    async def stop(self) -> float:
        """Ask it to stop; return after how many seconds it was gone."""
        assert self.process
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(self.process.wait(), 20) == 0
        return time.monotonic() - asked

    def write(self, text: str) -> None:
        number = 5_000_000_001 + len(self.written)
        person = self.telegram.person(number, f"Burger {number}")
        self.telegram.write(person, self.telegram.private(person), text)
        self.written.append(text)

    def cards(self) -> Counter[str]:
        """Count for each message the cards that stand for it: a private one shows no text, so they are all alike."""
        return Counter(card["metadata"]["event_payload"]["conversation"] for card in self.slack.cards(CHANNEL))

    async def until_shown(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.cards()) < number:
                await asyncio.sleep(0.1)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    (tmp_path / "rules.yaml").write_text(RULES)
    slack, telegram = Slack(), FakeTelegram()
    slack.team, slack.socket_url = TEAM, "wss://slack.com/socket"
    slack.channel(CHANNEL)
    await slack.start()
    await telegram.start()
    telegram.join(TOKEN, "GemeenteBot")
    ports = {"slack.com": slack.port, "telegram.veldwijk.test": int(telegram.url.rsplit(":", 1)[1])}
    async with Municipal(tmp_path, ports) as network:
        built = Hall(tmp_path, slack, telegram, network)
        yield built
        if built.process and built.process.returncode is None:
            built.process.kill()
            await built.process.wait()
    await telegram.stop()
    await slack.stop()


async def test_asked_to_stop_while_both_are_busy_it_is_gone_in_time_and_nothing_is_lost_or_twice(hall: Hall) -> None:
    for life in range(2):
        await hall.start()
        for number in range(2):
            hall.write(f"Kliko {life}.{number}")
        await asyncio.sleep(0.3 * life)
        assert await hall.stop() < 10
        hall.write(f"Geschreven toen Balie uit stond {life}")
    await hall.start()
    await hall.until_shown(len(hall.written))
    await asyncio.sleep(1)
    assert await hall.stop() < 10
    assert set(hall.cards().values()) == {1}
    assert len(hall.cards()) == len(hall.written)


async def test_a_slack_that_does_not_answer_keeps_nobody_from_stopping(hall: Hall) -> None:
    await hall.start()
    hall.slack.faults["chat.postMessage"] += [Fault.SILENT_AFTER] * 3
    hall.write("Kliko")
    async with asyncio.timeout(PATIENCE):
        while not any(method == "chat.postMessage" for method, _ in hall.slack.calls):
            await asyncio.sleep(0.05)
    assert await hall.stop() < 10
    hall.slack.faults.clear()
    await hall.start()
    await hall.until_shown(1)
    assert await hall.stop() < 10
    assert "Nieuw" in text_of(hall.slack.cards(CHANNEL)[0])
