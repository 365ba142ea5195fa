"""An answer that was posted becomes a standard answer, without leaving the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import a_citizen_writes, dialog, head, place, press, write_answer
from tests.browser.world import Program

pytestmark = pytest.mark.peer("chromium")
ANSWER = "Wij legen uw container morgen."


def test_from_the_card_to_a_new_standard_answer(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    expect(head(page)).to_be_visible()
    write_answer(page, ANSWER)
    place(page)
    program.clock.forward(program.hold)
    expect(dialog(page).get_by_role("heading", name="Beantwoord")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, "keep_new")
    expect(dialog(page).get_by_label("Antwoord", exact=True)).to_have_value(ANSWER)
    dialog(page).get_by_role("button", name="Bewaren").click()
    expect(dialog(page)).to_contain_text("Schrijf de vraag.")
    dialog(page).get_by_label("Vraag, zoals inwoners die stellen").fill("Wanneer legen jullie een vergeten container?")
    dialog(page).get_by_role("button", name="Bewaren").click()
    expect(dialog(page)).to_contain_text("Balie stelt dit antwoord vanaf nu voor.")
