"""From a post on the real network to the answer under it, through the desk in a real browser."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from atproto import models
from playwright.async_api import Page, async_playwright, expect

from tests.peers.bluesky.network import Network
from tests.peers.bluesky.stage import RealBlueskyStage

pytestmark = [pytest.mark.peer("bluesky"), pytest.mark.peer("chromium"), pytest.mark.timeout(300)]

RULES = """
town: Veldwijk
catch_all: webcare
hold: 1s
accounts:
  bsky: {{channel: bluesky, name: "@{handle}", options: {{service: "{pds}", every: "0.3"}}}}
departments:
  webcare: {{name: Webcare, channels: {{web: webcare}}}}
  afval: {{name: Afval, channels: {{web: afval}}}}
topics:
  container: {{name: Containers, department: afval, words: [kliko, container]}}
people:
  jan: {{name: Jan de Koning, identities: {{web: jan}}, mandates: [{{role: approver}}, {{role: coordinator}}]}}
"""
ARRIVES = 20_000  # milliseconds
Peer = Callable[[str], Path]


DIES_AFTER_POSTING = "tests.peers.bluesky.dies_after_posting"


@dataclass
class Town:
    """A running `balie run`, the town's account and a citizen."""

    address: str
    environment: dict[str, str]
    stage: RealBlueskyStage
    program: subprocess.Popen[bytes] | None = None

    async def start(self, module: str = "handlers.cli") -> None:
        self.program = subprocess.Popen([sys.executable, "-m", module, "run"], env=self.environment)
        await _listening(self.address)

    def stop(self) -> int:
        """Ask the program to stop; return its exit code."""
        assert self.program
        self.program.terminate()
        return self.program.wait(15)

    def balie(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "handlers.cli", *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    async def answers_under(self, uri: str) -> list[models.AppBskyFeedDefs.PostView]:
        """Return what the town's account says under a post, as the citizen's own client sees it."""
        self.stage.network.catch_up()
        found = await self.stage.citizen.client.get_post_thread(uri)
        replies = getattr(found.thread, "replies", None) or []
        return [reply.post for reply in replies if reply.post.author.did == self.stage.town.did]


@pytest.fixture
async def stage(network: Network) -> AsyncIterator[RealBlueskyStage]:
    async with RealBlueskyStage(network) as stage:
        yield stage


@pytest.fixture
async def town(stage: RealBlueskyStage, tmp_path: Path) -> AsyncIterator[Town]:
    rules = tmp_path / "routing_rules.yaml"
    rules.write_text(RULES.format(handle=stage.town.handle, pds=stage.network.pds), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "BALIE_DATA": str(tmp_path / "data"),
        "BALIE_RULES": str(rules),
        "BALIE_PORT": str(port),
        "BALIE_PASSWORD_BSKY": stage.password,
    }
    running = Town(address=f"http://127.0.0.1:{port}", environment=environment, stage=stage)
    yield running
    if running.program and running.program.poll() is None:
        running.program.kill()
        running.program.wait()


async def _listening(address: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(200):
            try:
                if (await client.get(f"{address}/livez")).status_code == 200:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
    raise AssertionError("balie run did not listen within 20 seconds")


@asynccontextmanager
async def signed_in(town: Town, chromium: Path) -> AsyncIterator[Page]:
    """Open the desk in a browser, signed in by a one-time link."""
    link = town.balie("invite", "jan").split()[-1]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(link)
        await page.get_by_role("button").first.click()
        yield page
        await browser.close()


async def answer(desk: Page, asked: str, text: str) -> None:
    """Do what a civil servant does: open the card, write, look, place."""
    card = desk.locator("article", has_text=asked).first
    await expect(card).to_be_visible(timeout=ARRIVES)
    await expect(card).to_contain_text("openbaar op Bluesky")
    await expect(card).to_contain_text("Afval (kliko)")
    await card.get_by_role("button", name="Beantwoorden").click()
    await desk.get_by_label("Je antwoord").fill(text)
    await desk.get_by_role("button", name="Bekijk").click()
    await desk.get_by_role("button", name="Plaatsen").click()


async def test_a_post_on_bluesky_is_answered_from_the_desk_exactly_once(town: Town, peer: Peer) -> None:
    await town.start()
    uri = await town.stage.write("mijn kliko is niet geleegd, wanneer komen jullie?")
    async with signed_in(town, peer("chromium")) as desk:
        await answer(desk, "mijn kliko is niet geleegd", "Wij komen morgen langs.")
        await expect(desk.locator("article", has_text="Beantwoord ·").first).to_be_visible(timeout=ARRIVES)
        answers = await town.answers_under(uri)
        assert [one.record.text for one in answers] == ["Wij komen morgen langs. ^JK"]

        again = await town.stage.write("Hoe laat ongeveer?", under=answers[0].uri)
        fresh = desk.locator("article", has_text="Hoe laat ongeveer?").first
        await expect(fresh).to_contain_text("Open · reageert opnieuw", timeout=ARRIVES)

        await town.stage.delete(again)
        withdrawn = desk.locator("article", has_text="Verwijderd door de afzender").first
        await expect(withdrawn).to_be_visible(timeout=60_000)
    assert len(await town.answers_under(uri)) == 1
    assert town.stop() == 0


async def test_a_program_that_dies_after_posting_and_before_noting_it_posts_once(town: Town, peer: Peer) -> None:
    await town.start(DIES_AFTER_POSTING)
    uri = await town.stage.write("mijn kliko stinkt")
    async with signed_in(town, peer("chromium")) as desk:
        await answer(desk, "mijn kliko stinkt", "Vervelend! Wij komen langs.")
        assert town.program
        assert await asyncio.to_thread(town.program.wait, 30) == -signal.SIGKILL
    assert len(await town.answers_under(uri)) == 1

    await town.start()
    async with signed_in(town, peer("chromium")) as desk:
        await expect(desk.locator("article", has_text="Beantwoord ·").first).to_be_visible(timeout=ARRIVES)
    assert [one.record.text for one in await town.answers_under(uri)] == ["Vervelend! Wij komen langs. ^JK"]
