"""The program as `make run` builds it, with Slack and Telegram: what strangers get, and what it says of its secrets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.settings import read
from handlers.app import Program, build
from tests.servers.slack import signed

SECRETS = {
    "BALIE_SECRET": "kanarie-cookies-kanarie-cookies-x",
    "BALIE_METRICS_TOKEN": "kanarie-metrics-kanarie-metrics-x",
    "BALIE_SLACK_BOT_TOKEN": "xoxb-kanarie",
    "BALIE_SLACK_SIGNING_SECRET": "kanarie-signing",
    "BALIE_PASSWORD_TG": "4242:AAkanarie",
    "BALIE_PASSWORD_BSKY": "kanarie-app-password",
    "BALIE_PROXY": "http://balie:kanarie-proxy@127.0.0.1:9",
}
RULES = """
town: Veldwijk
catch_all: webcare
accounts:
  tg: {channel: telegram, name: "@GemeenteBot"}
  bsky: {channel: bluesky, name: "@gemeente.test"}
departments:
  webcare: {name: Webcare, channels: {slack: T0123456/C0123456, web: webcare}}
people:
  jk: {name: Jan de Koning, identities: {web: jan}, mandates: [{role: administrator}]}
"""
EVENTS = "/slack/events"
DIALOG = {"type": "view_submission", "team": {"id": "T0123456"}, "user": {"id": "U1"}, "view": {"text": "x" * 200_000}}


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    built = build(read({**SECRETS, "BALIE_DATA": str(tmp_path / "data"), "BALIE_RULES": str(rules)}))
    yield built
    for closing in (*built.channels.values(), *built.desks.values()):
        await closing.aclose()
    built.store.close()


@pytest.fixture
async def http(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(program.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://balie") as client:
        yield client


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{", {}),
        (b"", {}),
        (b"payload=%7B", {"content-type": "application/x-www-form-urlencoded"}),
        (b"{}", {"x-slack-request-timestamp": "yesterday", "x-slack-signature": "v0=0"}),
        (b"{}", {"x-slack-request-timestamp": "9" * 400, "x-slack-signature": "v0=0"}),
        signed({"type": "event_callback"}, "events_api", secret="another"),
    ],
    ids=["half JSON", "nothing", "half a form", "no number", "a large number", "another secret"],
)
async def test_a_stranger_at_the_door_of_slack_gets_401_and_nothing_else(
    http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], content: bytes, headers: dict[str, str]
) -> None:
    answer = await http.post(EVENTS, content=content, headers=headers)
    assert (answer.status_code, answer.text) == (401, "")
    output = capsys.readouterr()
    assert "Traceback" not in output.out + output.err


async def test_a_large_dialog_gets_through_the_door(http: httpx.AsyncClient) -> None:
    body, headers = signed(DIALOG, "interactive", secret=SECRETS["BALIE_SLACK_SIGNING_SECRET"])
    assert (await http.post(EVENTS, content=body, headers=headers)).status_code == 503  # the desk is not connected yet


async def test_no_more_gets_through_than_the_largest_dialog(http: httpx.AsyncClient) -> None:
    assert (await http.post(EVENTS, content=b"x" * 1_000_001)).status_code == 413


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/livez", "/aanmelden", "/balie"])
async def test_no_secret_stands_on_a_page(http: httpx.AsyncClient, path: str) -> None:
    token = SECRETS["BALIE_METRICS_TOKEN"]
    answer = await http.get(path, headers={"authorization": f"Bearer {token}"}, follow_redirects=True)
    assert "kanarie" not in answer.text + str(answer.headers)


def test_no_secret_stands_in_what_the_program_says_of_itself(program: Program) -> None:
    parts = [program, program.settings, *program.channels.values(), *program.desks.values()]
    assert [part for part in map(repr, parts) if "kanarie" in part] == []
