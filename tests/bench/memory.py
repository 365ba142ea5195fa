"""How much memory the whole program takes: `balie run` with Slack, Telegram and Bluesky, each on its fake server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import Result
from tests.servers.bluesky import FakeBluesky
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, TEAM, Slack
from tests.servers.telegram import FakeTelegram

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
TOKEN, PASSWORD = "4242:canary", "app-word-of-the-town"
RULES = """
town: Veldwijk
catch_all: webcare
accounts:
  tg: {{channel: telegram, name: "@GemeenteBot", options: {{service: "{telegram}"}}}}
  bsky: {{channel: bluesky, name: "@gemeente.test", options: {{service: "{bluesky}", every: "0.5"}}}}
departments:
  webcare: {{name: Webcare, channels: {{slack: {team}/CWEBCARE, web: webcare}}}}
people:
  jk: {{name: Jan de Koning, identities: {{web: jan}}, mandates: [{{role: administrator}}]}}
"""
RUN = """
import sys
from handlers.desks.slack.desk import SlackDesk
SlackDesk.__init__.__kwdefaults__["base_url"] = sys.argv.pop()  # Slack has one address; here it is another
from handlers.cli import main
main()
"""
MESSAGES = 100


async def measure(folder: Path) -> tuple[float, float]:
    """Return RSS and PSS in MB, after messages from both networks became cards."""
    slack, telegram, bluesky = Slack(), FakeTelegram(), FakeBluesky()
    for server in (slack, telegram, bluesky):
        await server.start()
    slack.channel("CWEBCARE")
    telegram.join(TOKEN, "GemeenteBot")
    person, group = telegram.person(5_000_000_001, "Sanne", "sanne"), telegram.group(-1001, username="buurtpraat")
    town = bluesky.join("gemeente.test", PASSWORD)
    citizen = bluesky.join("inwoner.test", followers=42)
    rules = folder / "rules.yaml"
    rules.write_text(RULES.format(telegram=telegram.url, bluesky=bluesky.url, team=TEAM))
    balie = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, "run", slack.base_url, env=os.environ | _settings(folder, rules)
    )
    try:
        await _until(lambda: bool(slack._sockets))
        for number in range(MESSAGES // 2):
            bluesky.write(citizen, f"@gemeente.test Mijn kliko {number} is niet geleegd.", mentions=town)
            telegram.write(person, group, f"@GemeenteBot Wanneer is loket {number} open?")
        await _until(lambda: len(slack.cards("CWEBCARE")) >= 10)
        await asyncio.sleep(5)
        return _memory(balie.pid)
    finally:
        balie.send_signal(signal.SIGTERM)
        await balie.wait()
        for server in (slack, telegram, bluesky):
            await server.stop()


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        resident, shared_out = asyncio.run(measure(Path(folder)))
    yield Result(name="the whole process, RSS", value=resident, unit="MB", at_most=300)
    yield Result(name="the whole process, PSS", value=shared_out, unit="MB", at_most=300)


def _settings(folder: Path, rules: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "BALIE_DATA": str(folder / "data"),
        "BALIE_RULES": str(rules),
        "BALIE_ANSWERS": str(STARTER),
        "BALIE_PORT": str(port),
        "BALIE_SECRET": "canary-canary-canary-canary-canary",
        "BALIE_PASSWORD_TG": TOKEN,
        "BALIE_PASSWORD_BSKY": PASSWORD,
        "BALIE_SLACK_BOT_TOKEN": BOT_TOKEN,
        "BALIE_SLACK_APP_TOKEN": APP_TOKEN,
    }


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.2)


def _memory(pid: int) -> tuple[float, float]:
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    found = {name: int(size) / 1000 for name, size, *_ in lines}
    return found["Rss:"], found["Pss:"]
