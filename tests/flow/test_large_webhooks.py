"""Behind the limit of our own forms, platforms still bring what they may: a dialog full of emoji is a large request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from bot.errors import StoreUnavailable
from bot.invites import Invites
from bot.model import Event
from handlers.desks.slack.webhook import PATH, slack_route
from handlers.public.telegram.webhook import FOLDER, telegram_route
from handlers.web.guard import MAX_BODY
from handlers.webhooks import LARGEST
from knowledge.rulebook.values import Account
from tests.flow.conftest import Balie
from tests.flow.web import pages_of
from tests.servers.slack import SECRET, signed

SIZES = [(2 * MAX_BODY, 503), (LARGEST + 1, 413)]  # 503: heard, and nobody is there yet in these tests


class NotConnected:
    secret, app = SECRET, None


class Hook:
    """A bot whose store is away."""

    account, secret = Account(key="bot", channel="telegram", name="@bot"), "shown"

    async def take(self, update: object, receive: Any) -> None:
        raise StoreUnavailable("away")


async def receive(account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
    raise AssertionError("nothing is taken in")


async def status(balie: Balie, route: Route, path: str, content: bytes, headers: dict[str, str]) -> int:
    invites = Invites(balie.store)
    app = pages_of(
        balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites, more=(route,)
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://balie") as client:
        return (await client.post(path, content=content, headers=headers)).status_code


@pytest.mark.parametrize(("size", "expected"), SIZES)
async def test_a_large_dialog_of_slack_is_heard(balie: Balie, size: int, expected: int) -> None:
    body, headers = signed({"type": "view_submission", "text": "x" * size}, "interactive")
    assert await status(balie, slack_route([NotConnected()]), PATH, body, headers) == expected


@pytest.mark.parametrize(("size", "expected"), SIZES)
async def test_a_large_update_of_telegram_is_heard(balie: Balie, size: int, expected: int) -> None:
    hook: Any = Hook()
    content = b'{"message": {"text": "' + b"x" * size + b'"}}'
    headers = {"x-telegram-bot-api-secret-token": "shown"}
    assert await status(balie, telegram_route([hook], receive), f"{FOLDER}/bot", content, headers) == expected
