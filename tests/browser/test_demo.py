"""`make demo`: the real command, its first card, and the strip that plays a day."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open
from tests.browser.steps import a_citizen_writes, card, dialog, head
from tests.browser.world import Program, free_port

pytestmark = pytest.mark.peer("chromium")
ROOT = Path(__file__).parents[2]
HANGS = 60  # seconds; how long the first card really takes is printed, other tests may keep the machine busy


@pytest.fixture
def demo() -> Iterator[str]:
    """Start `balie demo`; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "handlers.cli", "demo", "--no-open", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    assert process.wait(10) in (0, -15)


def test_the_demo_shows_its_first_card_by_itself(chromium: Browser, demo: str) -> None:
    started = time.monotonic()
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    while time.monotonic() - started < HANGS and not listens(demo):
        time.sleep(0.1)
    page.goto(demo)
    expect(page.locator("#balie .card").first).to_contain_text(
        "Mijn kliko is al twee weken niet geleegd", timeout=30000
    )
    took = time.monotonic() - started
    print(f"\nfrom the start of `balie demo` to the first card: {took:.1f} s")
    expect(page.locator("#balie .card .advice").first).to_contain_text("Past goed: Container niet geleegd")
    expect(page.locator("#plein .post.town").first).to_be_visible()
    page.close()


def listens(address: str) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", urlsplit(address).port or 80)) == 0


def test_a_busy_day_and_a_night_are_played_and_every_screen_hears_of_the_clock(
    open_page: Open, program: Program, playing: None
) -> None:
    page, other = open_page(), open_page()
    page.get_by_role("button", name="Speel een nacht").click()
    for each in (page, other):
        expect(each.get_by_role("button", name="Speel een nacht")).to_have_attribute("aria-pressed", "true")
        expect(each.locator("#klok")).to_contain_text("01:55")
    expect(page.locator("#plein .post").first).to_contain_text("brand", timeout=10000)
    page.get_by_role("button", name="Pauze").click()
    expect(other.get_by_role("button", name="Verder")).to_be_visible()
    page.get_by_role("button", name="Speel een drukke dag").click()
    expect(other.locator("#klok")).to_contain_text("09:02")


@pytest.fixture
def playing(program: Program) -> Iterator[None]:
    task = program.start(program.player.run())
    yield
    task.cancel()


def test_a_card_gets_late_on_the_screen_when_the_clock_runs_fast(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    expect(head(page)).to_contain_text("reageren vóór 16:02")
    page.get_by_role("button", name="60×").click()
    expect(page.get_by_role("button", name="60×")).to_have_attribute("aria-pressed", "true")
    program.clock.jump(program.clock.now().replace(hour=15, minute=1, second=30))
    page.get_by_role("button", name="60×").click()
    expect(head(page)).to_contain_text("Te laat · norm was 16:02", timeout=10000)


def test_in_the_demo_one_sits_down_as_somebody_else(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    page.get_by_label("Je bent").select_option(label="Fatima Amrani")
    page.get_by_role("button", name="Wissel").click()
    expect(page.locator("#balie .bar")).to_contain_text("Je bent Fatima Amrani")
    page.get_by_label("Je bent").select_option(label="Nico Niemand")
    page.get_by_role("button", name="Wissel").click()
    expect(page.locator("#balie .card")).to_have_count(0)


def test_the_desk_works_without_javascript(chromium: Browser, program: Program) -> None:
    a_citizen_writes(program)
    page = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800}).new_page()
    page.goto(program.url)
    while not card(page).count():
        page.reload()
    card(page).get_by_role("button", name="Beantwoorden").click()
    page.get_by_label("Je antwoord").fill("Wij komen morgen langs.")
    page.get_by_role("button", name="Bekijk").click()
    expect(page.get_by_role("heading", name="Zo komt het er te staan")).to_be_visible()
    page.get_by_role("button", name="Plaatsen").click()
    expect(page.get_by_role("heading", name="Wordt om 14:")).to_be_visible()
    page.get_by_role("link", name="Sluiten").click()
    expect(head(page)).to_contain_text("Wordt om 14:")
    page.get_by_label("Schrijf als inwoner").fill("@gemeenteveldwijk nog een vraag")
    page.get_by_role("button", name="Plaats bericht").click()
    expect(page.locator("#plein")).to_contain_text("nog een vraag")


def test_an_error_on_the_square_stands_at_the_form(page: Page, program: Program) -> None:
    page.get_by_label("Schrijf als inwoner").fill("x" * 501)
    page.get_by_role("button", name="Plaats bericht").click()
    expect(page.locator("#plein .error")).to_have_text("1 teken te lang.")
    expect(page.get_by_label("Schrijf als inwoner")).to_have_value("x" * 501)
    page.get_by_label("Schrijf als inwoner").fill("Hallo")
    page.get_by_label("Naam").fill("@gemeenteveldwijk")
    page.get_by_role("button", name="Plaats bericht").click()
    expect(page.locator("#plein .error")).to_contain_text("Dit is de naam van de gemeente.")
    expect(dialog(page)).to_have_count(0)
