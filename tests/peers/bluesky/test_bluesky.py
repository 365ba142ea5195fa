"""What only the real network can tell: commits, closed threads, slow clocks, revoked passwords, two accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from atproto import models

from bot.errors import Blocked, Refused, Unsure
from bot.model import Mentioned
from handlers.public.bluesky import Bluesky
from handlers.public.bluesky.payload import to_payload
from tests.contract.stage import KeptInMemory, Received
from tests.contract.test_public_channels import answer, eventually, receiving, taken_in
from tests.peers.bluesky.network import Network
from tests.peers.bluesky.stage import RealBlueskyStage
from tests.servers.bluesky_posts import cid_of
from tests.servers.faults import Fault

pytestmark = pytest.mark.peer("bluesky")


@pytest.fixture
async def stage(network: Network) -> AsyncIterator[RealBlueskyStage]:
    async with RealBlueskyStage(network) as stage:
        yield stage


async def head(stage: RealBlueskyStage) -> str:
    params = models.ComAtprotoSyncGetLatestCommit.Params(did=stage.town.did)
    return str((await stage.town.client.com.atproto.sync.get_latest_commit(params)).cid)


async def test_a_second_identical_put_makes_no_commit_and_other_words_are_refused(stage: RealBlueskyStage) -> None:
    reply = answer(await taken_in(stage, await stage.write("help")), "Dank! 👩‍👩‍👧 Zie gemeente.nl/afval #grofvuil")
    posted = await stage.channel.post(reply)
    before = await head(stage)
    await stage.restart()
    assert (await stage.channel.post(reply)).post_id == posted.post_id
    assert await head(stage) == before
    assert posted.reference["cid"] == cid_of(to_payload(reply)), "our fake reckons content ids as the network does"
    with pytest.raises(Unsure):
        await stage.channel.post(replace(reply, text="Iets heel anders."))
    assert await head(stage) == before
    assert reply.mention is not None
    assert await stage.below(reply.mention.post_id) == [reply.text]


async def test_the_whole_conversation_question_answer_follow_up_answer(stage: RealBlueskyStage) -> None:
    question = await taken_in(stage, await stage.write("mijn container is niet geleegd"))
    first = await stage.channel.post(answer(question, "Wat vervelend. Welke straat?"))
    follow_up = await taken_in(stage, await stage.write("Voorstraat", under=first.post_id))
    second = await stage.channel.post(answer(follow_up, "Morgen komen we langs.", key="r2"))
    assert await stage.below(question.post_id) == ["Wat vervelend. Welke straat?"]
    assert await stage.below(first.post_id) == ["Voorstraat"]
    assert await stage.below(follow_up.post_id) == ["Morgen komen we langs."]
    assert second.reference["root"] == question.post_id


async def test_links_and_hashtags_are_live_for_other_readers(stage: RealBlueskyStage) -> None:
    question = await taken_in(stage, await stage.write("waar?"))
    posted = await stage.channel.post(answer(question, "é 👩‍👩‍👧 gemeente.nl/afval #grofvuil"))
    stage.network.catch_up()
    views = await stage.citizen.client.get_posts([posted.post_id])
    record = views.posts[0].record
    covered = [record.text.encode()[f.index.byte_start : f.index.byte_end].decode() for f in record.facets]
    assert covered == ["gemeente.nl/afval", "#grofvuil"]
    assert record.langs == ["nl"]


async def test_a_thread_that_its_author_closed_is_told_before_posting(stage: RealBlueskyStage) -> None:
    question = await taken_in(stage, await stage.write("niemand mag reageren"))
    gate = models.AppBskyFeedThreadgate.Record(post=question.post_id, allow=[], created_at="2026-11-22T10:00:00Z")
    key = question.post_id.rsplit("/", 1)[1]
    await stage.citizen.client.app.bsky.feed.threadgate.create(stage.citizen.did, gate, rkey=key)
    stage.network.catch_up()
    with pytest.raises(Refused, match="allows no answers"):
        await stage.channel.post(answer(question))


async def test_a_citizen_whose_clock_is_slow_is_heard(stage: RealBlueskyStage) -> None:
    async with receiving(stage) as received:
        await stage.write("op tijd")
        await eventually(lambda: received.of(Mentioned))
        facet = models.AppBskyRichtextFacet.Main(
            features=[models.AppBskyRichtextFacet.Mention(did=stage.town.did)],
            index=models.AppBskyRichtextFacet.ByteSlice(byte_start=0, byte_end=4),
        )
        created = (datetime.now(UTC) - timedelta(hours=3)).isoformat(timespec="seconds").replace("+00:00", "Z")
        slow = models.AppBskyFeedPost.Record(text="jij! traag", created_at=created, facets=[facet])
        await stage.citizen.client.app.bsky.feed.post.create(stage.citizen.did, slow)
        await eventually(lambda: len(received.of(Mentioned)) == 2)


async def test_two_accounts_at_once_each_hear_and_answer_their_own(stage: RealBlueskyStage) -> None:
    district = await stage.network.join("wijk")
    other = await stage.connect(district, key="wijk")
    heard = Received(stage.memory)
    task = asyncio.create_task(other.run(heard))
    try:
        async with receiving(stage) as received:
            mine, theirs = await stage.write("voor de gemeente"), await stage.write("voor de wijk", to=district)
            await eventually(lambda: received.of(Mentioned) and heard.of(Mentioned))
        (ours,), (their,) = received.of(Mentioned), heard.of(Mentioned)
        assert (ours.mention.post_id, their.mention.post_id) == (mine, theirs)
        await asyncio.gather(
            stage.channel.post(answer(ours.mention, "Van de gemeente.")),
            other.post(answer(their.mention, "Van de wijk.")),
        )
        assert await stage.below(mine) == ["Van de gemeente."]
        assert await stage.below(theirs) == ["Van de wijk."]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await other.aclose()
        await district.client.request.close()


async def test_a_revoked_password_blocks_receiving_and_posting(stage: RealBlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(Fault.REVOKED)
    # without the kept session, whose access token lives on for two hours
    fresh = Bluesky(stage.channel.account, stage.password, KeptInMemory())
    try:
        with pytest.raises(Blocked):
            await fresh.post(answer(mention))
        with pytest.raises(Blocked):
            await fresh.run(Received(stage.memory))
    finally:
        await fresh.aclose()
    assert await stage.below(mention.post_id) == []


async def test_a_revoked_session_is_noticed_when_its_token_runs_out(stage: RealBlueskyStage) -> None:
    mention = await taken_in(stage, await stage.write("help"))
    await stage.fail(Fault.REVOKED)
    kept = await stage.memory.recall("bsky", "session") or ""
    handle, did, _, refresh, pds = kept.split(":::")
    await stage.memory.keep("bsky", "session", ":::".join([handle, did, refresh, refresh, pds]))  # a token for no call
    await stage.restart()
    with pytest.raises(Blocked):
        await stage.channel.post(answer(mention))
