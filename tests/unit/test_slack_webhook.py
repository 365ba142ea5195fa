"""Only what Slack signed gets in, and nothing makes a traceback."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette

from handlers.desks.slack.webhook import PATH, slack_route
from tests.servers.slack import SECRET, signed

Request = tuple[bytes, dict[str, str]]

EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": {"type": "app_mention", "user": "U1"}}


class Desk:
    """A workspace whose app notes what it hears."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.heard: list[str] = []
        self.app: AsyncApp | None = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

        async def hear(event: dict[str, str]) -> None:
            self.heard.append(event["user"])

        self.app.event("app_mention")(hear)


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="-")


@pytest.fixture
def desk() -> Desk:
    return Desk(SECRET)


@pytest.fixture
def other() -> Desk:
    return Desk("another-secret")


@pytest.fixture
async def http(desk: Desk, other: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=[slack_route([desk, other, Desk("")])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://balie") as client:
        yield client


async def test_what_slack_signed_is_heard_by_the_workspace_whose_secret_fits(
    http: httpx.AsyncClient, desk: Desk, other: Desk
) -> None:
    for secret in (SECRET, "another-secret"):
        body, headers = signed(EVENT, "events_api", secret=secret)
        assert (await http.post(PATH, content=body, headers=headers)).status_code == 200
    assert (desk.heard, other.heard) == (["U1"], ["U1"])


async def test_slack_can_check_the_address(http: httpx.AsyncClient) -> None:
    body, headers = signed({"type": "url_verification", "challenge": "c"}, "events_api")
    answer = await http.post(PATH, content=body, headers=headers)
    assert (answer.status_code, "c" in answer.text) == (200, True)


def at(seconds: int) -> Request:
    """Sign rightly, so many seconds from now."""
    return signed(EVENT, "events_api", at=int(time.time()) + seconds)


@pytest.mark.parametrize(
    "forge",
    [
        lambda body, headers: (body, {}),
        lambda body, headers: (b"{", {}),
        lambda body, headers: (b"\xff\xfe", {"content-type": "application/json"}),
        lambda body, headers: (body, {**headers, "x-slack-signature": "v0=" + "0" * 64}),
        lambda body, headers: (body, {**headers, "x-slack-signature": "é"}),
        lambda body, headers: (body, {**headers, "x-slack-signature": ""}),
        lambda body, headers: (body + b" ", headers),
        lambda body, headers: (body, {**headers, "x-slack-request-timestamp": "yesterday"}),
        lambda body, headers: (body, {**headers, "x-slack-request-timestamp": "-5"}),
        lambda body, headers: (body, {**headers, "x-slack-request-timestamp": "9" * 400}),
        lambda *_: at(-301),
        lambda *_: at(3000),
        lambda *_: signed(EVENT, "events_api", secret="wrong"),
        lambda *_: signed(EVENT, "events_api", secret="x"),
    ],
)
async def test_forged_stale_unsigned_and_broken_is_refused_without_a_traceback(
    http: httpx.AsyncClient, desk: Desk, caplog: pytest.LogCaptureFixture, forge: Callable[..., Request]
) -> None:
    content, headers = forge(*signed(EVENT, "events_api"))  # signed now: an old signature would be refused anyway
    raw = [(name.encode(), value.encode("latin-1", "ignore")) for name, value in headers.items()]
    with caplog.at_level(logging.DEBUG):
        answer = await http.post(PATH, content=content, headers=raw)
    assert answer.status_code == 401
    assert answer.text == ""
    assert desk.heard == []
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000, urlencode({"payload": "{"}).encode()])
async def test_what_is_signed_and_cannot_be_read_is_refused_too(http: httpx.AsyncClient, content: bytes) -> None:
    kind = "application/x-www-form-urlencoded" if content.startswith(b"payload") else "application/json"
    now = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + content, hashlib.sha256).hexdigest()
    headers = {"content-type": kind, "x-slack-request-timestamp": now, "x-slack-signature": f"v0={digest}"}
    assert (await http.post(PATH, content=content, headers=headers)).status_code in (400, 401)


async def test_too_much_is_not_even_verified(http: httpx.AsyncClient) -> None:
    assert (await http.post(PATH, content=b"x" * 1_000_001)).status_code == 413


async def test_before_the_desk_is_connected_slack_is_asked_to_come_again(http: httpx.AsyncClient, desk: Desk) -> None:
    desk.app = None
    body, headers = signed(EVENT, "events_api")
    assert (await http.post(PATH, content=body, headers=headers)).status_code == 503
    assert json.loads(body) == EVENT
