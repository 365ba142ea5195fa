"""The standard answers in a real browser: an import as a coordinator does it, and pages that everybody can use."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from bot.model.answers import Saved
from knowledge.faq import Entry
from tests.browser.conftest import Open
from tests.browser.steps import a_citizen_writes
from tests.browser.test_everybody_can_use_it import RULES, STICKING_OUT
from tests.browser.world import Program
from tests.flow.town import FATIMA, PETER

pytestmark = pytest.mark.peer("chromium")

LONG = "https://veldwijk.example/" + "heel-lang-woord-zonder-einde-" * 6
BIN = Entry(
    key="container-niet-geleegd",
    question="Mijn container is niet geleegd. Wat nu?",
    answer="Vervelend! Geef het door via het meldformulier op onze website. Wij komen binnen twee werkdagen langs.",
    variants=("kliko niet geleegd", "bak staat nog vol"),
    department="afval",
    topic="container",
    owner="Jan Koning",
    source=LONG,
    review_by=date(2026, 11, 1),
)
PASS = Entry(key="paspoort", question="Wat kost een paspoort?", answer="Een paspoort kost 80 euro. " + "En meer. " * 60)
WRITERS = ("@an", "@bo", "@cor")
TABLE = (
    ["Nr", "Wat wil men weten", "Antwoord", "Afdeling", "Prijs"],
    ["1", BIN.question, BIN.answer.replace("twee werkdagen", "drie werkdagen"), "Afval", 3],
    ["2", "Hoe laat is het gemeentehuis open?", "Van negen tot vijf. Op donderdag tot acht uur.", "Webcare", 4],
    ["3", "Mag ik een boom kappen?", "", "Webcare", 5],
)


@pytest.fixture
def known(program: Program) -> Program:
    for entry in (BIN, PASS):
        assert isinstance(program.do(program.answers.save(entry, seen_revision=0, by=PETER)), Saved)
    program.do(program.answers.save(replace(BIN, answer="Wij komen morgen."), seen_revision=1, by=FATIMA))
    until = program.clock.now() + timedelta(hours=6)
    program.do(program.answers.pin("container", "Vandaag wordt gestaakt. Zet uw bak morgen buiten.", until, by=PETER))
    for handle in WRITERS:
        a_citizen_writes(program, "@gemeenteveldwijk Mag ik een zwembad in de tuin?", handle=handle)
    return program


@pytest.fixture
def peter(open_page: Open) -> Callable[..., Page]:
    """Sit down as the coordinator."""

    def sit(**options: object) -> Page:
        page = open_page(**options)
        page.get_by_label("Je bent").select_option(label="Peter Boer")
        page.get_by_role("button", name="Wissel").click()
        expect(page.locator("#balie .bar")).to_contain_text("Je bent Peter Boer")
        expect(page.locator("#balie article.card")).to_have_count(len(WRITERS))
        return page

    return sit


def excel() -> bytes:
    workbook = Workbook()
    for line in TABLE:
        workbook.active.append(line)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def go(page: Page, path: str) -> None:
    page.goto(page.evaluate("location.origin") + path)
    expect(page.get_by_role("navigation", name="Standaardantwoorden")).to_be_visible()


def choose(page: Page) -> None:
    go(page, "/antwoorden/import")
    file = {"name": "Antwoorden KCC.xlsx", "mimeType": "application/octet-stream", "buffer": excel()}
    page.get_by_label("Bestand met vragen en antwoorden").set_input_files(file)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", name="Kolommen kiezen")).to_be_visible()


def see(page: Page) -> None:
    choose(page)
    page.get_by_label("Wat wil men weten").select_option(label="Vraag")
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(page.get_by_role("heading", name="Bekijk wat er verandert")).to_be_visible()


def take_over(page: Page) -> None:
    see(page)
    page.get_by_role("button", name="Overnemen").click()
    expect(page.get_by_role("heading", name="Verslag van de import")).to_be_visible()


def test_an_excel_file_is_brought_in_looked_at_and_undone(known: Program, peter: Callable[..., Page]) -> None:
    page = peter()
    page.get_by_role("link", name="Standaardantwoorden").click()
    page.get_by_role("navigation").get_by_role("link", name="Bestand inlezen").click()
    see(page)
    expect(page.locator("main")).to_contain_text("1 nieuw")
    expect(page.locator("del").first).to_have_text("twee")
    expect(page.locator("ins").first).to_have_text("drie")
    expect(page.locator("main")).to_contain_text("Rij 4")
    expect(page.locator("main")).to_contain_text("Antwoord is leeg.")
    page.get_by_role("button", name="Overnemen (2)").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text("overgenomen: 2")
    page.get_by_role("link", name="Naar alle antwoorden").click()
    page.get_by_role("searchbox", name="Zoek").fill("gemeentehuis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Hoe laat is het gemeentehuis open?")).to_be_visible()
    go(page, "/antwoorden/import")
    page.get_by_role("link", name="Antwoorden KCC.xlsx").click()
    page.get_by_role("button", name="Draai deze import terug").click()
    expect(page.get_by_role("heading", name="De import is teruggedraaid")).to_be_visible()
    stands = known.do(known.answers.one(BIN.key, by=PETER))
    assert stands
    assert stands.entry == BIN


def test_an_answer_is_made_of_a_gap_with_the_keyboard_alone(known: Program, peter: Callable[..., Page]) -> None:
    page = peter()
    go(page, "/antwoorden/zonder-antwoord")
    page.get_by_role("button", name="Maak een antwoord").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vraag", exact=True)).to_have_value("Mag ik een zwembad in de tuin?")
    page.get_by_label("Antwoord", exact=True).focus()
    page.keyboard.type("Dat mag tot 30 kuub.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Opslaan").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("status")).to_contain_text("Het antwoord is bewaard.")


def at(path: str) -> Callable[[Page], None]:
    return lambda page: go(page, path)


def wrong(page: Page) -> None:
    at("/antwoorden/nieuw")(page)
    page.get_by_label("Vraag", exact=True).fill(PASS.question)
    page.get_by_label("Antwoord", exact=True).fill("Nee")
    page.get_by_label("Link naar de bron").fill("veldwijk")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("alert")).to_be_visible()


PAGES: dict[str, Callable[[Page], None]] = {
    "the list": at("/antwoorden"),
    "one answer": at("/antwoorden/antwoord/container-niet-geleegd"),
    "the form": at("/antwoorden/antwoord/container-niet-geleegd/wijzigen"),
    "a form with mistakes": wrong,
    "to do": at("/antwoorden/te-doen"),
    "gaps": at("/antwoorden/zonder-antwoord"),
    "key messages": at("/antwoorden/kernboodschap"),
    "a file": at("/antwoorden/import"),
    "columns": choose,
    "what will change": see,
    "the report": take_over,
    "nothing there": at("/antwoorden/antwoord/niets"),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(known: Program, peter: Callable[..., Page], name: str) -> None:
    page = peter(reduced_motion="reduce")
    PAGES[name](page)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_on_a_phone(known: Program, peter: Callable[..., Page], name: str) -> None:
    page = peter(width=320, height=640)
    PAGES[name](page)
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
