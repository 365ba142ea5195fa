"""The pages with standard answers, asked as a browser without JavaScript would, over the real store."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from openpyxl import Workbook
from starlette.applications import Starlette

from bot.answers import Answers
from bot.clock import real_now
from bot.invites import Invites
from bot.links import Links, LinkState
from bot.model.answers import Saved, Verdict
from bot.store import phrasings
from bot.upkeep import FOR_A_DAY
from bot.work import Lanes, Work
from handlers.web.answers.importing import IMPORT
from knowledge.exchange import read, rows
from knowledge.faq import Entry
from tests.flow.conftest import Balie
from tests.flow.town import PETER, TOWN
from tests.flow.web import Browser, Forms, pages_of

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    answer="Wij komen langs.",
    variants=("bak vol",),
    department="afval",
    owner="Jan Koning",
)
PASS = Entry(key="paspoort", question="Wat kost een paspoort?", answer="Een paspoort kost 80 euro.")
FILE = "Vraag;Antwoord;Afdeling\nKliko niet geleegd?;Wij komen langs.;Afval\nHoe laat open?;Om negen uur.;\n"


@pytest.fixture
def base(balie: Balie) -> Answers:
    return Answers(balie.store, balie.rules, balie.clock)


@pytest.fixture
def invites(balie: Balie) -> Invites:
    return Invites(balie.store)


@pytest.fixture
def app(balie: Balie, invites: Invites, base: Answers) -> Starlette:
    return pages_of(
        balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites, answers=base
    )


async def signed_in(app: Starlette, invites: Invites, user: str) -> Browser:
    browser = Browser(app)
    await browser.sign_in(invites, user, until=real_now() + timedelta(hours=1))
    return browser


@pytest.fixture
async def peter(app: Starlette, invites: Invites) -> AsyncIterator[Browser]:
    """The coordinator."""
    browser = await signed_in(app, invites, "peter")
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def fatima(app: Starlette, invites: Invites) -> AsyncIterator[Browser]:
    """Answers citizens, and proposes changes."""
    browser = await signed_in(app, invites, "fatima")
    yield browser
    await browser.http.aclose()


async def stand(base: Answers, *entries: Entry) -> None:
    for entry in entries:
        assert isinstance(await base.save(entry, seen_revision=0, by=PETER), Saved)


async def answer(base: Answers, key: str) -> str:
    kept = await base.one(key, by=PETER)
    assert kept
    return kept.entry.answer


async def upload(browser: Browser, content: bytes | str, name: str = "antwoorden.csv") -> httpx.Response:
    """Choose a file and go on, as the first step of an import does."""
    await browser.go(IMPORT)
    form = next(each for each in Forms(browser.page.text).forms if each.action == IMPORT)
    body = content.encode() if isinstance(content, str) else content
    fields = {name: value for name, value in form.fields.items() if name != "file"}
    browser.page = await browser.http.post(IMPORT, data=fields, files={"file": (name, body)})
    return browser.page


def chosen(browser: Browser) -> dict[str, str]:
    """Return what stands chosen in the lists of the page."""
    found: dict[str, str] = {}
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', browser.page.text, re.S):
        picked = re.search(r'value="(\w*)" selected', options)
        found[name] = picked[1] if picked else ""
    return found


async def seen(browser: Browser, content: bytes | str, name: str = "antwoorden.csv") -> httpx.Response:
    await upload(browser, content, name)
    return await browser.press("Bekijk wat er verandert", **chosen(browser))


# --- the list ----------------------------------------------------------------------------------------------------


async def test_answers_are_found_by_words_that_begin_alike(peter: Browser, base: Answers) -> None:
    await stand(base, KLIKO, PASS)
    await peter.go("/antwoorden")
    assert "Kliko niet geleegd?" in peter.text
    assert "Wat kost een paspoort?" in peter.text
    await peter.press("Zoek", zoek="PASPOOR kost")
    assert "Wat kost een paspoort?" in peter.text
    assert "Kliko niet geleegd?" not in peter.text
    await peter.go("/antwoorden", params={"zoek": "zeilboot"})
    assert "Niets gevonden" in peter.text


async def test_the_list_is_narrowed_down_by_department_and_by_what_is_due(peter: Browser, base: Answers) -> None:
    await stand(
        base,
        KLIKO,
        replace(PASS, review_by=date(2026, 11, 1)),
        replace(PASS, key="oud", question="Oud?", valid_until=date(2026, 11, 1)),
    )
    await peter.go("/antwoorden", params={"afdeling": "afval"})
    assert "paspoort" not in peter.text
    await peter.go("/antwoorden", params={"toon": "nakijken"})
    assert "Wat kost een paspoort?" in peter.text
    assert "Kliko" not in peter.text
    await peter.go("/antwoorden", params={"toon": "verlopen"})
    assert "Oud?" in peter.text
    assert "Wat kost" not in peter.text


async def test_a_long_list_has_pages(peter: Browser, base: Answers) -> None:
    await stand(base, *(replace(PASS, key=f"v{n}", question=f"Vraag nummer{n}?") for n in range(60)))
    await peter.go("/antwoorden")
    assert "Pagina 1 van 2" in peter.text
    await peter.go("/antwoorden", params={"pagina": "2"})
    assert "Pagina 2 van 2" in peter.text
    await peter.go("/antwoorden", params={"pagina": "99999"})
    assert "Pagina 2 van 2" in peter.text


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "yaml", "html"])
async def test_all_answers_go_out_as_a_file(peter: Browser, base: Answers, ending: str) -> None:
    await stand(base, KLIKO, PASS)
    response = await peter.go("/antwoorden/uit", params={"als": ending})
    assert response.headers["content-disposition"] == f'attachment; filename="antwoorden.{ending}"'
    assert {row.entry.question for row in rows(read(response.content, f"a.{ending}")) if row.entry} == {
        KLIKO.question,
        PASS.question,
    }


# --- one answer --------------------------------------------------------------------------------------------------


async def test_an_answer_is_written_changed_and_brought_back(peter: Browser, base: Answers) -> None:
    await peter.go("/antwoorden/nieuw")
    await peter.press("Opslaan", question="Hoe laat open?", answer="Om negen uur.", variants="open?\nwanneer open")
    assert "Het antwoord is bewaard." in peter.text
    key = str(peter.page.url).split("/antwoord/")[1].split("?")[0]
    await peter.go(f"/antwoorden/antwoord/{key}/wijzigen")
    await peter.press("Opslaan", answer="Om tien uur.", note="nieuwe tijden")
    assert await answer(base, key) == "Om tien uur."
    assert "nieuwe tijden" in peter.text
    await peter.press("Zet dit terug")
    assert "Het eerdere antwoord is terug." in peter.text
    assert await answer(base, key) == "Om negen uur."
    kept = await base.one(key, by=PETER)
    assert kept
    assert kept.entry.variants == ("open?", "wanneer open")


async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(peter: Browser, base: Answers) -> None:
    await stand(base, KLIKO)
    await peter.go("/antwoorden/nieuw")
    response = await peter.press("Opslaan", question="kliko NIET geleegd", answer="x" * 10_001, source="veldwijk.nl")
    assert response.status_code == 422
    assert "Antwoord is te lang: 10.001 tekens" in peter.text
    assert "'veldwijk.nl' is geen link" in peter.text
    form = next(each for each in Forms(peter.page.text).forms if each.action == "/antwoorden/nieuw")
    assert form.fields["answer"] == "x" * 10_001
    await peter.press("Opslaan", answer="Kort.", source="")
    assert peter.page.status_code == 422
    assert len(await base.entries(by=PETER)) == 1


async def test_of_two_who_change_one_answer_the_second_keeps_what_was_typed(
    peter: Browser, app: Starlette, invites: Invites, base: Answers
) -> None:
    await stand(base, KLIKO)
    other = await signed_in(app, invites, "peter")
    await peter.go("/antwoorden/antwoord/kliko/wijzigen")
    await other.go("/antwoorden/antwoord/kliko/wijzigen")
    await peter.press("Opslaan", answer="Eerste.")
    await other.press("Opslaan", answer="Tweede.")
    assert other.page.status_code == 422
    assert "Tweede." in other.page.text
    assert await answer(base, "kliko") == "Eerste."
    await other.http.aclose()


async def test_an_answer_is_taken_out_of_use(peter: Browser, base: Answers) -> None:
    await stand(base, KLIKO)
    await peter.go("/antwoorden/antwoord/kliko")
    await peter.press("Buiten gebruik stellen")
    assert "Het antwoord is buiten gebruik." in peter.text
    await peter.go("/antwoorden")
    assert "Kliko" not in peter.text
    await peter.go("/antwoorden", params={"toon": "weg"})
    assert "Kliko niet geleegd?" in peter.text


@pytest.mark.parametrize(
    "path", ["antwoord/bestaat-niet", "antwoord/bestaat-niet/wijzigen", "import/999", "uit?als=exe"]
)
async def test_what_does_not_exist_says_so(peter: Browser, path: str) -> None:
    assert (await peter.go(f"/antwoorden/{path}")).status_code == 404


async def test_hostile_words_in_an_answer_stay_words(peter: Browser, base: Answers) -> None:
    await stand(
        base, replace(KLIKO, question="<script>alert(1)</script> kliko?", answer='"><img src=x onerror=alert(2)>')
    )
    for path in ("/antwoorden", "/antwoorden/antwoord/kliko", "/antwoorden/antwoord/kliko/wijzigen"):
        await peter.go(path)
        assert "<script>alert" not in peter.page.text
        assert "<img" not in peter.page.text


# --- who may what ------------------------------------------------------------------------------------------------


async def test_who_may_not_publish_proposes_and_the_keeper_decides(
    fatima: Browser, peter: Browser, base: Answers
) -> None:
    await stand(base, KLIKO, PASS)
    for key, words in (("kliko", "Wij komen morgen."), ("paspoort", "Dat weet niemand.")):
        await fatima.go(f"/antwoorden/antwoord/{key}/wijzigen")
        await fatima.press("Voorstellen", answer=words)
        assert "Je voorstel wacht" in fatima.text
    assert await answer(base, "kliko") == "Wij komen langs."
    await peter.go("/antwoorden/te-doen")
    assert "Wij komen morgen." in peter.text
    await peter.press("Doorvoeren")
    assert await answer(base, "kliko") == "Wij komen morgen."
    await peter.press("Afwijzen", note="klopt niet")
    assert "Het voorstel is afgewezen." in peter.text
    assert await answer(base, "paspoort") == PASS.answer


async def test_only_the_coordinator_brings_in_files(fatima: Browser, base: Answers, balie: Balie) -> None:
    await fatima.go(IMPORT)
    assert not fatima.has("Verder")
    await fatima.go("/antwoorden/nieuw")
    token = next(each.fields["token"] for each in Forms(fatima.page.text).forms if "token" in each.fields)
    response = await fatima.http.post(IMPORT, data={"token": token}, files={"file": ("a.csv", FILE.encode())})
    assert response.status_code == 409
    assert "Alleen de coördinator" in response.text
    assert await balie.intake.recall(FOR_A_DAY, "upload fatima") is None


@pytest.mark.parametrize(
    "path",
    ["", "/nieuw", "/antwoord/kliko", "/import", "/te-doen", "/zonder-antwoord", "/kernboodschap", "/uit", "/effect"],
)
async def test_a_stranger_sees_nothing(app: Starlette, path: str) -> None:
    stranger = Browser(app)
    stranger.http.follow_redirects = False
    assert (await stranger.go(f"/antwoorden{path}")).status_code == 303
    await stranger.http.aclose()


async def test_a_colleague_without_a_mandate_sees_no_answers(app: Starlette, invites: Invites, base: Answers) -> None:
    await stand(base, KLIKO)
    nobody = await signed_in(app, invites, "nobody")
    await nobody.go("/antwoorden")
    assert "Kliko" not in nobody.text
    assert (await nobody.go("/antwoorden/antwoord/kliko")).status_code == 404
    await nobody.http.aclose()


async def test_a_form_from_elsewhere_is_refused(peter: Browser, base: Answers) -> None:
    await stand(base, KLIKO)
    response = await peter.http.post("/antwoorden/antwoord/kliko/weg", data={"revision": "1"})
    assert response.status_code == 403
    upload_response = await peter.http.post(IMPORT, data={"token": "x"}, files={"file": ("a.csv", FILE.encode())})
    assert upload_response.status_code == 403


# --- an import ---------------------------------------------------------------------------------------------------


async def test_an_import_is_walked_through_and_undone(peter: Browser, base: Answers) -> None:
    await stand(base, replace(KLIKO, answer="Wij komen nooit."))
    await upload(peter, FILE)
    assert chosen(peter) == {"kolom0": "question", "kolom1": "answer", "kolom2": "department"}
    await peter.press("Bekijk wat er verandert", **chosen(peter))
    assert "1 nieuw · 1 gewijzigd · 0 hetzelfde" in peter.text.replace("\u00a0", " ")
    assert "<del>nooit.</del>" in peter.page.text
    assert "<ins>langs.</ins>" in peter.page.text
    assert await answer(base, "kliko") == "Wij komen nooit."
    await peter.press("Overnemen (2)")
    assert "overgenomen: 2" in peter.text
    assert await answer(base, "kliko") == "Wij komen langs."
    await peter.press("Draai deze import terug")
    assert "De import is teruggedraaid" in peter.text
    assert await answer(base, "kliko") == "Wij komen nooit."
    in_use = [each.entry.key for each in await base.entries(by=PETER) if not each.retired]
    assert in_use == ["kliko"]


async def test_a_column_with_another_name_is_matched_by_hand(peter: Browser, base: Answers) -> None:
    await upload(peter, "Wat wil men weten;Wat zeggen wij\nWaar?;Hier\n")
    await peter.press("Bekijk wat er verandert", kolom0="question", kolom1="")
    assert peter.page.status_code == 422
    assert "Kies een kolom voor: Antwoord" in peter.text
    await peter.press("Bekijk wat er verandert", kolom0="question", kolom1="question")
    assert "Je koos twee kolommen voor: Vraag" in peter.text
    await peter.press("Bekijk wat er verandert", kolom0="question", kolom1="answer")
    await peter.press("Overnemen (1)")
    assert await answer(base, "waar") == "Hier"


async def test_rows_that_are_not_right_are_told_with_their_number_and_left_out(peter: Browser, base: Answers) -> None:
    await seen(peter, FILE + "Alleen een vraag;;\n=1+1;formule;\n")
    assert "Rij 4 Antwoord is leeg." in peter.text
    assert "Rij 5 In kolom 'Vraag' staat een formule." in peter.text
    await peter.press("Overnemen (2)")
    assert "Rijen die niet goed zijn" in peter.text
    assert len(await base.entries(by=PETER)) == 2


async def test_of_a_conflict_what_stands_here_is_kept_unless_the_file_is_chosen(peter: Browser, base: Answers) -> None:
    await seen(peter, FILE)
    await peter.press("Overnemen (2)")
    kept = await base.one("kliko-niet-geleegd", by=PETER)
    assert kept
    here = replace(kept.entry, answer="Hier gewijzigd.")
    await base.save(here, seen_revision=kept.revision, by=PETER)
    await seen(peter, FILE.replace("langs", "gauw"))
    assert "Aan beide kanten gewijzigd: kies" in peter.text
    await peter.press("Neem over wat ik koos")
    assert await answer(base, "kliko-niet-geleegd") == "Hier gewijzigd."
    await seen(peter, FILE.replace("langs", "vandaag"))
    await peter.press("Neem over wat ik koos", file="kliko-niet-geleegd")
    assert await answer(base, "kliko-niet-geleegd") == "Wij komen vandaag."


async def test_what_changed_while_somebody_looked_is_shown_once_more(peter: Browser, base: Answers) -> None:
    await stand(base, KLIKO)
    await seen(peter, FILE.replace("langs", "gauw"))
    await base.save(replace(KLIKO, answer="Intussen."), seen_revision=1, by=PETER)
    await peter.press("Overnemen (2)")
    assert peter.page.status_code == 409
    assert "Hier is intussen iets veranderd." in peter.text
    assert await answer(base, "kliko") == "Intussen."
    await peter.press("Overnemen (2)")
    assert await answer(base, "kliko") == "Wij komen gauw."


async def test_the_same_file_again_has_nothing_to_take_over(peter: Browser, base: Answers) -> None:
    await seen(peter, FILE)
    await peter.press("Overnemen (2)")
    await seen(peter, FILE, "antwoorden (2).csv")
    assert "Er is niets over te nemen" in peter.text
    assert not peter.has("Overnemen")


async def test_a_button_pressed_twice_takes_over_once(peter: Browser, base: Answers) -> None:
    await seen(peter, FILE)
    form = next(each for each in Forms(peter.page.text).forms if "overnemen" in each.action)
    await peter.press("Overnemen (2)")
    again = await peter.http.post(form.action, data=form.fields)
    assert "Dit bestand is hier niet meer." in again.text
    assert len(await base.imports(by=PETER)) == 1


async def test_each_colleague_has_an_upload_of_their_own(
    peter: Browser, app: Starlette, invites: Invites, balie: Balie
) -> None:
    both = {key: replace(member, mandates=TOWN.members["peter"].mandates) for key, member in TOWN.members.items()}
    balie.rules.replace(replace(TOWN, members=both), balie.rules.advisor)
    await upload(peter, FILE)
    eva = await signed_in(app, invites, "eva")
    response = await eva.go(peter.page.url.path)
    assert response.status_code == 409
    assert "Kliko" not in response.text
    await eva.http.aclose()


def excel(*table: list[object]) -> bytes:
    workbook = Workbook()
    for line in table:
        workbook.active.append(line)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


async def test_an_excel_file_is_taken_over(peter: Browser, base: Answers) -> None:
    await seen(peter, excel(["Vraag", "Antwoord", "Geldig tot"], ["Waar?", "Hier", date(2027, 1, 1)]), "map1.xlsx")
    await peter.press("Overnemen (1)")
    kept = await base.one("waar", by=PETER)
    assert kept
    assert kept.entry.valid_until == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("leeg.csv", b"", "Het bestand is leeg."),
        ("foto.png", b"\x89PNG\r\n\x1a\n", "Balie kan dit bestand niet lezen."),
        ("oud.xls", b"\xd0\xcf\x11\xe0" * 20, "Balie kan dit bestand niet lezen."),
        ("kapot.xlsx", b"PK\x03\x04kapot", "Balie kan dit Excel-bestand niet lezen."),
        ("kop.csv", b"Vraag;Antwoord\n", "staat geen enkele rij"),
        ("../../etc/passwd.csv", b"\x00\x01", "Balie kan dit bestand niet lezen."),
    ],
)
async def test_a_file_that_cannot_be_read_says_what_to_do(
    peter: Browser, name: str, content: bytes, words: str
) -> None:
    response = await upload(peter, content, name)
    assert response.status_code == 422
    assert words in peter.text


async def test_going_on_without_a_file_says_so(peter: Browser) -> None:
    await peter.go(IMPORT)
    token = next(each.fields["token"] for each in Forms(peter.page.text).forms if each.action == IMPORT)
    response = await peter.http.post(IMPORT, data={"token": token}, files={"file": ("", b"")})
    assert response.status_code == 422
    assert "Kies eerst een bestand." in response.text


async def test_ten_megabytes_fit_and_more_is_refused(peter: Browser) -> None:
    row = "x" * 990_000 + "\n"
    text = "Vraag;Antwoord\n" + "".join(f"vraag {n};{row}" for n in range(10))
    assert (await upload(peter, text)).status_code == 200
    assert (await upload(peter, text + "y;" + row)).status_code == 422
    assert "Het bestand is te groot: Balie leest hooguit 10 MB." in peter.text
    assert (await upload(peter, 3 * text)).status_code == 413


async def test_everywhere_else_a_large_form_is_still_refused(peter: Browser) -> None:
    await peter.go("/antwoorden/nieuw")
    token = next(each.fields["token"] for each in Forms(peter.page.text).forms if "token" in each.fields)
    response = await peter.http.post("/antwoorden/nieuw", data={"token": token, "answer": "x" * 70_000})
    assert response.status_code == 413


# --- what is to be done ------------------------------------------------------------------------------------------


async def test_a_key_message_is_pinned_and_withdrawn(peter: Browser, base: Answers, balie: Balie) -> None:
    await peter.go("/antwoorden/kernboodschap")
    until = (balie.clock.now() + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    await peter.press("Maak dit het enige voorstel", topic="container", text="Wij staken vandaag.", until=until)
    assert "De kernboodschap is nu het enige voorstel" in peter.text
    assert "Wij staken vandaag." in peter.text
    await peter.press("Intrekken")
    assert "De kernboodschap is ingetrokken." in peter.text
    assert not peter.has("Intrekken")


@pytest.mark.parametrize("until", ["", "morgen", "2020-01-01T10:00"])
async def test_a_key_message_without_an_end_is_refused(peter: Browser, until: str) -> None:
    await peter.go("/antwoorden/kernboodschap")
    await peter.press("Maak dit het enige voorstel", topic="container", text="Wij staken vandaag.", until=until)
    assert peter.page.status_code == 422
    assert "Wij staken vandaag." in peter.page.text


async def test_review_dates_that_came_due_are_on_the_list_of_work(peter: Browser, base: Answers) -> None:
    await stand(base, replace(PASS, review_by=date(2026, 11, 1)))
    await peter.go("/antwoorden/te-doen")
    assert "Opnieuw te bekijken" in peter.text
    assert "Wat kost een paspoort?" in peter.text


async def test_from_a_gap_an_answer_is_made_in_two_clicks(peter: Browser, base: Answers, balie: Balie) -> None:
    for number, text in enumerate(
        ["Mag ik een zwembad in mijn tuin?", "mag er een zwembad in de tuin", "zwembad in tuin mag dat?"]
    ):
        await balie.mention(text, post_id=f"z{number}", author=f"@inwoner{number}")
    await peter.go("/antwoorden/zonder-antwoord")
    assert "zwembad" in peter.text
    await peter.press("Maak een antwoord")
    assert "zwembad" in peter.page.text
    await peter.press("Opslaan", answer="Dat mag tot 30 kuub.")
    assert [each.entry.answer for each in await base.entries(by=PETER)] == ["Dat mag tot 30 kuub."]


async def test_a_learned_wording_is_shown_with_its_answer_and_undone(
    peter: Browser, base: Answers, balie: Balie
) -> None:
    await stand(base, KLIKO)
    card = await balie.mention()
    await balie.store.write(
        lambda c: phrasings.add(
            c,
            entry="kliko",
            text="wanneer komen jullie",
            verdict=Verdict.CONFIRMED,
            mention_id=card.seen.mention_id,
            conversation_id=card.conversation_id,
            reply_key="een",
            at=balie.clock.now(),
            by="jan",
        )
    )
    await peter.go("/antwoorden/antwoord/kliko")
    assert "wanneer komen jullie past · Jan Koning" in peter.text.replace("\u00a0", " ")
    await peter.press("Niet meetellen")
    assert "telt niet meer mee" in peter.text
    assert not peter.has("Niet meetellen")
    assert await balie.store.read(lambda c: phrasings.by_entry(c, Verdict.CONFIRMED)) == {}


async def test_what_was_learned_is_measured(peter: Browser) -> None:
    await peter.go("/antwoorden/effect")
    assert "Er is nog niets geleerd." in peter.text


async def test_the_desk_leads_to_the_answers(peter: Browser) -> None:
    await peter.go("/balie")
    assert 'href="/antwoorden"' in peter.page.text


class Walker:
    """Finds every page gone."""

    async def visit(self, url: str, *, hosts: frozenset[str]) -> LinkState:
        return LinkState.GONE


async def test_dead_links_are_on_the_list_of_work(
    balie: Balie, base: Answers, invites: Invites, fatima: Browser
) -> None:
    await stand(base, replace(KLIKO, source="https://www.veldwijk.example/weg"))
    links = Links(balie.store, balie.rules, balie.clock, Walker())
    app = pages_of(
        balie.office,
        rules=balie.rules,
        clock=balie.clock,
        memory=balie.intake,
        invites=invites,
        answers=base,
        links=links,
    )
    peter = await signed_in(app, invites, "peter")
    await peter.go("/antwoorden/te-doen")
    await peter.press("Kijk de links nu na")
    await Work(balie.store, balie.clock, {"links": links.look}, Lanes()).idle()
    await peter.go("/antwoorden/te-doen")
    assert "De pagina bestaat niet meer: Kliko niet geleegd?" in peter.text
    await peter.http.aclose()
    await fatima.go("/antwoorden/te-doen")
    assert not fatima.has("Kijk de links nu na")
