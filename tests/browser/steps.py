"""What people do on the page, in one word each."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from handlers.web.square_store import Post
from tests.browser.world import Program

KLIKO = "@gemeenteveldwijk Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?? #afval"


def a_citizen_writes(
    program: Program, text: str = KLIKO, *, handle: str = "@burger", parent: int | None = None
) -> Post:
    return program.do(program.square.write(text, handle=handle, parent=parent, followers=1204))


def card(page: Page, number: int = 1) -> Locator:
    return page.locator(f"#balie #kaart-{number}")


def press(page: Page, verb: str, number: int = 1) -> None:
    """Press a button of a card, in its menu when it is there."""
    button = card(page, number).locator(f"[data-verb={verb}]")
    if card(page, number).locator(f".menu [data-verb={verb}]").count():
        card(page, number).locator(".menu summary").click()
    button.click()


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def write_answer(page: Page, text: str, number: int = 1) -> None:
    """Open the dialog, write, and look at the preview."""
    press(page, "answer", number)
    dialog(page).get_by_label("Je antwoord").fill(text)
    dialog(page).get_by_role("button", name="Bekijk").click()
    expect(dialog(page).get_by_role("heading", name="Zo komt het er te staan")).to_be_visible()


def place(page: Page) -> None:
    dialog(page).get_by_role("button", name="Plaatsen").click()
    expect(dialog(page).get_by_role("heading", name="Wordt om")).to_be_visible()


def head(page: Page, number: int = 1) -> Locator:
    return card(page, number).locator(".head")
