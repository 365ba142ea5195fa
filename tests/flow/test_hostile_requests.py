"""Requests that no browser of a colleague makes: refused, and never with a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from sqlalchemy import select

from bot.answers import Answers
from bot.clock import real_now
from bot.invites import Invites
from bot.model import Face
from bot.store import tables
from handlers.web.app import Playground, web_app
from handlers.web.desk import WebDesk
from handlers.web.player import Player
from handlers.web.sessions import LIFE
from handlers.web.signin import TRIES_BY_ALL, Tries
from handlers.web.square import Square
from handlers.wording import Wording
from knowledge.rulebook.values import Mandate, Role
from tests.flow.conftest import Balie
from tests.flow.town import TOWN
from tests.flow.web import URL, Browser, Forms, pages_of

NO_ADDRESS = "https://["


@pytest.fixture
async def stranger(balie: Balie) -> AsyncIterator[Browser]:
    invites = Invites(balie.store)
    app = pages_of(balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites)
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def jan(balie: Balie, stranger: Browser) -> Browser:
    await stranger.sign_in(Invites(balie.store), "jan", until=real_now() + timedelta(hours=1))
    return stranger


async def at_the_answers(balie: Balie, user: str) -> Browser:
    """Sign somebody in where there are pages with standard answers."""
    invites = Invites(balie.store)
    app = pages_of(
        balie.office,
        rules=balie.rules,
        clock=balie.clock,
        memory=balie.intake,
        invites=invites,
        answers=Answers(balie.store, balie.rules, balie.clock),
    )
    browser = Browser(app)
    await browser.sign_in(invites, user, until=real_now() + timedelta(hours=1))
    return browser


async def token_of(browser: Browser) -> str:
    forms = Forms((await browser.go("/antwoorden/nieuw")).text).forms
    return next(form.fields["token"] for form in forms if form.method == "post")


async def upload(browser: Browser, content: bytes) -> httpx.Response:
    browser.http.follow_redirects = False
    files = {"file": ("antwoorden.csv", content)}
    return await browser.http.post("/antwoorden/import", data={"token": await token_of(browser)}, files=files)


@pytest.fixture
async def keeper(balie: Balie) -> AsyncIterator[Browser]:
    """The coordinator, on the pages with standard answers."""
    browser = await at_the_answers(balie, "peter")
    yield browser
    await browser.http.aclose()


async def test_an_origin_that_is_no_address_is_another_site(balie: Balie, jan: Browser) -> None:
    card = await balie.mention()
    await jan.go("/balie")
    jan.http.headers["origin"] = NO_ADDRESS
    assert (await jan.press("Oppakken")).status_code == 403
    assert (await balie.card(card)).face is Face.NEW


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": NO_ADDRESS}])
async def test_another_site_cannot_sign_somebody_in(balie: Balie, stranger: Browser, headers: dict[str, str]) -> None:
    token = await Invites(balie.store).create("jan", until=real_now() + timedelta(hours=1))
    answer = await stranger.http.post(f"/aanmelden/{token}", headers=headers)
    assert answer.status_code == 403
    assert await Invites(balie.store).whose(token) == "jan"  # and the link still works


async def test_after_a_working_day_one_signs_in_again(jan: Browser) -> None:
    assert (await jan.go("/balie")).status_code == 200
    with time_machine.travel(datetime.now(UTC) + LIFE, tick=False):
        assert "Je bent Jan" not in (await jan.go("/balie")).text


async def test_a_link_to_sign_in_ends(balie: Balie, stranger: Browser) -> None:
    token = await Invites(balie.store).create("jan", until=real_now() - timedelta(seconds=1))
    assert (await stranger.go(f"/aanmelden/{token}")).status_code == 410
    assert (await stranger.http.post(f"/aanmelden/{token}")).status_code == 410


def test_guessing_from_many_addresses_is_slowed_down_too() -> None:
    tries = Tries()
    allowed = [tries.allowed(f"192.0.2.{number}") for number in range(TRIES_BY_ALL + 1)]
    assert allowed == [True] * TRIES_BY_ALL + [False]


@pytest.mark.parametrize(
    "channel", ["//evil.example", "https://evil.example", "a\r\nset-cookie: x=1", "../x", "a#b", "a&b", "<b>", "a b"]
)
async def test_after_a_form_one_stays_on_our_pages(balie: Balie, jan: Browser, channel: str) -> None:
    await balie.mention()
    await jan.go("/balie")
    jan.http.follow_redirects = False
    answer = await jan.press("Oppakken", kanaal=channel)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/balie?kanaal=#kaart-1"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("&".join(f"f{number}=1" for number in range(3000)), "application/x-www-form-urlencoded"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        (
            '--x\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\na\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        ("{}", "application/json"),
    ],
    ids=["many fields", "broken", "a file", "json"],
)
async def test_what_is_no_form_of_ours_is_refused_in_words(jan: Browser, content: str, kind: str) -> None:
    answer = await jan.http.post("/balie/kaart/1/claim", content=content, headers={"content-type": kind})
    assert answer.status_code == 403
    assert "Dit formulier is verlopen" in answer.text


@pytest.fixture
async def demo(balie: Balie, tmp_path: Path) -> AsyncIterator[Browser]:
    rulebook, clock = balie.rules.rulebook, balie.clock
    wording = Wording("nl", zone=rulebook.town.zone, now=clock.now)
    account = rulebook.accounts["plein"]
    square = Square(account, path=tmp_path / "square.db", memory=balie.intake, clock=clock, public_url=URL)
    player = Player(square, clock=clock, zone=rulebook.town.zone)

    async def all_well() -> dict[str, str]:
        return {}

    browser = Browser(
        web_app(
            office=balie.office,
            desk=WebDesk(memory=balie.intake, wording=wording, clock=clock),
            rulebook=lambda: rulebook,
            wording=wording,
            clock=clock,
            secret="not a secret",
            public_url=URL,
            ready=all_well,
            playground=Playground(square=square, player=player, clock=clock),
        )
    )
    yield browser
    await browser.http.aclose()
    await square.aclose()


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
async def test_a_post_that_cannot_be_is_not_there(demo: Browser, number: int) -> None:
    assert (await demo.go(f"/plein/{number}")).status_code == 404
    assert (await demo.go(f"/plein/{number}/wijzigen")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/antwoorden/import/{}/terugdraaien",
        "/antwoorden/antwoord/kliko/bewoording/{}/weg",
        "/antwoorden/voorstel/{}/ja",
        "/antwoorden/kernboodschap/{}/intrekken",
    ],
)
async def test_what_cannot_be_the_number_of_a_row_is_asked_of_no_database(
    balie: Balie, keeper: Browser, path: str
) -> None:
    token = await token_of(keeper)
    for number in (2**31, 10**30):
        answer = await keeper.http.post(path.format(number), data={"token": token})
        assert answer.status_code == 404
    older = {"token": token, "number": str(10**16), "revision": "1"}
    assert (await keeper.http.post("/antwoorden/antwoord/kliko/terug", data=older)).status_code == 409


FILE = b"vraag;antwoord\nHoe laat gaat u open?;Om negen uur.\n"


async def test_only_the_coordinator_leaves_a_file_with_us(balie: Balie) -> None:
    fatima = await at_the_answers(balie, "fatima")
    answer = await upload(fatima, FILE)
    assert answer.status_code == 409
    kept = await balie.store.read(lambda c: c.execute(select(tables.kept.c.name)).scalars().all())
    assert not [name for name in kept if name.startswith("upload")]
    await fatima.http.aclose()


async def test_two_coordinators_bring_in_a_file_each(balie: Balie, keeper: Browser) -> None:
    jan = replace(TOWN.members["jan"], mandates=(Mandate(role=Role.COORDINATOR),))
    balie.rules.rulebook = replace(TOWN, members=TOWN.members | {"jan": jan})
    other = await at_the_answers(balie, "jan")
    mine, theirs = [(await upload(each, FILE)).headers["location"] for each in (keeper, other)]
    assert (await keeper.go(mine)).status_code == (await other.go(theirs)).status_code == 200
    assert (await keeper.go(theirs)).status_code == 409
    await other.http.aclose()
