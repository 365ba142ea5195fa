"""A colleague with a browser at the embedded desk, signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.clock import real_now
from bot.invites import Invites
from tests.flow.conftest import Balie
from tests.flow.web import Browser, pages_of


@asynccontextmanager
async def colleague(balie: Balie, user: str) -> AsyncIterator[Browser]:
    invites = Invites(balie.store)
    app = pages_of(balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites)
    browser = Browser(app)
    await browser.sign_in(invites, user, until=real_now() + timedelta(hours=1))
    try:
        yield browser
    finally:
        await browser.http.aclose()
