"""What is typed in Slack stays internal, whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.store import Store
from tests import servers
from tests.flow.slack_world import CHANNELS, FATIMA, JAN, STRANGER, World, slack_identity, world
from tests.servers.slack import BOT, TEAM, text_of

AFVAL = CHANNELS["afval"]
HINT = "Dit blijft intern. Antwoorden doe je met Beantwoorden."

# every event that Slack's own description of its Events API names
EVENTS = (Path(servers.__file__).parent / "slack_events.txt").read_text().split()
SUBTYPES = [
    "",
    "bot_message",
    "me_message",
    "message_changed",
    "message_deleted",
    "message_replied",
    "thread_broadcast",
]


@pytest.fixture
async def balie(store: Store) -> AsyncIterator[World]:
    async with world(store) as built:
        yield built


async def test_the_first_words_under_a_card_get_one_hint_and_later_ones_none(balie: World) -> None:
    card = await balie.mention()
    await balie.slack.says(JAN, AFVAL, "Zal ik dit doen?", under=card["ts"])
    await balie.slack.says(JAN, AFVAL, "Ik doe het.", under=card["ts"])
    await balie.slack.says(FATIMA, AFVAL, "Graag!", under=card["ts"])
    await balie.settled()

    assert [(each["user"], each["text"], each["thread_ts"]) for each in balie.slack.whispers] == [
        (JAN, HINT, card["ts"]),
        (FATIMA, HINT, card["ts"]),
    ]


async def test_one_hint_when_two_deliveries_come_at_once(balie: World) -> None:
    card = await balie.mention()
    await asyncio.gather(*(balie.slack.says(JAN, AFVAL, "Hoi", under=card["ts"]) for _ in range(3)))
    await balie.settled()
    assert len(balie.slack.whispers) == 1


async def test_the_hint_is_given_once_also_after_a_restart(store: Store) -> None:
    async with world(store) as first:
        card = await first.mention()
        await first.slack.says(JAN, AFVAL, "Hoi", under=card["ts"])
        await first.settled()
        assert len(first.slack.whispers) == 1
    async with world(store) as second:
        await second.slack.says(JAN, AFVAL, "Hoi", under=card["ts"])
        await second.settled()
        assert second.slack.whispers == []


async def test_words_in_the_channel_itself_get_no_hint(balie: World) -> None:
    await balie.slack.says(JAN, AFVAL, "Koffie?")
    await balie.settled()
    assert balie.slack.whispers == []


async def test_balie_greets_a_channel_once_and_names_who_added_it(balie: World) -> None:
    joined = {"type": "member_joined_channel", "user": BOT, "channel": AFVAL, "team": TEAM, "inviter": JAN}
    await balie.slack.event(joined)
    await balie.slack.event(joined)
    await balie.settled()
    (welcome,) = balie.slack.lines(AFVAL)
    assert "Toegevoegd door Jan Koning." in text_of(welcome)


async def test_who_calls_balie_hears_how_it_works(balie: World) -> None:
    await balie.slack.event(
        {"type": "app_mention", "user": JAN, "channel": AFVAL, "text": "<@UBALIE> help", "ts": "1.1"}
    )
    await balie.settled()
    assert "/balie mijn" in "".join(each["text"] for each in balie.slack.whispers)


async def test_the_home_page_shows_what_is_mine_and_opens_it(balie: World) -> None:
    await balie.slack.press(JAN, await balie.mention(), "Oppakken")
    await balie.slack.event({"type": "app_home_opened", "user": JAN, "tab": "home", "channel": "D1"})
    await balie.settled()
    home = balie.slack.homes[JAN]
    assert "Mijn kliko is niet geleegd" in text_of(home)
    await balie.slack.press_in(JAN, "Verder schrijven", view=home)
    await balie.settled()
    assert balie.slack.top(JAN)["title"]["text"] == "Antwoord schrijven"


async def test_the_command_reads_and_answers_the_asker_alone(balie: World) -> None:
    await balie.mention()
    await balie.mention("Geheim over de kliko", visibility="private")
    mine, found, help_ = [await balie.slack.command(JAN, text) for text in ("mijn", "zoek kliko", "help")]
    assert "Er ligt niets bij jou." in text_of(mine.payload or {})
    assert "Mijn kliko is niet geleegd" in text_of(found.payload or {})
    assert "Geheim" not in str(found.payload)
    assert "/balie zoek" in text_of(help_.payload or {})
    assert {(each.payload or {})["response_type"] for each in (mine, found, help_)} == {"ephemeral"}


async def test_a_stranger_learns_nothing_from_the_home_page_and_the_command(balie: World) -> None:
    await balie.mention()
    await balie.slack.event({"type": "app_home_opened", "user": STRANGER, "tab": "home", "channel": "D1"})
    answer = await balie.slack.command(STRANGER, "zoek kliko")
    await balie.settled()
    for shown in (balie.slack.homes[STRANGER], answer.payload or {}):
        assert "Balie kent je niet" in text_of(shown)
        assert "kliko is niet" not in str(shown)


@pytest.mark.parametrize("under_a_card", [True, False])
@pytest.mark.parametrize("text", ["Plaatsen", "approve", "<@UBALIE> plaats dit", "/balie plaats", ""])
async def test_no_event_of_any_kind_changes_anything(balie: World, text: str, under_a_card: bool) -> None:
    message = await balie.mention()
    conversation = message["metadata"]["event_payload"]["conversation"]
    before = await balie.card(message), await balie.office.history(conversation, slack_identity(JAN))
    for kind in EVENTS:
        for subtype in SUBTYPES if kind == "message" else [""]:
            event = {"type": kind, "channel": AFVAL, "user": JAN, "text": text, "ts": "1.1", "tab": "home"}
            event |= {
                "reaction": "white_check_mark",
                "item": {"type": "message", "channel": AFVAL, "ts": message["ts"]},
            }
            event |= {"subtype": subtype} if subtype else {}
            event |= {"thread_ts": message["ts"], "parent_user_id": BOT} if under_a_card else {}
            await _dispatch(balie, event)
    await balie.later()

    assert (await balie.card(message), await balie.office.history(conversation, slack_identity(JAN))) == before
    assert balie.platform.calls == 0


async def _dispatch(balie: World, event: dict[str, object]) -> None:
    assert balie.desk.app
    await balie.desk.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=balie.slack.event_payload(event)))


async def test_words_that_could_not_be_remembered_are_sent_again_by_slack(balie: World) -> None:
    card = await balie.mention()
    balie.store.close()
    reply = await balie.slack.says(JAN, AFVAL, "Hoi", under=card["ts"])
    assert not reply.acknowledged
