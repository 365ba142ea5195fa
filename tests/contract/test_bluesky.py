"""What is particular to Bluesky: record keys, sessions, the order of notifications, closed threads."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.errors import Blocked, CannotStart, Refused, TryLater, Unsure
from bot.model import Deleted, Mentioned, OwnPost, Reply, ReplyKind, Unknown
from handlers.public.bluesky import Bluesky
from handlers.public.bluesky.inbox import SWEEP_EVERY, WATCH_EVERY, WATCHED, Inbox
from handlers.public.bluesky.session import SignedIn
from tests.contract.bluesky import PASSWORD, BlueskyStage
from tests.contract.stage import CALL_TIMEOUT, Received
from tests.contract.test_public_channels import answer, eventually, receiving, taken_in
from tests.servers.bluesky import PUT, SIGN_IN
from tests.servers.faults import Fault

NOTIFICATIONS = "app.bsky.notification.listNotifications"
PROFILES = "app.bsky.actor.getProfiles"
NOW = datetime.now(UTC)
FAMILY = "👩‍👩‍👧‍👦"


@pytest.fixture
async def stage() -> AsyncIterator[BlueskyStage]:
    async with BlueskyStage() as stage:
        yield stage


@pytest.fixture
def received(stage: BlueskyStage) -> Received:
    return Received(stage.memory)


@pytest.fixture
async def looking(stage: BlueskyStage, received: Received) -> AsyncIterator[Inbox]:
    """An inbox that looks when the test says so."""
    signed_in = SignedIn(stage.channel.account, PASSWORD, stage.memory, timeout=CALL_TIMEOUT)
    yield Inbox(signed_in, stage.memory, received)
    await signed_in.aclose()


def texts(received: Received) -> list[str]:
    return [event.mention.text.removeprefix("@gemeente.test ") for event in received.of(Mentioned)]


def ago(**past: float) -> str:
    return (datetime.now(UTC) - timedelta(**past)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- exactly once


async def test_putting_the_same_answer_again_makes_no_new_commit(stage: BlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")), f"{FAMILY} Zie gemeente.nl #afval")
    first = await stage.channel.post(reply)
    commits = stage.server.commits
    await stage.restart()
    second = await stage.channel.post(replace(reply, tried_at=reply.approved_at))
    assert stage.server.commits == commits
    assert (first.post_id, first.reference) == (second.post_id, second.reference)


async def test_an_answer_whose_ornaments_changed_between_two_tries_is_adopted(stage: BlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")))
    first = await stage.channel.post(reply)
    second = await stage.channel.post(replace(reply, language="en"))
    assert second.post_id == first.post_id
    assert stage.server.posts[first.post_id].value["langs"] == ["nl"]


async def test_other_words_under_our_key_are_never_overwritten(stage: BlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")))
    posted = await stage.channel.post(reply)
    with pytest.raises(Unsure):
        await stage.channel.post(replace(reply, text="Iets anders."))
    with pytest.raises(Unsure):
        await stage.channel.find(replace(reply, text="Iets anders."))
    assert stage.server.posts[posted.post_id].value["text"] == reply.text


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.SILENT_AFTER])
async def test_an_accepted_answer_is_found_at_once_however_far_the_readers_lag(
    stage: BlueskyStage, fault: Fault
) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")))
    stage.server.lag = timedelta(hours=1)
    await stage.fail(fault)
    with pytest.raises(Unsure):
        await stage.channel.post(reply)
    assert await stage.channel.find(reply) is not None


async def test_the_client_library_repeats_nothing_by_itself(stage: BlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")))
    await stage.fail(Fault.ERROR_BEFORE)
    with pytest.raises(Unsure):
        await stage.channel.post(reply)
    assert stage.server.calls.count(PUT) == 1


# --- what is refused, and why


async def test_emoji_families_count_as_one_until_their_bytes_run_out(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("emoji"))
    await stage.channel.post(answer(mention, FAMILY * 120, key="fits"))
    with pytest.raises(Refused):
        await stage.channel.post(answer(mention, FAMILY * 121, key="over"))
    assert await stage.below(mention.post_id) == [FAMILY * 120]
    assert stage.server.calls.count(PUT) == 1, "what is too long is not even tried"


async def test_a_closed_thread_is_told_before_anything_is_posted(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("alleen voor vrienden"))
    stage.server.closed.add(mention.thread_id)
    with pytest.raises(Refused, match="allows no answers"):
        await stage.channel.post(answer(mention))
    assert PUT not in stage.server.calls


async def test_a_thread_that_closed_after_our_first_try_does_not_deny_what_stands(stage: BlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")))
    await stage.fail(Fault.CUT_AFTER)
    with pytest.raises(Unsure):
        await stage.channel.post(reply)
    stage.server.closed.add(reply.mention.thread_id if reply.mention else "")
    assert (await stage.channel.post(reply)).post_id in stage.server.posts


@pytest.mark.parametrize(("error", "refused"), [(-600, True), (600, True), (60, False)])
async def test_with_a_wrong_clock_nothing_is_posted_at_a_wrong_time(
    stage: BlueskyStage, error: int, refused: bool
) -> None:
    mention = await taken_in(stage, await stage.write("hoe laat is het?"))
    stage.server.clock_error = timedelta(seconds=error)
    if refused:
        with pytest.raises(Refused, match="10 minutes"):
            await stage.channel.post(answer(mention))
    else:
        await stage.channel.post(answer(mention))


async def test_what_goes_wrong_before_the_post_itself_is_certainly_not_posted(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.server.fail("app.bsky.feed.getPosts", Fault.ERROR_BEFORE)
    with pytest.raises(TryLater):
        await stage.channel.post(answer(mention))
    assert PUT not in stage.server.calls


async def test_an_own_post_answers_nobody(stage: BlueskyStage) -> None:
    own = Reply(key="own", account="bsky", kind=ReplyKind.OWN_POST, text="Morgen markt.", mention=None, approved_at=NOW)
    posted = await stage.channel.post(own)
    assert "reply" not in stage.server.posts[posted.post_id].value


# --- sessions


async def test_a_restart_goes_on_with_the_kept_session(stage: BlueskyStage) -> None:
    await taken_in(stage, await stage.write("een"))
    await stage.restart()
    await taken_in(stage, await stage.write("twee"))
    assert stage.server.calls.count(SIGN_IN) == 1


@pytest.mark.parametrize("kept", ["", "nonsense", "a:::b:::c:::d:::e", "gemeente.test:::did:::no.jwt.here:::x:::y"])
async def test_a_kept_session_that_makes_no_sense_is_replaced(stage: BlueskyStage, kept: str) -> None:
    await stage.memory.keep("bsky", "session", kept)
    await taken_in(stage, await stage.write("hallo"))
    assert stage.server.calls.count(SIGN_IN) == 1


async def test_a_session_of_the_account_that_stood_here_before_is_not_used(stage: BlueskyStage) -> None:
    await taken_in(stage, await stage.write("hallo"))
    stage.server.join("wijk.test", PASSWORD)
    district = Bluesky(replace(stage.channel.account, name="Wijk.test"), PASSWORD, stage.memory)
    own = Reply(key="own", account="bsky", kind=ReplyKind.OWN_POST, text="Wij zijn er.", mention=None, approved_at=NOW)
    posted = await district.post(own)
    await district.aclose()
    assert stage.server.people[posted.post_id.split("/")[2]].handle == "wijk.test"


async def test_a_session_that_was_ended_elsewhere_is_replaced_in_mid_post(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.server.expire("access")
    stage.server.expire("refresh")
    await asyncio.gather(*(stage.channel.post(answer(mention, key=f"r{number}")) for number in range(4)))
    assert len(await stage.below(mention.post_id)) == 4
    assert stage.server.calls.count(SIGN_IN) == 2, "four calls at once sign in once"


async def test_an_old_session_is_refreshed_and_the_new_one_is_kept(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.memory.kept.clear()
    stage.server.session_life = timedelta(minutes=10)  # the library refreshes when less than 15 are left
    await stage.restart()
    await stage.channel.current(mention)
    assert stage.server.calls[-3:] == [SIGN_IN, "com.atproto.server.refreshSession", "app.bsky.feed.getPosts"]
    kept = await stage.memory.recall("bsky", "session") or ""
    assert [token for token, (_, kind) in stage.server.tokens.items() if token in kept and kind == "refresh"]


async def test_too_many_sign_ins_waits_as_long_as_the_platform_says(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    stage.memory.kept.clear()
    await stage.restart()
    stage.server.fail(SIGN_IN, Fault.TOO_MANY)
    with pytest.raises(TryLater) as later:
        await stage.channel.post(answer(mention))
    assert timedelta(seconds=1) <= later.value.after <= timedelta(seconds=4)


async def test_a_wrong_password_is_tried_once(stage: BlueskyStage) -> None:
    stage.town.passwords.clear()
    with pytest.raises(Blocked):
        await stage.channel.run(Received(stage.memory))
    assert stage.server.calls == [SIGN_IN]


async def test_neither_password_nor_session_nor_the_citizens_words_are_logged(
    stage: BlueskyStage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        stage.server.fail(NOTIFICATIONS, Fault.ERROR_BEFORE, 2)
        stage.server.fail(PROFILES, Fault.NO_JSON)
        mention = await taken_in(stage, await stage.write("geheime woorden"))
        await stage.fail(Fault.CUT_BEFORE)
        with pytest.raises(Unsure):
            await stage.channel.post(answer(mention))
    said = json.dumps(lines, default=str) + caplog.text + "".join(capsys.readouterr())
    assert "bluesky look failed" in said
    secrets = [PASSWORD, "geheime woorden", *stage.server.tokens]
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize("every", ["vaak", "0", "-3", "nan", "1e99"])
async def test_a_senseless_option_is_told_at_the_start(stage: BlueskyStage, every: str) -> None:
    account = replace(stage.channel.account, options={"every": every})
    with pytest.raises(CannotStart, match="every"):
        Bluesky(account, PASSWORD, stage.memory)


async def test_an_address_that_is_none_is_no_connection(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    account = replace(stage.channel.account, options={"service": "http://[wrong"})
    stage.memory.kept.clear()
    lost = Bluesky(account, PASSWORD, stage.memory)
    with pytest.raises(TryLater):
        await lost.post(answer(mention))
    await lost.aclose()


# --- receiving


async def test_who_is_told_to_wait_does_not_ask_again_before(stage: BlueskyStage) -> None:
    stage.server.fail(NOTIFICATIONS, Fault.TOO_MANY)
    async with receiving(stage):
        await eventually(lambda: NOTIFICATIONS in stage.server.calls)
        await asyncio.sleep(0.7)
        assert stage.server.calls.count(NOTIFICATIONS) == 1
        await eventually(lambda: stage.server.calls.count(NOTIFICATIONS) > 1)


async def test_followers_are_counted_and_an_unknown_number_is_not_zero(stage: BlueskyStage) -> None:
    assert (await taken_in(stage, await stage.write("hoi"))).followers == 42
    stage.server.fail(PROFILES, Fault.ERROR_BEFORE)
    assert (await taken_in(stage, await stage.write("nog eens"))).followers is None


async def test_a_quote_of_our_post_arrives(stage: BlueskyStage) -> None:
    ours = await stage.write_as_town("De brug is dicht.")
    quote = stage.server.write(stage.citizen, "alweer?!", quotes=ours)
    assert (await taken_in(stage, quote)).text == "alweer?!"


async def test_hundreds_of_mentions_written_while_balie_was_down_all_arrive_in_order(stage: BlueskyStage) -> None:
    await taken_in(stage, await stage.write("eerste"))
    for number in range(250):
        stage.server.write(
            stage.citizen, f"@gemeente.test {number}", mentions=stage.town, createdAt=ago(seconds=300 - number)
        )
    await stage.restart()
    async with receiving(stage) as received:
        await eventually(lambda: len(received.events) >= 251)
    assert [text for text in texts(received) if text != "eerste"] == [str(number) for number in range(250)]


async def test_a_long_silence_is_read_in_pieces_and_nothing_is_lost(stage: BlueskyStage) -> None:
    await stage.memory.keep("bsky", "cursor", ago(days=2))
    for number in range(1150):
        stage.server.write(
            stage.citizen, f"@gemeente.test {number}", mentions=stage.town, createdAt=ago(seconds=2000 - number)
        )
    async with receiving(stage) as received:
        await eventually(lambda: len(received.of(Mentioned)) == 1150)


async def test_a_server_that_forgets_its_cursor_hides_nothing(stage: BlueskyStage) -> None:
    stage.server.forgets_cursor = True
    await stage.memory.keep("bsky", "cursor", ago(hours=2))
    for number in range(130):
        stage.server.write(
            stage.citizen, f"@gemeente.test {number}", mentions=stage.town, createdAt=ago(seconds=200 - number)
        )
    async with receiving(stage) as received:
        await eventually(lambda: len(received.of(Mentioned)) == 130)


async def test_a_post_that_is_indexed_late_arrives_behind_newer_ones(stage: BlueskyStage) -> None:
    async with receiving(stage) as received:
        await eventually(lambda: stage.memory.kept)
        stage.server.lag = timedelta(seconds=0.3)
        stage.server.write(stage.citizen, "@gemeente.test laat", mentions=stage.town, createdAt=ago(minutes=2))
        stage.server.lag = timedelta(0)
        await stage.write("vlot")
        await eventually(lambda: len(received.of(Mentioned)) == 2)
    assert texts(received) == ["vlot", "laat"]


async def test_a_post_that_is_indexed_late_arrives_behind_a_crowd(
    stage: BlueskyStage, looking: Inbox, received: Received
) -> None:
    await looking.look()
    for number in range(110):
        created = ago(seconds=60 - number / 10)
        stage.server.write(stage.citizen, "@gemeente.test druk", mentions=stage.town, createdAt=created)
    await looking.look()
    stage.server.write(stage.citizen, "@gemeente.test laat", mentions=stage.town, createdAt=ago(minutes=2))
    await looking.look()
    assert texts(received)[-1] == "laat"


async def test_when_nobody_writes_nothing_is_stored(stage: BlueskyStage, looking: Inbox, received: Received) -> None:
    await looking.look()
    await stage.write("iets")
    await looking.look()
    before = received.calls
    for _ in range(4):
        await looking.look()
    assert received.calls == before


async def test_a_citizen_whose_clock_is_hours_slow_is_heard_even_in_a_crowd(
    stage: BlueskyStage, looking: Inbox, received: Received
) -> None:
    await looking.look()
    crowd = [ago(minutes=7, seconds=-number) for number in range(120)]
    for created in crowd:
        stage.server.write(stage.citizen, "@gemeente.test druk", mentions=stage.town, createdAt=created)
    await stage.write("nu")
    await looking.look()
    stage.server.write(stage.citizen, "@gemeente.test traag", mentions=stage.town, createdAt=ago(hours=9))
    for _ in range(SWEEP_EVERY):
        await looking.look()
    assert "traag" in texts(received)


async def test_what_is_older_than_the_account_in_balie_stays_where_it_was(stage: BlueskyStage) -> None:
    stage.server.write(stage.citizen, "@gemeente.test oud", mentions=stage.town, createdAt=ago(days=3))
    await taken_in(stage, await stage.write("nieuw"))
    async with receiving(stage) as received:
        await eventually(lambda: received.of(Mentioned))
    assert texts(received) == ["nieuw"]


async def test_a_post_dated_in_the_future_does_not_blind_us(
    stage: BlueskyStage, looking: Inbox, received: Received
) -> None:
    await looking.look()
    uri = await stage.write("later")
    future = datetime.now(UTC) + timedelta(days=9000)
    stage.server.posts[uri] = replace(stage.server.posts[uri], sort_at=future)
    await looking.look()
    await stage.write("nu")
    await looking.look()
    assert texts(received) == ["later", "nu"]
    assert datetime.fromisoformat(await stage.memory.recall("bsky", "cursor") or "") < datetime.now(UTC)


async def test_a_post_that_only_the_readers_miss_is_not_deleted(stage: BlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    record = stage.server.posts[mention.post_id]
    stage.server.posts[mention.post_id] = replace(record, seen_from=datetime.now(UTC) + timedelta(hours=1))
    async with receiving(stage) as received:
        await eventually(lambda: stage.server.calls.count("com.atproto.repo.getRecord") > 2)
    assert received.of(Deleted) == []


async def test_a_suspended_author_has_deleted_nothing_and_holds_up_nobody(
    stage: BlueskyStage, looking: Inbox, received: Received
) -> None:
    suspended = await taken_in(stage, await stage.write("help"))
    other = stage.server.join("buur.test")
    gone = stage.server.write(other, "@gemeente.test toch niet", mentions=stage.town)
    await looking.look()
    stage.server.suspended.add(stage.citizen.did)
    stage.server.delete(gone)
    assert await stage.channel.current(suspended) == Unknown()
    for _ in range(WATCH_EVERY):
        await looking.look()
    assert [event.post_id for event in received.of(Deleted)] == [gone]


async def test_two_accounts_each_hear_their_own(stage: BlueskyStage) -> None:
    district = stage.server.join("wijk.test", "other-word")
    account = replace(stage.channel.account, key="wijk", name="wijk.test")
    other = type(stage.channel)(account, "other-word", stage.memory)
    heard = Received(stage.memory)
    task = asyncio.create_task(other.run(heard))
    try:
        async with receiving(stage) as received:
            await stage.write("voor de gemeente")
            stage.server.write(stage.citizen, "@wijk.test voor de wijk", mentions=district)
            await eventually(lambda: received.of(Mentioned) and heard.of(Mentioned))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await other.aclose()
    assert texts(received) == ["voor de gemeente"]
    assert [(event.mention.account, event.mention.text) for event in heard.of(Mentioned)] == [
        ("wijk", "@wijk.test voor de wijk")
    ]


async def test_only_the_newest_known_posts_are_watched(stage: BlueskyStage, looking: Inbox, received: Received) -> None:
    await looking.look()
    uris = [
        stage.server.write(stage.citizen, "@gemeente.test", mentions=stage.town, createdAt=ago(seconds=600 - number))
        for number in range(WATCHED + 3)
    ]
    for _ in range(SWEEP_EVERY):
        await looking.look()
    assert len(received.of(Mentioned)) == WATCHED + 3
    assert sorted(json.loads(await stage.memory.recall("bsky", "watched") or "")) == sorted(uris[3:])


async def test_a_known_post_is_watched_for_a_week(stage: BlueskyStage, looking: Inbox) -> None:
    last_week, yesterday = await stage.write("vorige week"), await stage.write("gisteren")
    known = {last_week: ago(days=7, minutes=1), yesterday: ago(days=1)}
    watched = {uri: (stage.server.posts[uri].cid, at) for uri, at in known.items()}
    await stage.memory.keep("bsky", "watched", json.dumps(watched))
    for uri in known:
        stage.server.posts[uri] = replace(stage.server.posts[uri], sort_at=datetime.fromisoformat(known[uri]))
    today = await stage.write("vandaag")
    await looking.look()
    assert sorted(json.loads(await stage.memory.recall("bsky", "watched") or "")) == sorted([yesterday, today])


async def test_own_posts_are_told_once(stage: BlueskyStage) -> None:
    told: list[str] = []

    async def receive(account: str, events: object, *, cursor: str | None = None) -> None:
        told.extend(event.post_id for event in events if isinstance(event, OwnPost))  # type: ignore[attr-defined]

    ours = await stage.write_as_town("Markt op zaterdag")
    task = asyncio.create_task(stage.channel.run(receive))
    await eventually(lambda: stage.server.calls.count("com.atproto.repo.listRecords") > 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert told == [ours]
