"""Who may click, what a click does twice, and what hostile text cannot do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.conversation import State
from bot.model import Edited
from bot.store import Store
from tests.flow.slack_world import CHANNELS, JAN, PETER, STRANGER, World, world
from tests.flow.town import MONDAY
from tests.servers.faults import Fault
from tests.servers.platform import Platform
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, Slack, labels, text_of

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<@UJAN> <@U1> <#CAFVAL>",
    "<https://evil.example|gemeente.nl>",
    "<!subteam^S123>",
    "&lt;!channel&gt;",
    "``` *vet* _schuin_ ~weg~ > citaat",
    ":siren: :white_check_mark:",
    "@here @channel @everyone kliko",
    "Wordt om 14:09 geplaatst [Tegenhouden]",
    "kliko " + "x" * 9000,
    "مرحبا kliko 👩‍👩‍👧‍👦",
]


@pytest.fixture
async def balie(store: Store) -> AsyncIterator[World]:
    async with world(store) as built:
        yield built


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text_and_calls_nobody(balie: World, text: str) -> None:
    message = await balie.mention(f"kliko {text}", author="@<!here>")
    await balie.write(JAN, message, "Dank u.")
    for shown in (balie.newest(), balie.slack.top(JAN)):
        assert list(marked_up(shown)) == []
    assert "<" not in balie.newest()["text"]
    assert (balie.newest()["link_names"], balie.newest()["parse"]) == (False, "none")
    assert (balie.newest()["unfurl_links"], balie.newest()["unfurl_media"]) == (False, False)


def marked_up(node: Any) -> list[Any]:
    """Return every piece in which Slack would read markup, and every mention."""
    if isinstance(node, Mapping):
        here = [node] if node.get("type") in ("mrkdwn", "user", "usergroup", "channel", "broadcast", "emoji") else []
        return here + [found for value in node.values() for found in marked_up(value)]
    return [found for each in node for found in marked_up(each)] if isinstance(node, list) else []


async def test_a_link_in_a_line_of_ours_is_escaped_too(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message, "Collega vragen")
    await balie.slack.choose(JAN, "colleague", "Fatima")
    await balie.slack.type(JAN, "note", "Weet jij dit <!channel>?")
    await balie.slack.choose(JAN, "until", "15:00")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert "&lt;!channel&gt;" in balie.slack.lines(CHANNELS["afval"])[-1]["text"]


@pytest.mark.parametrize("label", ["Beantwoorden", "Oppakken", "Geen reactie nodig", "Doorsturen"])
@pytest.mark.parametrize(("user", "team"), [(STRANGER, ""), (JAN, "T2")], ids=["unknown", "other workspace"])
async def test_an_outsider_is_refused_with_an_answer(balie: World, user: str, team: str, label: str) -> None:
    message = await balie.mention()
    await balie.slack.press(user, message, label, team=team)
    await balie.settled()
    said = [each["text"] for each in balie.slack.whispers] + [text_of(each) for each in balie.slack.views.values()]
    assert len(said) == 1
    assert "Balie kent je niet" in said[0]
    assert (await balie.card(message)).state is State.OPEN


async def test_a_repeated_delivery_of_one_click_has_one_effect(balie: World) -> None:
    message = await balie.mention()
    pressed = balie.slack.press_payload(JAN, message, "Oppakken")
    for _ in range(3):
        reply = await balie.slack.deliver(pressed, "interactive")
        assert reply.acknowledged
    card = await balie.card(message)
    assert (card.state, card.version) == (State.CLAIMED, 2)
    assert balie.slack.whispers == []


async def test_a_preview_handed_in_twice_places_once(balie: World) -> None:
    await balie.write(JAN, await balie.mention())
    payload = balie.slack.submit_payload(JAN)
    again = {**deepcopy(payload), "trigger_id": "another"}
    answers = await asyncio.gather(*(balie.slack.deliver(each, "interactive") for each in (payload, again, again)))
    assert {(each.payload or {}).get("response_action") for each in answers} == {"update"}
    await balie.later()
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_two_people_place_at_once_and_one_wins(balie: World) -> None:
    message = await balie.mention()
    await balie.write(JAN, message, "Van Jan")
    await balie.open(PETER, message)
    await balie.slack.submit(PETER)
    await balie.slack.type(PETER, "text", "Van Peter")
    await balie.slack.submit(PETER)
    await asyncio.gather(balie.slack.submit(JAN), balie.slack.submit(PETER))
    await balie.later()
    assert len(balie.platform.texts()) == 1


async def test_a_click_on_an_old_card_is_told_by_whom_and_when(balie: World) -> None:
    old = deepcopy(await balie.mention())
    await balie.place(JAN, old)
    await balie.later()
    await balie.open(PETER, old, "Geen reactie nodig")
    await balie.slack.choose(PETER, "reason", "spam")
    await balie.slack.submit(PETER)
    assert "Dit is al geplaatst door Jan Koning om" in text_of(balie.slack.top(PETER))


async def test_after_a_restart_the_old_card_and_an_open_dialog_still_work(store: Store) -> None:
    slack, platform = Slack(), Platform()
    await slack.start()
    for channel in CHANNELS.values():
        slack.channel(channel)
    try:
        async with world(store, slack=slack, platform=platform) as first:
            await first.write(JAN, await first.mention(), "Voor de herstart geschreven.")
        async with world(store, slack=slack, platform=platform) as second:
            await second.slack.submit(JAN)
            await second.work.idle()
            assert labels(second.newest()) == ["Tegenhouden"]
            await second.later()
            assert platform.texts() == ["Voor de herstart geschreven. ^JK"]
    finally:
        await slack.stop()


async def test_what_the_citizen_changed_meanwhile_stops_the_answer(balie: World) -> None:
    message = await balie.mention(post_id="p1", thread_id="p1")
    await balie.write(JAN, message)
    await balie.intake.receive("plein", [Edited(event_id="e", post_id="p1", text="Laat maar, opgelost.", at=MONDAY)])
    await balie.slack.submit(JAN)
    assert "gewijzigd, lees het opnieuw" in text_of(balie.slack.top(JAN))
    await balie.later()
    assert balie.platform.texts() == []


async def test_the_same_click_on_two_replicas_has_one_effect(store: Store) -> None:
    slack, platform = Slack(), Platform()
    await slack.start()
    for channel in CHANNELS.values():
        slack.channel(channel)
    try:
        async with (
            world(store, slack=slack, platform=platform) as one,
            world(store, slack=slack, platform=platform) as two,
        ):
            await one.write(JAN, await one.mention())
            payload = slack.submit_payload(JAN)
            bodies = [deepcopy(payload) for _ in range(6)]
            apps = [one.desk.app, two.desk.app] * 3
            requests = [AsyncBoltRequest(mode="socket_mode", body=body) for body in bodies]
            answers = await asyncio.gather(
                *(app.async_dispatch(request) for app, request in zip(apps, requests, strict=True) if app)
            )
            assert {answer.status for answer in answers} == {200}
            assert len({answer.body for answer in answers}) == 1
            await one.later()
            await two.later()
            assert platform.texts() == ["Wij komen morgen langs. ^JK"]
    finally:
        await slack.stop()


async def test_who_wrote_a_text_that_needs_a_second_pair_of_eyes_cannot_check_it(balie: World) -> None:
    await balie.receive("Hoe vraag ik een traplift aan?")
    await balie.work.idle()
    message = balie.newest("zorg")
    await balie.write(JAN, message)
    assert balie.slack.top(JAN)["submit"]["text"] == "Laten controleren"
    await balie.slack.submit(JAN)
    await balie.work.idle()
    view = await balie.open(JAN, balie.newest("zorg"), "Goedkeuren")
    assert "submit" not in view
    assert "Peter Boer kan goedkeuren." in text_of(view)


async def test_no_token_and_no_words_of_a_citizen_stand_in_a_log(
    balie: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        balie.slack.faults["chat.postMessage"] += [Fault.CUT_AFTER, Fault.NO_JSON, "invalid_blocks"]
        await balie.receive("Kanariepiet over de kliko")
        await balie.work.idle()
        await balie.later(timedelta(minutes=6))
        await balie.later(timedelta(minutes=6))
        await balie.place(JAN, balie.newest(), "Antwoordkanarie")
        await balie.slack.says(JAN, CHANNELS["afval"], "Geheimpje", under=balie.newest()["ts"])
        balie.slack.revoked = True
        await balie.later()
    output = capsys.readouterr()
    logged = caplog.text + output.out + output.err
    for secret in (BOT_TOKEN, APP_TOKEN, "Kanariepiet", "Antwoordkanarie", "Geheimpje"):
        assert secret not in logged
