"""The page "Werkt alles?": what asks for a person, in a sentence that says what to do, for whom it concerns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import real_now
from bot.desk_watch import DeskWatch
from bot.health import Checkup
from bot.invites import Invites
from bot.model import Mentioned, Recovery
from bot.pulse import Contact, Pulse
from bot.store import Store, flights, pulses
from bot.store.flights import Flight
from handlers.web.status import PATH
from knowledge.rulebook.values import Role
from knowledge.sentence import Sentence, say
from tests.flow.conftest import Balie, a_mention
from tests.flow.test_metrics import checkup
from tests.flow.town import MONDAY, TOWN, member
from tests.flow.web import Browser, pages_of

COORDINATOR = "peter"


@pytest.fixture
async def peter(balie: Balie) -> AsyncIterator[Browser]:
    browser = await visit(balie, COORDINATOR)
    yield browser
    await browser.http.aclose()


async def visit(balie: Balie, user: str, looks: Checkup | None = None) -> Browser:
    invites = Invites(balie.store)
    app = pages_of(
        balie.office,
        rules=balie.rules,
        clock=balie.clock,
        memory=balie.intake,
        invites=invites,
        health=(looks or checkup(balie)).look,
    )
    browser = Browser(app)
    await browser.sign_in(invites, user, until=real_now() + timedelta(hours=1))
    return browser


async def beat(store: Store, *, contact: Contact = Contact.CONNECTED, trouble: Sentence | None = None) -> None:
    now = real_now()
    pulse = Pulse(contact=contact, since=now, heard=now, trouble=trouble)
    await store.lead(lambda c: pulses.keep(c, "plein", pulse, at=now))
    await store.write(lambda c: pulses.saw(c, "plein", at=MONDAY - timedelta(hours=2), lag=timedelta(seconds=4)))


async def test_where_all_is_well_the_page_says_so(balie: Balie, peter: Browser) -> None:
    await beat(balie.store)
    await DeskWatch({("web", ""): balie.desk}, balie.store).look()
    assert (await peter.go(PATH)).status_code == 200
    assert "Alles werkt." in peter.text
    assert "@gemeenteveldwijk (Nepnet) verbonden · laatste bericht" in peter.text
    assert "hier na 4 s" in peter.text
    assert "De pagina's van Balie verbonden" in peter.text
    assert f"Balie 1.2.3 met {'SQLite' if balie.store.database == 'sqlite' else 'PostgreSQL'}." in peter.text
    assert "Er wacht niets." in peter.text


async def test_the_desk_leads_there_and_only_those_whom_it_concerns(balie: Balie, peter: Browser) -> None:
    assert f'href="{PATH}"' in (await peter.go("/balie")).text
    jan = await visit(balie, "jan")
    assert PATH not in (await jan.go("/balie")).text
    assert (await jan.go(PATH)).status_code == 403
    assert "Deze pagina is niet voor jou" in jan.text


@pytest.mark.parametrize("role", list(Role))
async def test_it_is_for_the_coordinator_and_the_administrator(balie: Balie, role: Role) -> None:
    members = {**TOWN.members, "jan": member("jan", "Jan Koning", role)}
    balie.rules.rulebook = replace(TOWN, members=members)
    jan = await visit(balie, "jan")
    allowed = role in (Role.COORDINATOR, Role.ADMINISTRATOR)
    assert (await jan.go(PATH)).status_code == (200 if allowed else 403)


async def test_a_stranger_is_asked_to_sign_in(balie: Balie) -> None:
    app = pages_of(
        balie.office,
        rules=balie.rules,
        clock=balie.clock,
        memory=balie.intake,
        invites=Invites(balie.store),
        health=checkup(balie).look,
    )
    stranger = Browser(app)
    assert "Je bent niet (meer) aangemeld" in (await stranger.go(PATH)).text


async def test_a_connection_in_trouble_comes_with_what_to_do(balie: Balie, peter: Browser) -> None:
    sentence = say("The connection with %(account)s works again.", account="@x")
    await beat(balie.store, contact=Contact.BLOCKED, trouble=sentence)
    await peter.go(PATH)
    assert "Dit vraagt aandacht" in peter.text
    assert "De verbinding met @x werkt weer." in peter.text
    assert "niet verbonden sinds" in peter.text


async def test_a_desk_in_trouble_says_so(balie: Balie, peter: Browser) -> None:
    balie.desk.trouble = say("Slack cannot be reached. Look at the proxy and the network.")
    await DeskWatch({("web", ""): balie.desk}, balie.store).look()
    assert "Slack is niet bereikbaar. Kijk naar de proxy" in (await peter.go(PATH)).text


async def test_the_coordinator_is_told_on_the_desk_itself_and_nobody_else(balie: Balie, peter: Browser) -> None:
    assert "notice urgent" not in (await peter.go("/balie")).text
    balie.desk.trouble = say("Slack cannot be reached. Look at the proxy and the network.")
    await DeskWatch({("web", ""): balie.desk}, balie.store).look()
    words = "Slack is niet bereikbaar. Kijk naar de proxy"
    assert words in (await peter.go("/balie")).text
    assert words not in (await (await visit(balie, "jan")).go("/balie")).text


async def test_an_account_without_a_password_says_which_setting_is_missing(balie: Balie) -> None:
    peter = await visit(balie, COORDINATOR, replace(checkup(balie), channels={}))
    assert "Stel BALIE_PASSWORD_PLEIN in" in (await peter.go(PATH)).text


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_an_answer_in_doubt_leads_to_its_card(balie: Balie, peter: Browser) -> None:
    balie.platform.faults += ["500 before"]
    card = await balie.place(await balie.mention())
    await balie.resolved(card)
    await peter.go(PATH)
    assert "Afval · sinds" in peter.text
    assert "Misschien staat er een antwoord. Kijk even op de kaart." in peter.text
    assert f'href="/balie/kaart/{card.conversation_id}"' in peter.page.text


async def test_a_card_that_is_not_in_the_chat_is_named(balie: Balie, peter: Browser) -> None:
    balie.desk.failures = 100
    await balie.receive(Mentioned(event_id="e", mention=a_mention()))
    for _ in range(6):
        await balie.later()
    await peter.go(PATH)
    assert "De kaart staat nog niet in de chat." in peter.text
    assert 'href="/balie/kaart/1"' in peter.page.text


async def test_work_that_keeps_failing_is_named(balie: Balie, peter: Browser) -> None:
    async def broken(*_: object) -> object:
        raise OSError("broken")

    balie.channel.post = broken  # type: ignore[method-assign,assignment]
    await balie.place(await balie.mention())
    for _ in range(12):
        await balie.later(timedelta(minutes=6))
    assert "Dit mislukt steeds. Kijk in het logboek van Balie." in (await peter.go(PATH)).text


async def test_what_waits_is_counted_by_sort(balie: Balie, peter: Browser) -> None:
    await balie.receive(Mentioned(event_id="e", mention=a_mention()))
    await peter.go(PATH)
    assert "Kaarten te tonen 2 · sinds 14:00" in peter.text


@pytest.mark.parametrize(("hours", "gentle"), [("", False), ("24", False), ("1", True), ("x", False)])
async def test_an_account_that_is_quieter_than_usual_gets_a_gentle_line(
    balie: Balie, peter: Browser, hours: str, gentle: bool
) -> None:
    account = replace(TOWN.accounts["plein"], options={"expected": hours} if hours else {})
    balie.rules.rulebook = replace(TOWN, accounts={"plein": account})
    await beat(balie.store)
    assert ("langer dan gewoonlijk" in (await peter.go(PATH)).text) is gentle


async def test_no_word_of_a_citizen_stands_there(balie: Balie, peter: Browser) -> None:
    balie.desk.failures = 100
    mention = a_mention(text="kliko kanariepiet", author="@kanarie", author_id="kanarie")
    await balie.receive(Mentioned(event_id="e", mention=mention))
    for _ in range(6):
        await balie.later()
    assert "kanarie" not in (await peter.go(PATH)).text


@pytest.mark.parametrize("late", [False, True])
async def test_the_last_test_message_is_told_with_the_way_it_went(balie: Balie, peter: Browser, late: bool) -> None:
    await beat(balie.store)
    sent = real_now() - timedelta(seconds=30)
    flight = Flight(mark="balie-0", sent=sent, arrived=sent + timedelta(seconds=2.5), late=late)
    await balie.store.lead(lambda c: flights.keep(c, "plein", flight))
    await peter.go(PATH)
    assert "op de kaart binnen 3 s (over het kanaal zelf)" in peter.text
    assert ("Proefberichten komen niet op tijd aan." in peter.text) is late
