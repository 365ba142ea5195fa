"""``balie check --live`` and ``balie manifest slack``: an administrator connects a workspace."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from click.testing import CliRunner

from handlers.commands.slack import live, manifest
from handlers.desks.slack.manifest import EVENTS, SCOPES
from tests.flow.slack_world import CHANNELS, TOWN_IN_SLACK
from tests.servers.slack import BOT_TOKEN, Slack, text_of

TOKENS = {"BOT_TOKEN": BOT_TOKEN, "APP_TOKEN": "xapp"}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    server = Slack()
    await server.start()
    for channel in CHANNELS.values():
        server.channel(channel)
    yield server
    await server.stop()
    assert server.refused == []


async def test_a_test_card_is_posted_and_changed_in_every_channel(
    slack: Slack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await live(TOWN_IN_SLACK, TOKENS, base_url=slack.base_url)
    for channel in CHANNELS.values():
        (card,) = slack.channel(channel).messages
        assert "Je hoeft niets te doen" in text_of(card)
    assert capsys.readouterr().out.count("in orde") == len(CHANNELS)


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "channel_not_found", "missing_scope"])
async def test_a_channel_that_is_not_ready_is_named_with_the_way_out(
    slack: Slack, capsys: pytest.CaptureFixture[str], error: str
) -> None:
    slack.channel("CAFVAL").error = error
    assert not await live(TOWN_IN_SLACK, TOKENS, base_url=slack.base_url)
    assert "kanaal CAFVAL van Afval. Nodig Balie uit: /invite @Balie" in capsys.readouterr().out


async def test_a_wrong_token_is_said_and_nothing_is_posted(slack: Slack, capsys: pytest.CaptureFixture[str]) -> None:
    assert not await live(TOWN_IN_SLACK, {"BOT_TOKEN": "xoxb-other"}, base_url=slack.base_url)
    assert "Slack kent het bottoken van werkruimte T1 niet." in capsys.readouterr().out
    assert [method for method, _ in slack.calls] == ["auth.test"]


async def test_each_workspace_has_its_own_token(slack: Slack) -> None:
    own = {"BOT_TOKEN": "xoxb-other", "BOT_TOKEN_T1": BOT_TOKEN}
    assert await live(TOWN_IN_SLACK, own, base_url=slack.base_url)


async def test_a_token_of_another_workspace_is_told_apart(slack: Slack, capsys: pytest.CaptureFixture[str]) -> None:
    slack.team = "T9"
    assert not await live(TOWN_IN_SLACK, TOKENS, base_url=slack.base_url)
    assert "hoort bij werkruimte T9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"deleted": True}, "is weg uit Slack"),
        ({"is_restricted": True}, "is gast in Slack"),
        ({"team_id": "T9"}, "is gast in Slack"),
    ],
)
async def test_a_person_who_left_or_is_a_guest_is_named(
    slack: Slack, capsys: pytest.CaptureFixture[str], person: dict[str, object], words: str
) -> None:
    slack.people["UJAN"] = person
    assert not await live(TOWN_IN_SLACK, TOKENS, base_url=slack.base_url)
    assert f"Jan Koning (UJAN) {words}" in capsys.readouterr().out


def test_the_manifest_asks_for_socket_mode_and_no_address() -> None:
    answer = CliRunner().invoke(manifest, ["slack"])
    described = json.loads(answer.output)
    assert described["settings"]["socket_mode_enabled"]
    assert "://" not in answer.output
    assert described["oauth_config"]["scopes"]["bot"] == list(SCOPES)


def test_the_manifest_for_http_names_one_address_everywhere() -> None:
    described = json.loads(CliRunner().invoke(manifest, ["slack", "--address", "https://balie.example/"]).output)
    assert not described["settings"]["socket_mode_enabled"]
    address = "https://balie.example/slack/events"
    assert described["settings"]["event_subscriptions"]["request_url"] == address
    assert described["settings"]["interactivity"]["message_menu_options_url"] == address
    assert described["features"]["slash_commands"][0]["url"] == address


def test_no_more_is_asked_of_slack_than_is_used() -> None:
    assert len(SCOPES) == len(set(SCOPES)) == 8
    assert not [scope for scope in SCOPES if scope.startswith(("admin", "files", "users.profile", "im:", "reactions"))]
    assert not [event for event in EVENTS if event.startswith("reaction")]
