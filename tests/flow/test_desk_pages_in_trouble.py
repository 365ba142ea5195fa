"""When a channel refuses or does not answer: what the page asks before anything is posted again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import httpx
import pytest

from bot.clock import real_now
from bot.front_office import FrontOffice
from bot.invites import Invites
from bot.model import Card, Face, Recovery
from tests.flow.conftest import Balie
from tests.flow.web import URL, Browser, pages_of


@pytest.fixture
def recovery() -> Recovery:
    return Recovery.ASK


@pytest.fixture
async def jan(balie: Balie) -> AsyncIterator[Browser]:
    invites = Invites(balie.store)
    app = pages_of(balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites)
    browser = Browser(app)
    await browser.sign_in(invites, "jan", until=real_now() + timedelta(hours=1))
    yield browser
    await browser.http.aclose()


async def test_a_mistake_of_ours_is_told_in_words_and_with_every_header(balie: Balie, jan: Browser) -> None:
    class Broken:
        async def departments(self, by: object) -> None:
            raise RuntimeError("geheim")

    invites = Invites(balie.store)
    app = pages_of(
        cast(FrontOffice, Broken()), rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL, cookies=jan.http.cookies) as visitor:
        answer = await visitor.get("/balie/kanalen")
    assert answer.status_code == 500
    assert "Hier ging iets mis" in answer.text
    assert "geheim" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def placed(balie: Balie, fault: str) -> Card:
    balie.platform.faults.append(fault)
    return await balie.resolved(await balie.place(await balie.mention(url="https://fake.example/m1")))


async def test_maybe_posted_is_confirmed_by_who_looked(balie: Balie, jan: Browser) -> None:
    card = await placed(balie, "cut after")
    await jan.go("/balie")
    assert "Misschien geplaatst. We kunnen dit niet nakijken. Opnieuw plaatsen kan dubbel zijn." in jan.text
    await jan.press("Het staat er")
    assert (await jan.press("Het staat er", url="geen link")).status_code == 422
    assert 'id="fout-url"' in jan.page.text
    await jan.press("Het staat er", url="")
    assert (await balie.card(card)).face is Face.ANSWERED
    assert len(balie.platform.texts()) == 1


async def test_posting_again_needs_the_tick_of_who_looked(balie: Balie, jan: Browser) -> None:
    card = await placed(balie, "500 before")
    await jan.go("/balie")
    await jan.press("Opnieuw plaatsen")
    assert (await jan.press("Opnieuw plaatsen")).status_code == 422
    assert 'class="error" id="fout-looked"' in jan.page.text
    assert balie.platform.texts() == []
    await jan.press("Opnieuw plaatsen", looked="1")
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_what_the_channel_refuses_is_said_with_a_way_out(balie: Balie, jan: Browser) -> None:
    card = await placed(balie, "refused")
    await jan.go("/balie")
    assert "Niet geplaatst: " in jan.text
    assert "Antwoord op " in jan.text
    await jan.press("Gedaan")
    assert "Wij komen morgen langs." in jan.page.text
    assert (await jan.press("Gedaan", url="", text="")).status_code == 422
    await jan.press("Gedaan", url="https://fake.example/own", text="Wij komen morgen langs.")
    assert (await balie.card(card)).face is Face.ANSWERED


async def test_an_answer_is_taken_away_only_after_asking(balie: Balie, jan: Browser) -> None:
    card = await balie.resolved(await balie.place(await balie.mention()))
    assert card.face is Face.ANSWERED
    await jan.go("/balie")
    await jan.press("Intrekken")
    assert "Mensen kunnen het al gelezen hebben." in jan.text
    assert balie.channel.removed == []
    await jan.press("Intrekken")
    await balie.work.idle()
    assert balie.channel.removed == ["own-1"]
    await jan.go("/balie")
    assert not jan.has("Intrekken")
