"""From a post on the square to an answer under it, as people do it on the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.steps import KLIKO, a_citizen_writes, card, dialog, head, place, press, write_answer
from tests.browser.world import Program

pytestmark = pytest.mark.peer("chromium")
ANSWER = "Vervelend! Wij komen morgen langs."


def test_a_post_on_the_square_becomes_a_card_and_the_answer_stands_under_it(page: Page, program: Program) -> None:
    page.get_by_label("Schrijf als inwoner").fill(KLIKO)
    page.get_by_role("button", name="Plaats bericht").click()
    expect(head(page)).to_have_text("Nieuw · reageren vóór 16:02 · openbaar op het plein")
    expect(page.locator("#plein .post")).to_contain_text("Mijn kliko")
    write_answer(page, ANSWER)
    place(page)
    expect(head(page)).to_contain_text("Wordt om 14:")
    program.clock.forward(program.hold)
    expect(dialog(page).get_by_role("heading", name="Beantwoord")).to_be_visible()
    page.keyboard.press("Escape")
    expect(head(page)).to_contain_text("Beantwoord · Jan Koning, 14:0")
    answers = page.locator("#plein .post.town .text")
    expect(answers).to_have_text(f"@bewoner {ANSWER} ^JK")
    expect(answers).to_have_count(1)


def test_the_main_job_is_done_with_the_keyboard_alone(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    expect(head(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de balie")).to_be_focused()
    page.keyboard.press("Enter")
    reach(page, "[data-verb=answer]")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Je antwoord")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(ANSWER)
    reach(page, "dialog button.primary")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("heading", name="Zo komt het er te staan")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Plaatsen")).to_be_focused()
    page.keyboard.press("Space")
    expect(dialog(page).get_by_role("button", name="Tegenhouden")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("#kaart-1:focus-within")).to_be_visible()
    reach(page, "[data-verb=hold_back]")
    page.keyboard.press("Enter")
    expect(head(page)).to_contain_text("In behandeling · bij Jan")
    reach(page, ".menu summary")
    page.keyboard.press("Enter")
    reach(page, "[data-verb=release]")
    page.keyboard.press("Enter")
    expect(head(page)).to_contain_text("Nieuw")


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; it must be visible where it is."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector}")


def test_a_second_browser_sees_everything_at_once(open_page: Open, program: Program) -> None:
    jan, fatima = open_page(), open_page()
    fatima.get_by_label("Je bent").select_option("fatima")
    fatima.get_by_role("button", name="Wissel").click()
    fatima.wait_for_selector("html[data-live]")
    a_citizen_writes(program)
    press(jan, "answer")
    expect(head(fatima)).to_contain_text("In behandeling · Jan schrijft, sinds 14:0")
    expect(card(fatima).locator("[data-verb=take_over]")).to_be_visible()
    expect(card(fatima).locator("[data-verb=continue]")).to_have_count(0)


def test_a_post_is_on_a_second_screen_within_half_a_second(
    open_page: Open, program: Program, record_property: Callable[[str, object], None]
) -> None:
    page = open_page()
    page.evaluate(WATCH_CARDS)
    took = []
    for number in range(1, 31):
        written = time.time()
        a_citizen_writes(program, f"@gemeenteveldwijk bericht {number}", handle=f"@burger{number}")
        page.wait_for_function("number => window.seen[`kaart-${number}`]", arg=number)
        took.append(page.evaluate("number => window.seen[`kaart-${number}`]", number) / 1000 - written)
    median, p95 = sorted(took)[len(took) // 2], sorted(took)[int(len(took) * 0.95)]
    record_property("from post to card, p95 seconds", round(p95, 3))
    print(f"\nfrom a post on the square to its card: median {median:.3f} s, p95 {p95:.3f} s, {len(took)} posts")
    assert max(took) < 5


WATCH_CARDS = """
window.seen = {};
new MutationObserver((changes) => {
  for (const change of changes)
    for (const node of change.addedNodes)
      if (node.dataset?.card) window.seen[node.id] ??= Date.now();
}).observe(document.querySelector("#wacht"), { childList: true });
"""


def test_a_double_click_acts_once(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    write_answer(page, ANSWER)
    dialog(page).get_by_role("button", name="Plaatsen").dblclick()
    expect(dialog(page).get_by_role("heading", name="Wordt om")).to_be_visible()
    program.clock.forward(program.hold)
    expect(page.locator("#plein .post.town")).to_have_count(1)
    page.wait_for_timeout(500)
    expect(page.locator("#plein .post.town")).to_have_count(1)


def test_a_draft_is_kept_while_typing_and_survives_a_reload(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    press(page, "answer")
    dialog(page).get_by_label("Je antwoord").fill("Half geschr")
    expect(dialog(page)).to_contain_text("concept bewaard")
    page.reload()
    page.wait_for_selector("html[data-live]")
    press(page, "continue")
    expect(dialog(page).get_by_label("Je antwoord")).to_have_value("Half geschr")


def test_the_length_and_the_preview_follow_while_typing(page: Page, program: Program) -> None:
    a_citizen_writes(program, "@gemeenteveldwijk hoe laat gaat het stadhuis open?")
    press(page, "answer")
    dialog(page).get_by_label("Je antwoord").fill("Om 9 uur.")
    expect(dialog(page).locator(".counter")).to_contain_text("21 van 500 tekens")
    expect(dialog(page).locator(".own")).to_have_text("@burger Om 9 uur. ^JK")
    dialog(page).get_by_label("Je antwoord").fill("Om 9 uur. " * 60)
    expect(dialog(page).locator(".counter.over")).to_contain_text("te veel")


def test_a_good_answer_is_filled_in_and_another_can_be_chosen_without_losing_words(
    page: Page, program: Program
) -> None:
    a_citizen_writes(program)
    press(page, "answer")
    text = dialog(page).get_by_label("Je antwoord")
    expect(text).to_have_value("Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door.")
    expect(dialog(page).get_by_label("Container niet geleegd, past goed")).to_be_checked()
    text.fill("Mijn eigen woorden")
    dialog(page).get_by_label("Afvalkalender, past misschien").check()
    expect(text).to_have_value("Op www.veldwijk.example/afvalkalender ziet u per adres wanneer wij welke bak legen.")
    dialog(page).get_by_label("Zelf schrijven").check()
    expect(text).to_have_value("Mijn eigen woorden")
    dialog(page).get_by_label("Zoek een antwoord").fill("kalender")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Je antwoord")).to_have_value("Mijn eigen woorden")


def test_a_refusal_is_told_at_the_place_where_one_looks(open_page: Open, program: Program) -> None:
    jan, fatima = open_page(), open_page()
    a_citizen_writes(program)
    expect(head(jan)).to_be_visible()
    fatima.get_by_label("Je bent").select_option("fatima")
    fatima.get_by_role("button", name="Wissel").click()
    fatima.wait_for_selector("html[data-live]")
    expect(head(fatima)).to_be_visible()
    behind = re.compile(r"/balie/kaart/1\?|/balie/kanalen")
    fatima.route(behind, lambda route: route.fulfill(status=409))  # her page does not hear of it
    write_answer(jan, ANSWER)
    press(fatima, "claim")
    expect(fatima.locator("#bericht")).to_contain_text("Jan Koning is hiermee bezig, sinds 14:0")
    press(fatima, "answer")
    expect(dialog(fatima)).to_contain_text("Jan Koning heeft dit sinds 14:0")


def test_an_answer_is_corrected_without_its_address_and_its_sign_off_twice(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    write_answer(page, ANSWER)
    place(page)
    program.clock.forward(program.hold)
    expect(head(page)).to_contain_text("Beantwoord")
    page.keyboard.press("Escape")
    press(page, "correct")
    expect(dialog(page).get_by_label("Je antwoord")).to_have_value(ANSWER)
    expect(dialog(page).locator(".own")).to_have_text(f"@burger {ANSWER} ^JK")
    dialog(page).get_by_label("Je antwoord").fill("Wij komen dinsdag langs.")
    dialog(page).get_by_role("button", name="Bekijk").click()
    dialog(page).get_by_role("button", name="Plaatsen").click()
    expect(dialog(page).get_by_role("heading", name="Wordt om")).to_be_visible()
    program.clock.forward(program.hold)
    expect(page.locator("#plein .post.town .text").last).to_have_text("@burger Wij komen dinsdag langs. ^JK")


def test_errors_stand_at_the_field_and_the_dialog_stays(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    press(page, "close")
    dialog(page).get_by_role("button", name="Geen reactie nodig").click()
    expect(dialog(page).locator("#fout-reason")).to_be_visible()
    reason = dialog(page).get_by_label("bedankje")
    expect(reason).to_have_attribute("aria-describedby", "fout-reason")
    reason.check()
    dialog(page).get_by_role("button", name="Geen reactie nodig").click()
    expect(head(page)).to_contain_text("Geen reactie nodig · bedankje · Jan")


def test_counts_and_title_follow(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    expect(page).to_have_title("(1) Balie Veldwijk")
    expect(page.locator("#kanalen a", has_text="Afval").locator(".count")).to_contain_text("1 wacht")
    page.locator("#kanalen a", has_text="Zorg").click()
    expect(page.locator("#kanaal .empty")).to_be_visible()
    page.locator("#kanalen a", has_text="Afval").click()
    expect(head(page)).to_be_visible()
    page.go_back()
    expect(page.locator("#kanaal h3").first).to_have_text("Zorg")


def test_a_new_card_is_told_to_who_cannot_see_it(page: Page, program: Program) -> None:
    a_citizen_writes(program)
    expect(page.locator("#gehoord")).to_contain_text('Nieuw bij Afval: @burger, "Mijn kliko is al twee weken')


def test_a_citizen_reacts_again_changes_and_deletes(page: Page, program: Program) -> None:
    first = a_citizen_writes(program)
    expect(head(page)).to_be_visible()
    page.locator(f"#draad-{first.id} summary").click()
    reply = page.locator(f"#draad-{first.id} form.compose")
    reply.get_by_label("Reageer als inwoner").fill("En nu?")
    reply.get_by_label("Naam").fill("@burger")
    reply.get_by_role("button", name="Plaats bericht").click()
    expect(card(page).locator(".who")).to_contain_text("1 bericht erbij")
    page.reload()
    page.wait_for_selector("html[data-live]")
    page.get_by_role("button", name="Wijzigen: bericht van").last.click()
    dialog(page).get_by_label("Tekst").fill("En wat nu met mijn container?")
    dialog(page).get_by_role("button", name="Opslaan").click()
    expect(card(page).locator(".quote")).to_have_text("En wat nu met mijn container?")
    expect(card(page).locator(".alert")).to_contain_text("gewijzigd")
    page.get_by_role("button", name="Verwijderen: bericht van").last.click()
    expect(page.locator("#plein")).to_contain_text("Dit bericht is verwijderd.")


def test_the_page_catches_up_when_the_line_was_broken(page: Page, program: Program) -> None:
    page.context.set_offline(True)
    a_citizen_writes(program)
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    expect(head(page)).to_be_visible(timeout=15000)
