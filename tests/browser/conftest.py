"""A real browser on the real program; a page that logs an error or breaks the content policy fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.world import Program, Running

WAIT = 5000  # milliseconds


@pytest.fixture(scope="module")  # not longer: while it runs, no other test in this process can have an event loop
def chromium(peer: Callable[[str], Path]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(peer("chromium")), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with Running(tmp_path) as running:
        yield running


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, program: Program) -> Iterator[Open]:
    """Open the page in a browser of its own: other cookies, other person."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        refused = "status of 4" in message.text  # 409 and 422 are answers, not errors
        cut_off = "net::ERR_" in message.text  # only where a test cuts the line
        if message.type == "error" and not refused and not cut_off:
            wrong.append(message.text)

    def opened(path: str = "/", *, width: int = 1280, height: int = 800, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="nl-NL", **options)
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
        page.goto(program.url + path)
        page.wait_for_selector("html[data-live]")
        return page

    yield opened
    for context in chromium.contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()
