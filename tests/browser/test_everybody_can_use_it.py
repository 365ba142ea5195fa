"""WCAG 2.2 AA as far as a machine can tell, small screens, zoom and calm, on every page and in every dialog."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.steps import a_citizen_writes, card, dialog, place, press, write_answer
from tests.browser.world import Program

pytestmark = pytest.mark.peer("chromium")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
LONG = "https://veldwijk.example/" + "heel-lang-woord-zonder-einde-" * 8


def nothing(page: Page) -> None:
    """The page as it opens."""


def opens(verb: str) -> Callable[[Page], None]:
    def step(page: Page) -> None:
        press(page, verb)
        expect(dialog(page)).to_be_visible()

    return step


def menu(page: Page) -> None:
    card(page).locator(".menu summary").click()


def previews(page: Page) -> None:
    write_answer(page, "Bel onze monteur op 06-12345678, of kijk op " + LONG)


def places(page: Page) -> None:
    write_answer(page, "Wij komen morgen langs.")
    place(page)


def errs(page: Page) -> None:
    press(page, "close")
    dialog(page).get_by_role("button", name="Geen reactie nodig").click()
    expect(dialog(page).locator(".error")).to_be_visible()


def answers_on_the_square(page: Page) -> None:
    page.locator("#plein details.reply summary").first.click()


def one_page(page: Page) -> None:
    page.goto(page.url.split("?")[0].rstrip("/") + "/balie/kaart/1")


def a_thread(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/plein/1")


def a_refusal(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/bestaat-niet")


STEPS: dict[str, Callable[[Page], None]] = {
    "the page": nothing,
    "the menu": menu,
    "writing": opens("answer"),
    "the preview": previews,
    "placed": places,
    "an error": errs,
    "forwarding": opens("forward"),
    "asking": opens("ask"),
    "a reminder": opens("remind"),
    "merging": opens("merge"),
    "answering on the square": answers_on_the_square,
    "one card": one_page,
    "one thread": a_thread,
    "a refusal": a_refusal,
}


@pytest.fixture
def busy(program: Program) -> Program:
    """A town with work: a long word, another language, a thread, an urgent and an answered message."""
    a_citizen_writes(program, f"@gemeenteveldwijk mijn kliko {LONG}")
    a_citizen_writes(program, "@gemeenteveldwijk container vol", handle="@een_heel_lange_naam_is_dit")
    first = a_citizen_writes(program, "@gemeenteveldwijk hoe laat gaat u open?", handle="@anna")
    a_citizen_writes(program, "Dat wil ik ook weten", handle="@piet", parent=first.id)
    return program


@pytest.mark.parametrize("name", STEPS)
def test_axe_finds_nothing(busy: Program, open_page: Open, name: str) -> None:
    page = open_page(reduced_motion="reduce")
    expect(card(page)).to_be_visible()
    STEPS[name](page)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("name", STEPS)
def test_nothing_sticks_out_on_a_phone(busy: Program, open_page: Open, name: str) -> None:
    page = open_page(width=320, height=640)
    expect(card(page)).to_be_visible()
    STEPS[name](page)
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


STICKING_OUT = """
() => {
  const open = document.querySelector("dialog[open]") ?? document.body;
  return [...open.querySelectorAll("*")]
    .filter((each) => each.checkVisibility() && !each.closest(".heard, .skip, option, optgroup"))
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.outerHTML.slice(0, 120));
}
"""


@pytest.mark.parametrize("name", ["the page", "writing", "the preview", "the menu"])
def test_at_twice_the_size_everything_still_fits(busy: Program, open_page: Open, name: str) -> None:
    page = open_page(width=640, height=400, device_scale_factor=2)
    expect(card(page)).to_be_visible()
    STEPS[name](page)
    assert page.evaluate(STICKING_OUT) == []


def test_the_whole_demo_stands_on_one_screen_of_1280(busy: Program, open_page: Open) -> None:
    page = open_page(width=1280, height=800)
    expect(card(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    for half in ("#plein", "#balie"):
        box = page.locator(half).bounding_box()
        assert box
        assert box["y"] + box["height"] <= 800


def test_who_wants_no_motion_gets_none(busy: Program, open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    expect(card(page)).to_be_visible()
    a_citizen_writes(busy, "@gemeenteveldwijk nog een", handle="@nieuw")
    expect(page.locator("#balie .card.fresh")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_every_button_is_large_enough_to_hit(busy: Program, open_page: Open) -> None:
    page = open_page(width=320, height=640)
    expect(card(page)).to_be_visible()
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, summary, select')].filter((each) => each.checkVisibility())"
        ".map((each) => [each.getBoundingClientRect(), each.outerHTML])"
        ".filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html.slice(0, 120))"
    )
    assert sizes == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\u202ednammah\u202c kliko",
        "<!channel> <@U1> <https://evil.example|gemeente.nl>",
        "kliko \u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307 zalgo",
        "x" * 480,
        "javascript:alert(1) data:text/html,x https://gemeente.nl@evil.example/ kliko",
    ],
)
def test_hostile_words_stay_words(program: Program, open_page: Open, text: str) -> None:
    page = open_page()
    a_citizen_writes(program, f"@gemeenteveldwijk {text}")
    expect(card(page).locator(".quote")).to_be_visible()
    expect(page.locator("#plein .post .text")).to_be_visible()
    press(page, "answer")
    expect(dialog(page)).to_be_visible()
    assert "\u202e" not in page.content()
    assert page.locator("#balie .quote script, #balie .quote img, #plein .text script").count() == 0
    hrefs = page.eval_on_selector_all(".quote a, .text a", "links => links.map((link) => link.protocol)")
    assert set(hrefs) <= {"https:", "http:"}
