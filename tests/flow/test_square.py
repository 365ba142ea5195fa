"""The square as its citizens know it, the people who play on it, and the lines that the desk is told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ShiftedClock
from bot.model import Event, Mentioned, Notice, Place, Reply, ReplyKind, Shown
from handlers.web import player as playing
from handlers.web.desk import KEPT, WebDesk
from handlers.web.player import Part, Player, samples
from handlers.web.square import Square, to_mention
from handlers.web.square_store import Post
from handlers.wording import Wording
from knowledge.rulebook.values import Account, DeskChannel
from knowledge.sentence import say
from tests.contract.stage import KeptInMemory

ZONE = ZoneInfo("Europe/Amsterdam")
SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(start=SUNDAY)


@pytest.fixture
async def square(tmp_path: Path, clock: ShiftedClock) -> AsyncIterator[Square]:
    account = Account(key="plein", channel="square", name="@gemeenteveldwijk")
    opened = Square(
        account, path=tmp_path / "square.db", memory=KeptInMemory(), clock=clock, public_url="http://127.0.0.1:8080"
    )
    yield opened
    await opened.aclose()


async def arrived(square: Square) -> list[str]:
    """Return the texts that reach the town."""
    found: list[str] = []

    async def receive(account: str, events: list[Event], *, cursor: str | None = None) -> None:
        found.extend(event.mention.text for event in events if isinstance(event, Mentioned))

    task = asyncio.create_task(square.run(receive))
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found


async def test_only_what_names_the_town_or_stands_in_a_thread_with_it_reaches_the_town(square: Square) -> None:
    await square.write("Mooi weer vandaag", handle="@a")
    asked = await square.write("Hoe laat bent u open @GemeenteVeldwijk?", handle="@b")
    await square.write("Dat wil ik ook weten", handle="@c", parent=asked.id)
    own = await square.announce("Morgen zijn wij dicht.")
    await square.write("Jammer", handle="@d", parent=own.id)
    assert await arrived(square) == ["Hoe laat bent u open @GemeenteVeldwijk?", "Dat wil ik ook weten", "Jammer"]


async def test_nobody_writes_under_the_towns_name(square: Square) -> None:
    with pytest.raises(PermissionError):
        await square.write("Wij zijn de gemeente", handle="@GemeenteVeldwijk")


async def test_a_deleted_post_leaves_its_place_and_no_words(square: Square) -> None:
    post = await square.write("oeps", handle="@a")
    await square.take_away(post.id)
    (thread,) = await square.threads()
    assert (thread[0].text, thread[0].deleted_at is not None) == ("", True)


async def test_changing_a_post_into_itself_is_no_change(square: Square) -> None:
    post = await square.write("hetzelfde", handle="@a")
    await square.change(post.id, text="hetzelfde")
    assert (await square.read(post.id)).edited_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "length"), [("kort", 4), ("é👩‍👩‍👧‍👦e\u0301", 3), ("zie https://veldwijk.example/" + "a" * 99, 27)]
)
async def test_length_counts_what_people_see(square: Square, text: str, length: int) -> None:
    assert square.length(text) == length


# --- the player -------------------------------------------------------------------------------------------------------


def an_answer_to(post: Post) -> Reply:
    mention = to_mention(post, text=post.text, account="plein", url="")
    return Reply(
        key="r1",
        account="plein",
        kind=ReplyKind.ANSWER,
        text="Stuur ons uw adres.",
        mention=mention,
        approved_at=SUNDAY,
    )


def a_player(square: Square, clock: ShiftedClock) -> Player:
    return Player(square, clock=clock, zone=ZONE, chance=random.Random(1))


def test_there_is_enough_to_play_and_no_message_twice() -> None:
    messages = samples().messages
    assert len(messages) >= 60
    assert len({each.text for each in messages}) == len(messages)
    assert sum(each.night for each in messages) >= 10
    assert sum(bool(each.then) for each in messages) >= 20
    assert all("{town}" in each.text or each.under for each in messages)
    assert all(any(own.startswith(each.under) for own in samples().own_posts) for each in messages if each.under)


async def test_the_first_message_comes_at_once_and_says_something_about_a_container(
    square: Square, clock: ShiftedClock
) -> None:
    task = asyncio.create_task(a_player(square, clock).run())
    try:
        async with asyncio.timeout(5):
            while not any("kliko" in post.text for thread in await square.threads() for post in thread):
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_was_answered_has_something_to_say(
    square: Square, clock: ShiftedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "REACTS_AFTER", (0.0, 0.0))
    task = asyncio.create_task(a_player(square, clock).run())
    try:
        async with asyncio.timeout(5):
            while not (asked := [t for t in await square.threads() if "kliko" in t[0].text]):
                await asyncio.sleep(0.02)
            await square.post(an_answer_to(asked[0][0]))
            while len(await square.thread(asked[0][0].root)) < 3:
                await asyncio.sleep(0.02)
        thread = await square.thread(asked[0][0].root)
        assert thread[2].handle == thread[0].handle
        assert thread[2].parent == thread[1].id
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_busy_day_begins_on_the_next_working_morning(square: Square, clock: ShiftedClock) -> None:
    player = a_player(square, clock)
    player.play_day()
    assert clock.now().astimezone(ZONE).replace(microsecond=0) == datetime(2026, 11, 23, 9, 2, tzinfo=ZONE)
    assert player.playing is Part.DAY


async def test_a_night_begins_just_before_two_and_never_in_the_past(square: Square, clock: ShiftedClock) -> None:
    player = a_player(square, clock)
    for day in (23, 24):
        player.play_night()
        assert clock.now().astimezone(ZONE).replace(microsecond=0) == datetime(2026, 11, day, 1, 55, tzinfo=ZONE)


async def test_while_it_pauses_nobody_speaks(square: Square, clock: ShiftedClock) -> None:
    player = a_player(square, clock)
    task = asyncio.create_task(player.run())
    await asyncio.sleep(0.05)
    player.pause()
    await asyncio.sleep(playing.FIRST_AFTER + 0.5)
    assert all(thread[0].town for thread in await square.threads())
    player.go_on()
    await asyncio.sleep(0.5)
    assert not all(thread[0].town for thread in await square.threads())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


# --- lines at the desk ------------------------------------------------------------------------------------------------


async def test_a_line_for_colleagues_is_kept_over_a_restart(clock: ShiftedClock) -> None:
    memory, wording = KeptInMemory(), Wording("nl", zone=ZONE, now=clock.now)
    place = Place(channel=DeskChannel(desk="web", workspace="", channel="afval"))
    desk = WebDesk(memory=memory, wording=wording, clock=clock)
    await desk.say(place, Notice(text=say("Answered"), urgent=True), under=Shown(message="12", version=1))
    (said,) = await WebDesk(memory=memory, wording=wording, clock=clock).notices("afval")
    assert (said.text, said.urgent, said.card) == ("Beantwoord", True, 12)
    assert said.at - SUNDAY < timedelta(seconds=5)


async def test_old_lines_make_room_for_new_ones(clock: ShiftedClock) -> None:
    desk = WebDesk(memory=KeptInMemory(), wording=Wording("nl", zone=ZONE, now=clock.now), clock=clock)
    place = Place(channel=DeskChannel(desk="web", workspace="", channel="afval"))
    for number in range(KEPT + 3):
        await desk.say(place, Notice(text=say("%(count)s followers", count=number)))
    texts = [said.text for said in await desk.notices("afval")]
    assert len(texts) == KEPT
    assert texts[-1] == f"{KEPT + 2} volgers"
