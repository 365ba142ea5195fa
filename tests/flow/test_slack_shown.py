"""Cards in Slack show the true state, whatever Slack does."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import State
from bot.store import Store
from handlers.desks.slack.socket import LOOK, SILENCE
from tests.flow.slack_world import CHANNELS, JAN, World, world
from tests.flow.town import MONDAY
from tests.servers.faults import Fault
from tests.servers.slack import Slack, labels, text_of

AFVAL = CHANNELS["afval"]


@pytest.fixture
async def balie(store: Store) -> AsyncIterator[World]:
    async with world(store) as built:
        yield built


def posts(balie: World) -> list[float]:
    return [at for method, at in balie.slack.times if method == "chat.postMessage"]


@pytest.mark.parametrize(
    "fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.NO_JSON]
)
async def test_a_card_stands_there_once_whatever_the_connection_does(balie: World, fault: Fault) -> None:
    balie.slack.faults["chat.postMessage"].append(fault)
    await balie.receive("Mijn kliko is niet geleegd.")
    await balie.work.idle()
    await balie.later()
    assert len(balie.slack.cards(AFVAL)) == 1
    await balie.press(JAN, balie.newest(), "Oppakken")
    await balie.work.idle()
    assert "bij Jan, sinds" in text_of(balie.newest())


async def test_our_own_client_never_repeats_a_post(balie: World) -> None:
    balie.slack.faults["chat.postMessage"].append(Fault.CUT_BEFORE)
    before = len(posts(balie))
    await balie.receive("Mijn kliko is niet geleegd.")
    await balie.work.idle()
    west = 1  # the card of the district that reads along
    assert len(posts(balie)) - before == 1 + west


async def test_too_many_requests_wait_as_long_as_slack_asks(balie: World) -> None:
    balie.slack.faults["chat.postMessage"].append(Fault.TOO_MANY)
    await balie.receive("Mijn kliko is niet geleegd.")
    await balie.work.idle()
    await balie.later(timedelta(seconds=1))
    standing = len(balie.slack.cards(AFVAL)) + len(balie.slack.cards(CHANNELS["west"]))
    assert standing == 1
    await asyncio.sleep(2)
    await balie.later(timedelta(seconds=2))
    assert len(balie.slack.cards(AFVAL)) == 1


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived", "missing_scope"])
async def test_a_channel_that_is_gone_sends_its_cards_to_the_catch_all(balie: World, error: str) -> None:
    balie.slack.channel(AFVAL).error = error
    await balie.receive("Mijn kliko is niet geleegd.")
    await balie.work.idle()
    (card,) = balie.slack.cards(CHANNELS["webcare"])
    assert "Mijn kliko" in text_of(card)
    assert "slack heeft geen kanaal" in balie.slack.lines(CHANNELS["webcare"])[0]["text"]


async def test_a_card_that_somebody_threw_away_is_posted_anew(balie: World) -> None:
    message = await balie.mention()
    balie.slack.channel(AFVAL).messages.clear()
    await balie.press(JAN, message, "Oppakken")
    await balie.work.idle()
    assert "In behandeling" in text_of(balie.newest())


async def test_a_revoked_token_is_told_once_and_cards_come_later(balie: World) -> None:
    balie.slack.revoked = True
    for number in range(3):
        await balie.receive(f"Kliko {number}")
    await balie.work.idle()
    assert [str(each) for each in balie.told] == [
        "The connection with Slack has ended. Install Balie in Slack again and set the new token."
    ]
    balie.slack.revoked = False
    await balie.later(timedelta(minutes=11))
    assert len(balie.slack.cards(AFVAL)) == 3


async def test_a_full_channel_does_not_hold_up_another(store: Store) -> None:
    async with world(store, pace=30.0) as balie:
        for number in range(8):
            await balie.receive(f"Kliko nummer {number}")
        await balie.receive("Hoe vraag ik een traplift aan?")
        async with asyncio.timeout(5):
            await balie.work.idle()
        assert len(balie.slack.cards(CHANNELS["zorg"])) == 1
        assert len(balie.slack.cards(AFVAL)) == 1


async def test_a_channel_gets_one_card_a_moment(store: Store) -> None:
    async with world(store, pace=0.3) as balie:
        for number in range(5):
            await balie.receive(f"Kliko nummer {number}")
        begun = time.monotonic()
        while len(balie.slack.cards(AFVAL)) < 5:
            await balie.later(timedelta(milliseconds=300))
            assert time.monotonic() - begun < 20
        calls = [
            (at, given["channel"])
            for (method, given), (_, at) in zip(balie.slack.calls, balie.slack.times, strict=True)
            if method == "chat.postMessage"
        ]
        times = [at for at, channel in calls if channel == AFVAL]
        assert min(later - sooner for sooner, later in itertools.pairwise(times)) >= 0.2


async def test_a_follow_up_posts_one_fresh_card_and_shrinks_the_old_one(balie: World) -> None:
    old = await balie.mention(post_id="p1", thread_id="p1")
    await balie.place(JAN, old)
    await balie.later()
    later = MONDAY + timedelta(minutes=40)
    fresh = await balie.mention("En wanneer dan?", post_id="p2", thread_id="p1", parent_id="p1", posted_at=later)
    await balie.later(timedelta(seconds=3))
    assert fresh["ts"] != old["ts"]
    assert len(balie.slack.cards(AFVAL)) == 2
    assert text_of(fresh).startswith("Open")
    assert labels(old) == []
    assert "Dit gaat verder op een nieuwe kaart." in text_of(old)
    assert fresh["ts"].replace(".", "") in str(old["blocks"])


async def test_a_done_card_has_two_lines_of_text(balie: World) -> None:
    message = await balie.mention(
        "Mijn kliko is al twee weken niet geleegd in de Kanaalstraat, wanneer komen jullie nu?"
    )
    await balie.place(JAN, message)
    await balie.later()
    blocks = balie.newest()["blocks"]
    assert [block["type"] for block in blocks] == ["rich_text", "actions"]
    said = "".join(each["text"] for each in blocks[0]["elements"][0]["elements"])
    assert "\n" not in said
    assert '@burger: "Mijn kliko is al twee weken niet geleegd in de ..."' in said


async def test_a_click_is_answered_within_a_second_while_500_cards_wait(store: Store) -> None:
    async with world(store, pace=1.0) as balie:
        first = await balie.mention()
        for number in range(250):
            await balie.receive(f"Kliko nummer {number}")
        working = asyncio.create_task(balie.work.run())
        try:
            await asyncio.sleep(0.5)
            taken = await balie.slack.press(JAN, first, "Oppakken")
            opened = await balie.slack.press(JAN, first, "Geen reactie nodig")
            assert max(taken.seconds, opened.seconds) < 1.0
            assert taken.acknowledged
            assert opened.acknowledged
            await balie.settled()
            assert "bij Jan" in text_of(first)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await balie.work.finish(within=5)


async def test_a_slow_slack_does_not_hold_up_the_acknowledgement(balie: World) -> None:
    message = await balie.mention()
    for method in ("views.open", "chat.update"):
        balie.slack.faults[method].append(Fault.SILENT_AFTER)
    opened = await balie.slack.press(JAN, message, "Beantwoorden")
    taken = await balie.slack.press(JAN, message, "Oppakken")
    assert opened.acknowledged
    assert taken.acknowledged
    assert max(opened.seconds, taken.seconds) < 1.5


@pytest.mark.sqlite  # one writer makes the others wait
async def test_a_slow_store_still_opens_the_dialog_in_time(balie: World) -> None:
    message = await balie.mention()
    slow = asyncio.create_task(balie.store.write(lambda connection: time.sleep(1.6)))
    await asyncio.sleep(0.05)
    reply = await balie.slack.press(JAN, message, "Beantwoorden")
    await slow
    await balie.settled()
    assert reply.acknowledged
    await asyncio.sleep(0.2)
    assert balie.slack.top(JAN)["title"]["text"] == "Antwoord schrijven"
    assert [method for method, _ in balie.slack.calls if method.startswith("views.")] == ["views.open", "views.update"]


async def test_a_click_that_was_not_kept_is_not_acknowledged(balie: World) -> None:
    message = await balie.mention()
    balie.store.close()
    reply = await balie.slack.press(JAN, message, "Oppakken")
    assert not reply.acknowledged


async def test_a_socket_that_is_silent_is_replaced(store: Store) -> None:
    async with world(store, silence=0.4) as balie:
        message = await balie.mention()
        balie.slack.silent = True
        before = balie.slack.hello
        async with asyncio.timeout(5):
            while balie.slack.hello == before:
                await asyncio.sleep(0.05)
        balie.slack.silent = False
        await balie.press(JAN, message, "Oppakken")
        assert (await balie.card(message)).state is State.CLAIMED


@pytest.mark.parametrize("politely", [True, False])
async def test_a_dropped_socket_comes_back(balie: World, politely: bool) -> None:
    message = await balie.mention()
    before = balie.slack.hello
    await balie.slack.drop_sockets(politely=politely)
    async with asyncio.timeout(15):
        while balie.slack.hello == before:
            await asyncio.sleep(0.05)
    await balie.press(JAN, message, "Oppakken")
    assert (await balie.card(message)).state is State.CLAIMED


async def test_a_revoked_app_token_is_told_once_and_not_asked_for_all_the_time(balie: World) -> None:
    balie.slack.revoked = True
    await balie.slack.drop_sockets(politely=True)
    await asyncio.sleep(1)
    await balie.slack.drop_sockets(politely=False)
    await asyncio.sleep(0.5)
    opened = [method for method, _ in balie.slack.calls if method == "apps.connections.open"]
    assert len(opened) <= 3
    assert len(balie.told) == 1


def test_silence_is_noticed_within_five_minutes() -> None:
    assert SILENCE + LOOK < 300


async def test_a_token_of_another_workspace_is_said_and_serves_nobody(store: Store) -> None:
    slack = Slack()
    slack.team = "T9"
    await slack.start()
    try:
        async with world(store, slack=slack) as balie:
            assert "another workspace" in str(balie.told[0])
            assert balie.desk.app is None
    finally:
        await slack.stop()


async def test_a_changed_message_of_a_colleague_is_acknowledged_too(balie: World) -> None:
    message = await balie.mention()
    event = {"type": "message", "subtype": "message_changed", "channel": AFVAL, "ts": "1.1"}
    reply = await balie.slack.event(event | {"message": {"user": JAN, "thread_ts": message["ts"]}})
    assert reply.acknowledged
    assert balie.slack.whispers == []
