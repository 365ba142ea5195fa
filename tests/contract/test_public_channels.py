"""What the bot may rely on with every public channel; a new platform joins with one line in STAGES."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Blocked, Outcome, Refused, TryLater, Unsure
from bot.model import (
    Deleted,
    Edited,
    Mention,
    Mentioned,
    OwnPost,
    Posted,
    Recovery,
    Reply,
    ReplyKind,
    Unchanged,
    Unknown,
)
from tests.contract.bluesky import BlueskyStage
from tests.contract.square import SquareStage
from tests.contract.stage import Received, Stage
from tests.contract.telegram import TelegramStage
from tests.servers.faults import Fault

STAGES: tuple[type[Stage], ...] = (BlueskyStage, SquareStage, TelegramStage)

ON_A_POST = {
    Fault.CUT_BEFORE: Unsure,
    Fault.CUT_AFTER: Unsure,
    Fault.ERROR_BEFORE: Unsure,
    Fault.ERROR_AFTER: Unsure,
    Fault.SILENT_AFTER: Unsure,
    Fault.NO_JSON: Unsure,
    Fault.TOO_MANY: TryLater,
    Fault.UNREACHABLE: TryLater,
    Fault.REVOKED: Blocked,
}
PASSING = [fault for fault in ON_A_POST if fault not in (Fault.UNREACHABLE, Fault.REVOKED)]
HOSTILE = "<b>&amp; *niet* @iemand #put? 'Zo' \"is\" het… 👩‍👩‍👧‍👦 é e\u0301 https://gemeente.nl/afval?dag=ma&week=1."


@pytest.fixture(params=STAGES, ids=lambda kind: kind.__name__.removesuffix("Stage").lower())
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as stage:
        yield stage


def with_faults(faults: list[Fault]) -> pytest.MarkDecorator:
    """Run for each platform with what can go wrong there."""
    pairs = [(kind, fault) for kind in STAGES for fault in faults if fault in kind.faults]
    return pytest.mark.parametrize(
        ("stage", "fault"),
        pairs,
        indirect=["stage"],
        ids=[f"{k.__name__.removesuffix('Stage').lower()}-{f.name}" for k, f in pairs],
    )


async def eventually(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def receiving(stage: Stage, received: Received | None = None) -> AsyncIterator[Received]:
    received = received or Received(stage.memory)
    task = asyncio.create_task(stage.channel.run(received))
    try:
        yield received
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def taken_in(stage: Stage, post_id: str) -> Mention:
    """Receive until a post arrived as a mention."""
    async with receiving(stage) as received:
        await eventually(lambda: any(event.mention.post_id == post_id for event in received.of(Mentioned)))
    return next(event.mention for event in received.of(Mentioned) if event.mention.post_id == post_id)


def answer(mention: Mention, text: str = "Dank, we komen langs.", *, key: str = "reply-1") -> Reply:
    at = datetime.now(UTC)
    return Reply(key=key, account=mention.account, kind=ReplyKind.ANSWER, text=text, mention=mention, approved_at=at)


def asks(stage: Stage) -> bool:
    """Tell whether only a person can find out what became of a post."""
    return stage.channel.abilities.recovery is Recovery.ASK


async def settle(stage: Stage, reply: Reply) -> Posted | None:
    """Do what is done after an unsure answer: by key, or by looking first; None: a person saw that it stands there."""
    for _ in range(3):
        try:
            return await stage.channel.post(reply)
        except Unsure:
            if asks(stage):
                assert reply.mention
                if reply.text in await stage.below(reply.mention.post_id):
                    return None
            elif stage.channel.abilities.recovery is Recovery.READ_BACK:
                await asyncio.sleep(stage.channel.abilities.read_lag.total_seconds())
                if found := await stage.channel.find(reply):
                    return found
        except TryLater as later:
            await asyncio.sleep(later.after.total_seconds())
    raise AssertionError("never posted")


# --- receiving


async def test_a_citizens_question_arrives_as_a_mention(stage: Stage) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    async with receiving(stage) as received:
        post_id = await stage.write("wanneer komt de grofvuil-ophaaldienst? 🛋️")
        await eventually(lambda: received.of(Mentioned))
    (event,) = received.of(Mentioned)
    mention = event.mention
    assert mention.post_id == mention.thread_id == post_id
    assert mention.account == stage.channel.account.key
    assert "wanneer komt de grofvuil-ophaaldienst? 🛋️" in mention.text
    assert mention.author.startswith("@")
    assert before < mention.posted_at <= datetime.now(UTC)
    assert mention.visibility in stage.channel.abilities.visibilities
    assert mention.parent_id == ""
    assert mention.url


async def test_what_was_written_while_balie_was_down_arrives_afterwards(stage: Stage) -> None:
    await taken_in(stage, await stage.write("eerste"))
    second, third = await stage.write("tweede"), await stage.write("derde")
    await stage.restart()
    async with receiving(stage) as received:
        await eventually(lambda: {second, third} <= {event.mention.post_id for event in received.of(Mentioned)})
    late = [event.mention.post_id for event in received.of(Mentioned)]
    assert [post_id for post_id in late if post_id in (second, third)] == [second, third], "oldest first"


async def test_a_page_that_the_store_refused_comes_again(stage: Stage) -> None:
    async with receiving(stage):
        pass
    received = Received(stage.memory)
    received.refuse = 2
    post_id = await stage.write("ligt er nog plaats op de schijf?")
    async with receiving(stage, received):
        await eventually(lambda: received.of(Mentioned))
    assert received.refused == 2
    assert [event.mention.post_id for event in received.of(Mentioned)] == [post_id]


async def test_the_same_post_has_the_same_event_id_after_everything_was_forgotten(stage: Stage) -> None:
    await stage.write("een keer")
    async with receiving(stage) as first:
        await eventually(lambda: first.of(Mentioned))
    stage.memory.kept.clear()
    await stage.restart()
    async with receiving(stage) as second:
        await eventually(lambda: second.of(Mentioned))
    assert [event.event_id for event in first.of(Mentioned)] == [event.event_id for event in second.of(Mentioned)]


async def test_what_the_citizen_says_to_our_answer_belongs_to_the_same_thread(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("mijn straatlamp is stuk"))
    posted = await stage.channel.post(answer(mention))
    follow_up = await taken_in(stage, await stage.write("welke dag dan?", under=posted.post_id))
    assert follow_up.thread_id == mention.thread_id
    assert follow_up.parent_id == posted.post_id
    assert follow_up.author_id == mention.author_id


async def test_what_we_post_ourselves_is_our_own_post_and_no_mention(stage: Stage) -> None:
    if not stage.channel.abilities.tells_own_posts:
        return
    mention = await taken_in(stage, await stage.write("mag ik een boom kappen?"))
    posted = await stage.channel.post(answer(mention))
    async with receiving(stage) as received:
        elsewhere = await stage.write_as_town("Vanavond is de brug dicht.")
        await eventually(lambda: {posted.post_id, elsewhere} <= {event.post_id for event in received.of(OwnPost)})
    assert {event.mention.post_id for event in received.of(Mentioned)} <= {mention.post_id}
    ours = next(event for event in received.of(OwnPost) if event.post_id == posted.post_id)
    assert ours.parent_id == mention.post_id


async def test_a_post_that_the_citizen_takes_back_is_reported(stage: Stage) -> None:
    if not stage.channel.abilities.tells_deletions:
        return
    post_id = await stage.write("oeps")
    async with receiving(stage) as received:
        await eventually(lambda: received.of(Mentioned))
        await stage.delete(post_id)
        await eventually(lambda: received.of(Deleted))
    assert [event.post_id for event in received.of(Deleted)] == [post_id]


async def test_a_post_that_was_taken_back_while_balie_was_down_is_reported(stage: Stage) -> None:
    if not stage.channel.abilities.tells_deletions:
        return
    post_id = await stage.write("oeps")
    await taken_in(stage, post_id)
    await stage.restart()
    await stage.delete(post_id)
    async with receiving(stage) as received:
        await eventually(lambda: received.of(Deleted))
    assert [event.post_id for event in received.of(Deleted)] == [post_id]


async def test_a_post_that_the_citizen_changes_is_reported_with_its_new_words(stage: Stage) -> None:
    post_id = await stage.write("de put bij nummer 3")
    await taken_in(stage, post_id)
    async with receiving(stage) as received:
        await stage.edit(post_id, "de put bij nummer 5")
        await eventually(lambda: received.of(Edited))
    (event,) = received.of(Edited)
    assert (event.post_id, event.text) == (post_id, "de put bij nummer 5")


# --- posting


async def test_an_answer_stands_under_the_citizens_post_exactly_as_approved(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    posted = await stage.channel.post(answer(mention, HOSTILE))
    assert await stage.below(mention.post_id) == [HOSTILE]
    assert posted.post_id != mention.post_id
    assert posted.url


async def test_a_second_part_stands_under_the_first(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("leg eens uit"))
    first = answer(mention, "Deel een.")
    posted = await stage.channel.post(first)
    part = replace(first, key="reply-1/2", kind=ReplyKind.PART, text="Deel twee.", previous=posted)
    second = await stage.channel.post(part)
    assert await stage.below(mention.post_id) == ["Deel een."]
    assert await stage.below(posted.post_id) == ["Deel twee."]
    assert second.post_id != posted.post_id


@with_faults(list(ON_A_POST))
async def test_each_fault_is_told_for_what_it_is(stage: Stage, fault: Fault) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(fault)
    with pytest.raises(Outcome) as outcome:
        await stage.channel.post(answer(mention))
    assert type(outcome.value) is ON_A_POST[fault]
    if isinstance(outcome.value, TryLater):
        assert timedelta(0) < outcome.value.after < timedelta(minutes=1)
    if not isinstance(outcome.value, Unsure):
        assert await stage.below(mention.post_id) == []


@with_faults(PASSING)
async def test_whatever_goes_wrong_the_answer_stands_exactly_once(stage: Stage, fault: Fault) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(fault)
    reply = answer(mention)
    posted = await settle(stage, reply)
    assert await stage.below(mention.post_id) == [reply.text]
    if posted and not asks(stage):
        assert posted.post_id == (found.post_id if (found := await stage.channel.find(reply)) else None)


async def test_a_crash_between_post_and_record_leaves_one_answer(stage: Stage) -> None:
    if asks(stage):
        return  # a person is asked
    mention = await taken_in(stage, await stage.write("help"))
    reply = answer(mention)
    posted = await stage.channel.post(reply)
    await stage.restart()
    again = await stage.channel.find(reply)
    if stage.channel.abilities.recovery is Recovery.KEY:
        again = await stage.channel.post(replace(reply, tried_at=reply.approved_at))
    assert again is not None
    assert again.post_id == posted.post_id
    assert again.reference == posted.reference
    assert await stage.below(mention.post_id) == [reply.text]


async def test_two_answers_with_the_same_words_are_two_answers(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    at = datetime.now(UTC)
    one, two = (replace(answer(mention, key=key), approved_at=at) for key in ("reply-1", "reply-2"))
    assert (await stage.channel.post(one)).post_id != (await stage.channel.post(two)).post_id
    assert len(await stage.below(mention.post_id)) == 2


async def test_looking_tells_there_and_not_there(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    reply = answer(mention)
    if asks(stage):
        with pytest.raises(Unsure):
            await stage.channel.find(reply)
        return
    assert await stage.channel.find(reply) is None
    posted = await stage.channel.post(reply)
    found = await stage.channel.find(reply)
    assert found is not None
    assert (found.post_id, found.url, found.reference) == (posted.post_id, posted.url, posted.reference)


@with_faults([Fault.UNREACHABLE])
async def test_who_cannot_look_never_says_it_is_not_there(stage: Stage, fault: Fault) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.restart()
    await stage.fail(fault)
    with pytest.raises(Unsure):
        await stage.channel.find(answer(mention))


async def test_a_text_of_the_full_length_stands_and_one_more_is_refused_not_cut(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("vertel me alles"))
    limit = stage.channel.abilities.max_length
    full, over = "é" * limit, "é" * (limit + 1)
    assert (stage.channel.length(full), stage.channel.length(over)) == (limit, limit + 1)
    with pytest.raises(Refused) as refused:
        await stage.channel.post(answer(mention, over))
    assert str(refused.value.reason)
    await stage.channel.post(answer(mention, full))
    assert await stage.below(mention.post_id) == [full]


# --- just before posting, and afterwards


async def test_a_post_is_unchanged_then_edited_then_gone(stage: Stage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    if not stage.channel.abilities.rereads:
        assert await stage.channel.current(mention) == Unknown()
        return
    assert await stage.channel.current(mention) == Unchanged()
    await stage.edit(mention.post_id, "hulp")
    now = await stage.channel.current(mention)
    assert isinstance(now, Edited)
    assert now.text == "hulp"
    await stage.delete(mention.post_id)
    assert isinstance(await stage.channel.current(mention), Deleted)


@with_faults([Fault.UNREACHABLE, Fault.REVOKED])
async def test_who_cannot_look_does_not_know_how_a_post_stands(stage: Stage, fault: Fault) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.restart()
    await stage.fail(fault)
    assert await stage.channel.current(mention) == Unknown()


async def test_a_retracted_answer_is_gone_and_may_be_retracted_again(stage: Stage) -> None:
    if not stage.channel.abilities.removes:
        return
    mention = await taken_in(stage, await stage.write("help"))
    reply = answer(mention)
    posted = await stage.channel.post(reply)
    await stage.channel.remove(posted)
    assert await stage.below(mention.post_id) == []
    if not asks(stage):
        assert await stage.channel.find(reply) is None
    await stage.channel.remove(posted)


# --- when the platform is away


@with_faults([Fault.UNREACHABLE])
async def test_a_platform_that_was_away_is_read_on_from_where_it_was(stage: Stage, fault: Fault) -> None:
    received = Received(stage.memory)
    async with receiving(stage, received):
        await eventually(lambda: stage.memory.kept)
        await stage.fail(fault)
        await asyncio.sleep(0.1)
        post_id = await stage.write("is daar iemand?")
        await stage.mend()
        await eventually(lambda: received.of(Mentioned))
    assert [event.mention.post_id for event in received.of(Mentioned)] == [post_id]


@with_faults([Fault.REVOKED])
async def test_a_revoked_password_stops_receiving_until_somebody_reconnects(stage: Stage, fault: Fault) -> None:
    await stage.fail(fault)
    with pytest.raises(Blocked):
        async with asyncio.timeout(30):
            await stage.channel.run(Received(stage.memory))
    await stage.mend()
    await taken_in(stage, await stage.write("daar zijn we weer"))


async def test_a_channel_tells_when_the_platform_last_answered(stage: Stage) -> None:
    assert stage.channel.heard is None
    begun = datetime.now(UTC)
    async with receiving(stage):
        await eventually(lambda: stage.channel.heard)
    assert stage.channel.heard
    assert begun <= stage.channel.heard <= datetime.now(UTC)


@with_faults([Fault.UNREACHABLE])
async def test_from_a_platform_that_is_away_nothing_is_heard(stage: Stage, fault: Fault) -> None:
    async with receiving(stage):
        await eventually(lambda: stage.channel.heard)
        await stage.fail(fault)
        await asyncio.sleep(0.2)
        last = stage.channel.heard
        await asyncio.sleep(1)
        assert stage.channel.heard == last
        await stage.mend()
        await eventually(lambda: stage.channel.heard != last)


async def test_an_account_that_is_connected_says_so_before_anybody_writes(stage: Stage) -> None:
    calls: list[str] = []

    async def receive(account: str, events: object, *, cursor: str | None = None) -> None:
        calls.append(account)

    for _ in range(2):  # the second time it knows its cursor
        calls.clear()
        task = asyncio.create_task(stage.channel.run(receive))
        await eventually(lambda: calls)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stage.restart()
    assert calls[0] == stage.channel.account.key
