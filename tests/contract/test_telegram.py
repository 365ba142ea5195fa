"""What is particular to Telegram: updates that are confirmed, albums, threads, refusals, a token in every address."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.errors import Blocked, CannotStart, Outcome, Refused, StoreUnavailable, TryLater, Unsure
from bot.model import Edited, Event, Mention, Mentioned, OwnPost, Posted, ReplyKind, Visibility
from handlers import logs
from handlers.public.telegram.inbox import QUIET
from handlers.public.telegram.threads import MOST, Threads
from tests.contract.stage import KeptInMemory, Received
from tests.contract.telegram import TOKEN, TelegramStage
from tests.contract.test_public_channels import answer, eventually, receiving, taken_in
from tests.servers.faults import Fault
from tests.servers.telegram import SEND, UPDATES
from tests.servers.telegram_api import check, read

PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
CHANNEL = {"id": -1009876543210, "type": "channel", "title": "Gemeente", "username": "gemeente"}


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with TelegramStage() as stage:
        yield stage


def texts(received: Received) -> list[str]:
    return [event.mention.text.removeprefix("@GemeenteBot ") for event in received.of(Mentioned)]


async def in_private(stage: TelegramStage, text: str) -> Mention:
    chat = stage.server.private(stage.citizen)
    return await taken_in(stage, f"{chat}:{stage.server.write(stage.citizen, chat, text)}")


def privately(mention: Mention, text: str = "Dank.", *, key: str = "reply-1") -> Any:
    return replace(answer(mention, text, key=key), visibility=Visibility.PRIVATE)


# --- receiving


async def test_an_update_is_confirmed_only_when_it_is_stored(stage: TelegramStage) -> None:
    seen: list[int] = []

    async def receive(account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
        if events:
            await asyncio.sleep(0.1)
            seen.append(len(stage.bot.confirmed))
            raise StoreUnavailable

    await stage.write("bewaar mij")
    task = asyncio.create_task(stage.channel.run(receive))
    await eventually(lambda: len(seen) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert seen == [0, 0]
    assert len(stage.bot.waiting) == 1


async def test_what_waited_before_the_first_start_comes_in_its_order_and_once(stage: TelegramStage) -> None:
    for number in range(7):
        await stage.write(f"bericht {number}")
    stage.server.page = 3
    async with receiving(stage) as received:
        await eventually(lambda: not stage.bot.waiting)
    assert texts(received) == [f"bericht {number}" for number in range(7)]


async def test_after_a_quiet_week_a_lower_number_is_not_taken_for_an_old_one(stage: TelegramStage) -> None:
    long_ago = datetime.now(UTC) - QUIET - timedelta(hours=1)
    await stage.memory.keep("tg", "cursor", f"700000500 {long_ago.isoformat()}")
    stage.server.next_update = 1234
    await taken_in(stage, await stage.write("is daar nog iemand?"))


async def test_while_it_is_busy_the_number_goes_on_after_a_restart(stage: TelegramStage) -> None:
    await taken_in(stage, await stage.write("een"))
    await stage.restart()
    async with receiving(stage) as received:
        await stage.write("twee")
        await eventually(lambda: received.events)
    assert texts(received) == ["twee"]


async def test_a_webhook_of_before_is_taken_off_and_loses_nothing(stage: TelegramStage) -> None:
    stage.bot.webhook = "https://elders.example/telegram"
    await taken_in(stage, await stage.write("hallo"))
    asked = next(call for call in stage.server.asked if call["method"] == "deleteWebhook")
    assert asked.get("drop_pending_updates") is False


async def test_another_reader_of_the_same_bot_is_told_and_waited_for(stage: TelegramStage) -> None:
    other = stage.make()
    with structlog.testing.capture_logs() as lines:
        async with receiving(stage) as received:
            await eventually(lambda: UPDATES in stage.server.calls)
            rival = asyncio.create_task(other.run(Received(KeptInMemory())))
            await eventually(lambda: any("another program" in line["event"] for line in lines))
            rival.cancel()
            await asyncio.gather(rival, return_exceptions=True)
            await stage.write("en nu?")
            await eventually(lambda: received.of(Mentioned))
    await other.aclose()


async def test_one_message_that_makes_no_sense_stops_nothing(stage: TelegramStage) -> None:
    chat = stage.server.private(stage.citizen)
    stage.server.write(stage.citizen, chat, "in het jaar dertig miljard", date=10**18)
    with structlog.testing.capture_logs() as lines:
        await taken_in(stage, await stage.write("en ik dan?"))
    assert any(line["event"] == "telegram update skipped" for line in lines)


async def test_an_album_that_comes_picture_by_picture_is_one_message(stage: TelegramStage) -> None:
    chat = stage.server.private(stage.citizen)
    async with receiving(stage) as received:
        for caption in ("kapot", "", "", ""):
            stage.server.write(stage.citizen, chat, caption, photo=PHOTO, media_group_id="g")
            await asyncio.sleep(0.1)
        await eventually(lambda: received.of(Mentioned))
        stage.server.write(stage.citizen, chat, "klaar")
        await eventually(lambda: len(received.of(Mentioned)) == 2)
    assert [(event.mention.text, event.mention.media) for event in received.of(Mentioned)] == [
        ("kapot", 4),
        ("klaar", 0),
    ]


async def test_an_album_across_two_pages_is_one_message(stage: TelegramStage) -> None:
    chat = stage.server.private(stage.citizen)
    for number in range(98):
        stage.server.write(stage.citizen, chat, f"{number}")
    for _ in range(4):
        stage.server.write(stage.citizen, chat, photo=PHOTO, media_group_id="g")
    async with receiving(stage) as received:
        await eventually(lambda: not stage.bot.waiting)
    assert [event.mention.media for event in received.of(Mentioned)] == [0] * 98 + [4]


async def test_two_bots_are_two_accounts(stage: TelegramStage) -> None:
    stage.server.join("77:other-token", "WijkBot")
    other = stage.make("77:other-token", key="wijk")
    received, theirs = Received(stage.memory), Received(stage.memory)
    rival = asyncio.create_task(other.run(theirs))
    async with receiving(stage, received):
        stage.server.write(stage.citizen, stage.group, "@GemeenteBot voor de stad")
        stage.server.write(stage.citizen, stage.group, "@WijkBot voor de wijk")
        await eventually(lambda: received.events and theirs.events)
    rival.cancel()
    await asyncio.gather(rival, return_exceptions=True)
    await other.aclose()
    assert [(event.mention.account, event.mention.text) for event in theirs.of(Mentioned)] == [
        ("wijk", "@WijkBot voor de wijk")
    ]
    assert [event.mention.account for event in received.of(Mentioned)] == ["tg"]


# --- places


async def test_a_private_question_is_answered_in_private_and_stays_one_conversation(stage: TelegramStage) -> None:
    mention = await in_private(stage, "mijn uitkering")
    posted = await stage.channel.post(privately(mention))
    assert await stage.below(mention.post_id) == ["Dank."]
    assert posted.post_id.startswith(f"{stage.citizen['id']}:")
    later = await in_private(stage, "en de toeslag?")
    assert (mention.visibility, later.thread_id) == (Visibility.PRIVATE, mention.thread_id)


async def test_a_comment_below_our_channel_is_heard_with_what_it_is_about(stage: TelegramStage) -> None:
    stage.bot.reads_all = True
    async with receiving(stage) as received:
        root = stage.server.channel_post(stage.group, CHANNEL, "De brug gaat dicht.")
        stage.server.write(stage.citizen, stage.group, "hoe lang?", under=root)
        stage.server.write(stage.citizen, stage.group, "dat weet ik niet hoor")
        await eventually(lambda: received.of(Mentioned))
    (post,), (event,) = received.of(OwnPost), received.of(Mentioned)
    assert (post.text, event.mention.text) == ("De brug gaat dicht.", "hoe lang?")
    assert event.mention.parent_id == event.mention.thread_id == post.post_id


@pytest.mark.parametrize("kind", ["group", "forum"])
async def test_without_threads_of_telegram_a_follow_up_still_finds_its_own(stage: TelegramStage, kind: str) -> None:
    chat = stage.server.group(-55, kind="group" if kind == "group" else "supergroup", forum=kind == "forum")
    topic = {"is_topic_message": True, "message_thread_id": 3} if kind == "forum" else {}
    first = stage.server.write(stage.citizen, chat, "@GemeenteBot de put", **topic)
    mention = await taken_in(stage, f"{chat}:{first}")
    reply = replace(answer(mention), visibility=Visibility.FOLLOWERS)
    posted = await stage.channel.post(reply)
    await stage.restart()
    follow_up = await taken_in(stage, await stage.write("welke dag?", under=posted.post_id))
    assert follow_up.thread_id == mention.thread_id == mention.post_id
    assert stage.server.messages[chat, int(posted.post_id.split(":")[1])].get("message_thread_id") == topic.get(
        "message_thread_id"
    )


async def test_only_the_newest_threads_are_remembered(stage: TelegramStage) -> None:
    threads = Threads(stage.memory, "tg")
    for number in range(3):
        await threads.add({f"{number}:{each}": "x" for each in range(MOST // 2)})
    kept = await Threads(stage.memory, "tg").known()
    assert len(kept) == MOST
    assert ("0:0" in kept, "2:0" in kept) == (False, True)


async def test_an_edit_after_a_restart_is_still_ours(stage: TelegramStage) -> None:
    post_id = await stage.write("de put bij 3")
    await taken_in(stage, post_id)
    await stage.restart()
    async with receiving(stage) as received:
        await stage.edit(post_id, "de put bij 5")
        await eventually(lambda: received.of(Edited))


# --- posting


async def test_an_answer_to_a_message_that_is_gone_is_refused_and_stands_nowhere(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("oeps"))
    await stage.delete(mention.post_id)
    before = len(stage.server.messages)
    with pytest.raises(Refused, match="not there any more"):
        await stage.channel.post(answer(mention))
    assert len(stage.server.messages) == before


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("bot was blocked by the user", "blocked us"),
        ("bot was kicked from the supergroup chat", "taken out"),
        ("bot is not a member of the supergroup chat", "taken out"),
        ("user is deactivated", "does not exist"),
        ("not enough rights to send text messages to the chat", "may not write"),
        ("something new", "something new"),
    ],
)
async def test_who_does_not_let_us_write_is_told_in_a_sentence(stage: TelegramStage, words: str, reason: str) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.server.shut[stage.group] = words
    with pytest.raises(Refused, match=reason):
        await stage.channel.post(answer(mention))


async def test_a_group_that_moved_takes_no_answer_under_an_old_message(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.server.moved[stage.group] = -1005
    with pytest.raises(Refused, match="has moved"):
        await stage.channel.post(answer(mention))


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.ERROR_AFTER, Fault.NO_JSON, Fault.SILENT_AFTER])
async def test_an_unclear_answer_is_never_followed_by_a_second_try(stage: TelegramStage, fault: Fault) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(fault)
    with pytest.raises(Unsure):
        await stage.channel.post(answer(mention))
    with pytest.raises(Unsure):
        await stage.channel.find(answer(mention))
    assert stage.server.calls.count(SEND) == 1


async def test_too_many_messages_wait_as_long_as_telegram_says(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(Fault.TOO_MANY)
    with pytest.raises(TryLater) as later:
        await stage.channel.post(answer(mention))
    assert later.value.after == timedelta(seconds=1)


async def test_emoji_count_for_two_and_what_is_too_long_is_not_even_tried(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("emoji"))
    with pytest.raises(Refused, match="too long"):
        await stage.channel.post(answer(mention, "😀" * 2049, key="over"))
    assert SEND not in stage.server.calls
    await stage.channel.post(answer(mention, "😀" * 2048, key="fits"))


async def test_an_answer_shows_no_previews_and_calls_nobody_else(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    posted = await stage.channel.post(answer(mention, "Dag @sanne, vraag @buurman. *Zie* <b>https://gemeente.nl</b>"))
    chat, number = (int(part) for part in posted.post_id.split(":"))
    message = stage.server.messages[chat, number]
    named = [entity["offset"] for entity in message["entities"] if entity["type"] == "mention"]
    assert named == [4], "only whom we answer"
    assert message["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in stage.server.asked[-1]
    assert posted.url == f"https://t.me/buurtpraat/{number}"


async def test_what_stands_there_is_told_even_when_the_store_is_away(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))

    async def full(account: str, name: str, value: str) -> None:
        raise StoreUnavailable

    stage.memory.keep = full  # type: ignore[method-assign]
    posted = await stage.channel.post(answer(mention))
    assert await stage.below(mention.post_id) == ["Dank, we komen langs."]
    assert posted.post_id


async def test_a_part_after_one_that_a_person_confirmed_stands_under_the_message(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("leg uit"))
    confirmed = Posted(post_id="", url="https://t.me/buurtpraat/99", at=datetime.now(UTC))
    part = replace(answer(mention, "Deel twee."), kind=ReplyKind.PART, previous=confirmed)
    await stage.channel.post(part)
    assert await stage.below(mention.post_id) == ["Deel twee."]


async def test_after_two_days_an_answer_cannot_be_taken_away_any_more(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    posted = await stage.channel.post(answer(mention))
    chat, number = (int(part) for part in posted.post_id.split(":"))
    stage.server.undeletable.add((chat, number))
    with pytest.raises(Refused, match="48 hours"):
        await stage.channel.remove(posted)
    with pytest.raises(Refused, match="in Telegram itself"):
        await stage.channel.remove(replace(posted, post_id=""))


# --- the token


@pytest.fixture
def everything_logged(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.set_up("debug")  # no secrets are named, so nothing is hidden afterwards
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("fault", [*Fault])
async def test_neither_token_nor_words_reach_a_log_or_an_error(
    stage: TelegramStage, fault: Fault, everything_logged: None, capsys: pytest.CaptureFixture[str]
) -> None:
    mention = await taken_in(stage, await stage.write("geheime woorden"))
    await stage.restart()
    stage.server.fail("getMe", fault)
    stage.server.fail(UPDATES, fault)
    await stage.fail(fault)
    said = []
    with pytest.raises(Outcome) as problem:
        await stage.channel.post(answer(mention))
    said += traceback.format_exception(problem.value)
    task = asyncio.create_task(stage.channel.run(Received(stage.memory)))
    await asyncio.sleep(0.3)
    task.cancel()
    for ended in await asyncio.gather(task, return_exceptions=True):
        if isinstance(ended, Blocked):
            said += traceback.format_exception(ended)
    whole = "".join([*said, *capsys.readouterr(), json.dumps(stage.memory.kept["tg", "cursor"])])
    secrets = [TOKEN, TOKEN.split(":")[1], "geheime woorden", "we komen langs"]
    assert [secret for secret in secrets if secret in whole] == []


@pytest.mark.parametrize("token", ["geheim", "12:", ":geheim", "12:ge/heim", "12:geheim\n", "12:ge heim"])
async def test_a_password_that_is_no_token_is_told_at_the_start_without_showing_it(
    stage: TelegramStage, token: str
) -> None:
    with pytest.raises(CannotStart) as problem:
        stage.make(token)
    assert "tg" in str(problem.value)
    assert "heim" not in str(problem.value)


# --- the fake itself


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("sendMessage", {"chat_id": "1"}),
        ("sendMessage", {"chat_id": "een", "text": "x"}),
        ("sendMessage", {"chat_id": "1", "text": "x", "colour": '"red"'}),
        ("sendMessage", {"chat_id": "1", "text": "x", "entities": '[{"type": "code", "offset": "0", "length": 1}]'}),
    ],
)
def test_the_fake_takes_no_call_that_the_api_does_not_describe(method: str, given: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read(method, given)


def test_the_fake_gives_no_answer_that_the_api_does_not_describe() -> None:
    check([{"update_id": 1}], "Array of Update")
    with pytest.raises(ValueError, match="lacks"):
        check([{"update_id": 1, "message": {"date": 1}}], "Array of Update")


async def test_who_wrote_to_us_before_is_answered_in_private_what_was_asked_in_a_group(stage: TelegramStage) -> None:
    chat = stage.server.private(stage.citizen)
    mention = await taken_in(stage, await stage.write("mijn uitkering"))
    posted = await stage.channel.post(privately(mention))
    assert posted.post_id.startswith(f"{chat}:")
    assert await stage.below(mention.post_id) == []
    await stage.channel.remove(posted)


async def test_who_never_opened_a_chat_with_us_is_certainly_not_answered_in_private(stage: TelegramStage) -> None:
    mention = await taken_in(stage, await stage.write("mijn uitkering"))
    with pytest.raises(Refused) as refused:
        await stage.channel.post(privately(mention))
    assert str(refused.value.reason) == "this person has not opened a chat with us."
    assert await stage.below(mention.post_id) == []
