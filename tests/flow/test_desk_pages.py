"""The embedded desk in `make run`: who gets in, what is refused, and the main job without JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.clock import real_now
from bot.conversation import Action
from bot.invites import Invites
from bot.model import Edited, Face, Visibility
from handlers.web.guard import MAX_BODY
from handlers.web.signin import TRIES
from tests.flow.conftest import Balie
from tests.flow.town import FATIMA, PETER
from tests.flow.web import Browser, pages_of

HOSTILE = " ".join(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "\"'> </blockquote><h1>Goedgekeurd</h1>",
        "\u202egnol",
        "<!channel>",
    ]
)


@pytest.fixture
def invites(balie: Balie) -> Invites:
    return Invites(balie.store)


@pytest.fixture
def app(balie: Balie, invites: Invites) -> Starlette:
    return pages_of(balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites)


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[Browser]:
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


async def signed_in(app: Starlette, invites: Invites, user: str) -> Browser:
    browser = Browser(app)
    await browser.sign_in(invites, user, until=soon())
    return browser


@pytest.fixture
async def jan(app: Starlette, invites: Invites) -> AsyncIterator[Browser]:
    browser = await signed_in(app, invites, "jan")
    yield browser
    await browser.http.aclose()


def soon() -> object:
    return real_now() + timedelta(hours=1)


# --- who gets in ------------------------------------------------------------------------------------------------------


async def test_a_link_signs_in_once_and_looking_at_it_uses_nothing(
    app: Starlette, invites: Invites, stranger: Browser
) -> None:
    link = f"/aanmelden/{await invites.create('jan', until=soon())}"
    for _ in range(3):
        await stranger.go(link)
        assert "Deze link is voor Jan Koning en werkt één keer." in stranger.text
    await stranger.press("Aanmelden als Jan Koning")
    assert "Je bent Jan Koning" in stranger.text
    other = Browser(app)
    assert (await other.go(link)).status_code == 410
    assert "Deze link werkt niet meer" in other.text
    assert (await other.http.post(link)).status_code == 410


@pytest.mark.parametrize("path", ["/balie", "/balie/kaart/1", "/balie/kanalen", "/stroom", "/balie/kaart/1/forward"])
async def test_without_signing_in_no_page_is_shown(stranger: Browser, path: str) -> None:
    answer = await stranger.go(path)
    assert answer.status_code == 401
    assert "Je bent niet (meer) aangemeld" in stranger.text


async def test_a_cookie_that_we_did_not_sign_is_nobody(balie: Balie, app: Starlette, stranger: Browser) -> None:
    stranger.http.cookies.set("__Host-balie", "eyJ1IjoiamFuIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert (await stranger.go("/balie")).status_code == 401


async def test_a_colleague_who_left_the_rulebook_is_refused_at_once(balie: Balie, jan: Browser) -> None:
    members = {key: member for key, member in balie.rules.rulebook.members.items() if key != "jan"}
    balie.rules.replace(replace(balie.rules.rulebook, members=members), balie.rules.advisor)
    answer = await jan.go("/balie")
    assert answer.status_code == 403
    assert "Wij kennen je hier niet" in jan.text


async def test_revoking_ends_every_session_of_that_colleague(invites: Invites, jan: Browser) -> None:
    await invites.revoke("jan")
    assert (await jan.go("/balie")).status_code == 401


async def test_signing_out_ends_the_session(jan: Browser) -> None:
    await jan.press("Afmelden")
    assert (await jan.go("/balie")).status_code == 401


async def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(jan: Browser, stranger: Browser) -> None:
    stranger.http.cookies.update(jan.http.cookies)
    assert (await stranger.go("/balie")).status_code == 200
    await jan.press("Afmelden")
    assert (await stranger.go("/balie")).status_code == 401


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(stranger: Browser, invites: Invites) -> None:
    stranger.http.follow_redirects = False
    await stranger.sign_in(invites, "jan", until=soon())
    cookie = stranger.page.headers["set-cookie"]
    for part in ("__Host-balie=", "HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Max-Age" not in cookie  # it ends with the browser


async def test_guessing_links_is_slowed_down(stranger: Browser) -> None:
    answers = [(await stranger.go(f"/aanmelden/guess{number}")).status_code for number in range(TRIES + 1)]
    assert answers == [410] * TRIES + [429]


async def test_the_token_of_before_signing_in_is_worth_nothing_after_it(
    balie: Balie, app: Starlette, invites: Invites, jan: Browser
) -> None:
    await balie.mention()
    await jan.go("/balie")
    old = jan.page.text.split('name="token" value="')[1].split('"')[0]
    await jan.sign_in(invites, "jan", until=soon())
    answer = await jan.http.post("/balie/kaart/1/claim", data={"token": old, "click": "x", "version": "1"})
    assert answer.status_code == 403


# --- forms that are not ours ------------------------------------------------------------------------------------------


async def test_a_form_without_our_token_is_refused_and_does_nothing(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    for token in ("", "wrong", "é"):
        answer = await jan.http.post("/balie/kaart/1/claim", data={"token": token, "click": "x", "version": "1"})
        assert answer.status_code == 403
        assert "Dit formulier is verlopen" in answer.text
    assert (await balie.card(card)).face is Face.NEW


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://balie.veldwijk.example.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_that_another_site_sends_is_refused(balie: Balie, jan: Browser, headers: dict[str, str]) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    jan.http.headers.update(headers)
    answer = await jan.press("Oppakken")
    assert answer.status_code == 403
    assert (await balie.card(card)).face is Face.NEW


async def test_a_form_that_is_far_too_large_is_refused(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    answer = await jan.press("Oppakken", text="x" * (MAX_BODY + 1))
    assert answer.status_code == 413


async def test_every_answer_carries_the_security_headers(jan: Browser, stranger: Browser) -> None:
    found = [
        await jan.go("/balie"),
        await stranger.go("/balie"),
        await jan.go("/static/balie.css"),
        await jan.go("/no"),
    ]
    for answer in found:
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert found[0].headers["cache-control"] == "no-store"
    assert "immutable" in found[2].headers["cache-control"]


async def test_health_is_told_without_signing_in(stranger: Browser) -> None:
    assert (await stranger.go("/livez")).text == "ok"
    assert (await stranger.go("/readyz")).json() == {"ready": True, "wrong": {}}


# --- the main job -----------------------------------------------------------------------------------------------------


async def test_an_answer_is_written_checked_and_placed_without_javascript(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie?kanaal=afval")
    await jan.press("Beantwoorden")
    assert "Antwoord schrijven" in jan.text
    assert (await balie.card(card)).writing
    await jan.press("Bekijk", text="Wij komen morgen langs.")
    assert "Zo komt het er te staan" in jan.text
    assert "Wij komen morgen langs. ^JK" in jan.text
    assert balie.platform.texts() == []
    await jan.press("Plaatsen")
    assert "Wordt om 14:00:10 geplaatst, door Jan" in jan.text
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    await jan.go("/balie?kanaal=afval")
    assert "Beantwoord · Jan Koning, " in jan.text


async def test_placing_twice_with_one_form_places_once(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", text="Wij komen morgen langs.")
    before = jan.page
    for _ in range(2):
        jan.page = before
        await jan.press("Plaatsen")
        assert "Wordt om 14:00:10 geplaatst" in jan.text
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_an_answer_can_be_held_back_in_the_dialog_and_written_on(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", text="Wij komen morgen langs.")
    await jan.press("Plaatsen")
    await jan.press("Tegenhouden")
    assert "In behandeling · bij Jan, sinds 14:00" in jan.text
    await balie.later()
    assert balie.platform.texts() == []
    await jan.press("Verder schrijven")
    assert "Wij komen morgen langs." in jan.text
    assert (await balie.card(card)).face is Face.CLAIMED


async def test_a_text_that_is_kept_while_typing_is_there_after_a_reload(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", near="bekijken", text="Half geschr")
    await jan.go("/balie")
    await jan.press("Verder schrijven")
    assert "Half geschr" in jan.page.text


async def test_who_may_not_place_hands_in_and_a_colleague_approves_or_sends_back(
    balie: Balie, app: Starlette, invites: Invites, jan: Browser
) -> None:
    card = await balie.mention()
    fatima = await signed_in(app, invites, "fatima")
    await fatima.press("Beantwoorden")
    await fatima.press("Bekijk", text="Wij komen morgen langs.")
    assert not fatima.has("Plaatsen")
    assert "Jan Koning, Peter Boer kan goedkeuren." in fatima.text
    await fatima.press("Laten controleren")
    assert "Wacht op controle · van Fatima, 14:00" in fatima.text
    await jan.go("/balie")
    await jan.press("Terugsturen")
    assert (await jan.press("Terugsturen", note="")).status_code == 422
    await jan.press("Terugsturen", note="Noem de dag.")
    assert (await balie.card(card)).face is Face.CLAIMED
    await fatima.go("/balie")
    await fatima.press("Verder schrijven")
    assert "Teruggestuurd: Noem de dag." in fatima.text
    await fatima.press("Bekijk", text="Wij komen dinsdag langs.")
    await fatima.press("Laten controleren")
    await jan.go("/balie")
    await jan.press("Goedkeuren")
    assert "Zo komt het er te staan" in jan.text
    await jan.press("Plaatsen")
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen dinsdag langs. ^FA"]


async def test_personal_data_is_placed_only_with_the_tick(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", text="Bel onze monteur op 06-12345678.")
    assert "telefoonnummer" in jan.text
    answer = await jan.press("Plaatsen")
    assert answer.status_code == 422
    assert "Zet een vinkje als dit geplaatst mag worden." in jan.text
    await jan.press("Plaatsen", personal="1")
    assert "geplaatst, door Jan" in jan.text


async def test_a_citizen_service_number_leaves_only_the_way_back(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", text="Uw BSN is 111222333.")
    assert not jan.has("Plaatsen")
    assert not jan.has("Laten controleren")
    assert jan.has("Terug")


async def test_a_text_that_is_too_long_can_be_split(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await jan.press("Bekijk", text="Dit is een lange zin over afval. " * 25)
    assert "tekens te lang" in jan.text
    assert (await jan.press("Plaatsen")).status_code == 422
    await jan.press("Plaatsen", split="1")
    await balie.resolved(card)
    assert len(balie.platform.texts()) > 1


async def test_a_message_that_changed_while_somebody_wrote_is_not_answered_unread(balie: Balie, jan: Browser) -> None:
    card = await balie.mention(post_id="m1", thread_id="m1")
    await jan.go("/balie")
    await jan.press("Beantwoorden")
    await balie.receive(Edited(event_id="e1", post_id="m1", text="Een andere vraag", at=balie.clock.now()))
    await jan.press("Bekijk", text="Wij komen morgen langs.")
    answer = await jan.press("Plaatsen")
    assert answer.status_code == 409
    assert "gewijzigd" in jan.text
    assert (await balie.card(card)).face is Face.CLAIMED


async def test_a_click_too_late_is_told_by_whom_and_when(
    balie: Balie, app: Starlette, invites: Invites, jan: Browser
) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await balie.place(card, by=PETER)
    answer = await jan.press("Beantwoorden")
    assert answer.status_code == 409
    assert "Peter Boer" in jan.text
    assert "14:00" in jan.text


# --- the other buttons ------------------------------------------------------------------------------------------------


async def test_no_reply_needed_asks_why(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Geen reactie nodig")
    answer = await jan.press("Geen reactie nodig")
    assert answer.status_code == 422
    assert 'class="error" id="fout-reason"' in answer.text
    await jan.press("Geen reactie nodig", reason="report_filed")
    assert 'class="error" id="fout-note"' in jan.page.text
    await jan.press("Geen reactie nodig", reason="report_filed", note="MOR-2026-00001")
    assert "Geen reactie nodig · melding doorgezet (MOR-2026-00001) · Jan, 14:00" in jan.text
    assert (await balie.card(card)).face is Face.CLOSED
    await jan.press("Heropenen")
    assert (await balie.card(card)).face is Face.OPEN


async def test_spam_is_one_choice_further_than_a_click(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Spam")
    assert (await balie.card(card)).face is Face.NEW
    await jan.press("Geen reactie nodig")
    assert "Geen reactie nodig · spam · Jan" in jan.text


async def test_forwarding_offers_departments_topics_and_neighbourhood_offices(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await jan.press("Doorsturen")
    for words in ("Webcare", "Zorg", "Hulp in huis", "Wijkbureau West"):
        assert words in jan.text
    assert (await jan.press("Doorsturen", to="")).status_code == 422
    await jan.press("Doorsturen", to="topic:hulp")
    assert (await balie.card(card)).department == "Zorg"
    await jan.go("/balie")
    await jan.press("Doorsturen")
    await jan.press("Doorsturen", to="department:west")
    assert (await balie.card(card)).department == "Wijkbureau West"


async def test_a_colleague_can_be_asked_with_a_moment(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    await jan.press("Collega vragen")
    assert (await jan.press("Vragen", colleague="fatima", until="own", own="")).status_code == 422
    await jan.press("Vragen", colleague="fatima", until="own", own="2026-11-23T15:30")
    assert "Uitgezet bij Fatima, antwoord vóór 15:30" in jan.text


async def test_a_reminder_is_asked_for_in_the_towns_time(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    await jan.go("/balie")
    await jan.press("Herinner me later")
    await jan.press("Herinner me", until="own", own="2026-11-24T09:00")
    assert "Herinnering om di 24 nov 09:00, door Jan" in jan.text


async def test_two_messages_become_one_and_two_again(balie: Balie, jan: Browser) -> None:
    first = await balie.mention("Mijn kliko staat er nog", author_id="a", author="@a")
    second = await balie.mention("Onze kliko ook", author_id="b", author="@b")
    await jan.go("/balie")
    await jan.press("Samenvoegen", near=f"/{second.conversation_id}/")
    await jan.press("Samenvoegen", into=str(first.conversation_id))
    assert "Samengevoegd · @b" in jan.text
    await jan.press("Weer losmaken")
    assert (await balie.card(second)).face is not Face.FOLDED


async def test_taking_over_asks_first(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await balie.decide(card, Action.CLAIM, by=FATIMA)
    await jan.go("/balie")
    assert not jan.has("Verder schrijven")
    await jan.press("Overnemen")
    assert "Fatima Amrani heeft dit sinds 14:00. Overnemen? Fatima Amrani krijgt bericht." in jan.text
    assert (await balie.card(card)).holder.key == "fatima"  # type: ignore[union-attr]
    await jan.press("Overnemen")
    assert (await balie.card(card)).holder.key == "jan"  # type: ignore[union-attr]


async def test_an_answer_can_be_corrected_without_writing_the_handle_again(balie: Balie, jan: Browser) -> None:
    card = await balie.resolved(await balie.place(await balie.mention()))
    await jan.go("/balie")
    await jan.press("Corrigeren")
    assert "Correctie schrijven" in jan.text
    assert "Wij komen morgen langs.</textarea>" in jan.page.text
    await jan.press("Bekijk", text="Wij komen dinsdag langs.")
    await jan.press("Plaatsen")
    await balie.resolved(card)
    assert balie.platform.texts()[-1] == "Wij komen dinsdag langs. ^JK"


NO_NUMBERS = (0, 2**31, 2**63, "9" * 900)  # beyond what a database holds


@pytest.mark.parametrize(
    "path",
    [
        "/balie/kaart/99",
        "/balie/kaart/99/forward",
        "/balie/kaart/abc",
        "/zomaar",
        *(f"/balie/kaart/{number}{more}" for number in NO_NUMBERS for more in ("", "/forward")),
    ],
    ids=lambda path: path[:30],
)
async def test_what_is_not_there_is_said_to_be_gone(jan: Browser, path: str) -> None:
    assert (await jan.go(path)).status_code == 404
    assert "Deze pagina bestaat niet" in jan.text


async def test_an_address_without_end_is_refused(jan: Browser) -> None:
    assert (await jan.go(f"/balie/kaart/{'9' * 5000}")).status_code == 414


# --- citizens' words --------------------------------------------------------------------------------------------------


async def test_hostile_words_are_shown_as_words_on_every_page(balie: Balie, jan: Browser) -> None:
    await balie.mention(f"kliko {HOSTILE}", author="@<b>x</b>")
    await balie.mention(f"container {HOSTILE}", author_id="other")
    for path in ("/balie", "/balie/kaart/1", "/balie/kaart/1/forward", "/balie/kaart/1/merge", "/balie/kaart/1/close"):
        page = (await jan.go(path)).text
        for part in ("<script>alert", "<img src=x", "<h1>Goedgekeurd", "<b>x", "\u202e"):
            assert part not in page
    await jan.go("/balie")
    assert "<script>alert(1)</script>" in jan.text  # as words


async def test_a_link_shows_the_host_where_it_really_goes(balie: Balie, jan: Browser) -> None:
    await balie.mention("kliko https://veldwijk.nl.evil.example/pas en http://ge\u043ceente.nl/x")
    page = (await jan.go("/balie")).text
    assert "<span>(veldwijk.nl.evil.example)</span>" in page
    assert "<span>(xn--geeente-" in page
    assert 'rel="noopener noreferrer nofollow ugc"' in page


async def test_a_private_message_stands_in_no_channel_and_reading_it_is_kept(balie: Balie, jan: Browser) -> None:
    card = await balie.mention("Ik zit in de schulden en mijn kliko is weg", visibility=Visibility.PRIVATE)
    for path in ("/balie", f"/balie/kaart/{card.conversation_id}", f"/balie/kaart/{card.conversation_id}/forward"):
        await jan.go(path)
        assert "schulden" not in jan.page.text
    await jan.go("/balie")
    await jan.press("Lezen")
    assert "Ik zit in de schulden" in jan.text
    assert (await balie.card(card)).face is Face.NEW
    await jan.go(f"/balie/kaart/{card.conversation_id}")
    assert "Jan Koning · het privébericht is gelezen" in jan.text


async def test_pages_hold_no_script_and_no_style_of_their_own(balie: Balie, jan: Browser) -> None:
    await balie.mention()
    for path in ("/balie", "/balie/kaart/1", "/balie/kaart/1/remind", "/aanmelden/x"):
        page = (await jan.go(path)).text
        assert "<style" not in page
        assert " style=" not in page
        assert " on" + "click=" not in page
        assert page.count("<script") == page.count('<script defer src="/static/')


async def test_a_reader_of_one_department_sees_no_other(balie: Balie, app: Starlette, invites: Invites) -> None:
    card = await balie.mention("Ik wil een traplift")
    eva = await signed_in(app, invites, "eva")
    await eva.go("/balie")
    assert "traplift" not in eva.text
    assert (await eva.go(f"/balie/kaart/{card.conversation_id}")).status_code == 404


async def test_what_a_colleague_holds_is_not_written_on_without_asking(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    await balie.decide(card, Action.CLAIM, by=FATIMA, writing=True)
    await jan.press("Beantwoorden")
    assert "Overnemen?" in jan.text
    assert "Antwoord schrijven" not in jan.text
