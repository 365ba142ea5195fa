"""Several processes on one PostgreSQL database: every event and click has one effect, and one of them does the work."""

from __future__ import annotations

import asyncio
import itertools
import random
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from bot import card_places
from bot.conversation import Action, State
from bot.desk_watch import DeskWatch
from bot.errors import CannotStart, LostLeadership
from bot.model import Deleted, Done, Edited, Face, Mentioned, Told
from bot.pulse import Contact
from bot.store import Store, audit, conversations, mentions, placements, small
from bot.store.engine import changed
from bot.store.postgresql import SharedStore, open_postgresql
from bot.store.replicas import OneOfSeveral
from tests.flow.conftest import POSTGRESQL, Balie, a_click, a_mention, build, done
from tests.flow.test_metrics import checkup
from tests.flow.town import JAN, MONDAY
from tests.peers.postgresql import Cluster
from tests.servers.platform import Platform

pytestmark = [*POSTGRESQL, pytest.mark.timeout(60)]


@pytest.fixture
async def processes(postgresql: Cluster, empty_postgresql: str) -> AsyncIterator[Callable[[], SharedStore]]:
    """Opens the same fresh database as often as it is called."""
    async with AsyncExitStack() as stack:
        name = stack.enter_context(postgresql.database(template=empty_postgresql))

        def opened() -> SharedStore:
            store = open_postgresql(postgresql.url(name), silence=1)
            stack.callback(store.close)
            stack.push_async_callback(store.leadership.leave)
            return store

        yield opened


@pytest.fixture
async def two(processes: Callable[[], SharedStore]) -> tuple[Balie, Balie]:
    """Two processes of one town; the first one leads."""
    platform = Platform(timeout=1.5)
    first, second = (build(processes(), platform=platform) for _ in range(2))
    await first.store.leadership.gained()
    return first, second


async def _rows(store: Store, table: str) -> int:
    return int(await store.read(lambda c: c.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()))


# --- one effect ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
async def test_every_event_three_times_and_out_of_order_on_two_replicas_has_one_effect(
    two: tuple[Balie, Balie], seed: int
) -> None:
    dice = random.Random(seed)
    events: list[Any] = []
    for number in range(12):
        post = f"post {number}"
        mention = a_mention(
            post_id=post, thread_id=f"thread {number // 2}", text=f"Mijn kliko {number} is niet geleegd."
        )
        at = MONDAY + timedelta(minutes=1)
        events += [
            Mentioned(event_id=f"new {number}", mention=mention),
            Edited(event_id=f"edit {number}", post_id=post, text=f"Kliko {number} is vol.", at=at),
            *([Deleted(event_id=f"gone {number}", post_id=post, at=at)] if number % 3 == 0 else []),
        ]
    thrice = events * 3
    dice.shuffle(thrice)
    await asyncio.gather(*(dice.choice(two).receive(each) for each in thrice))

    def texts(c: Connection) -> dict[str, str]:
        found = [mentions.by_post(c, account="plein", post_id=f"post {number}") for number in range(12)]
        return {one.mention.post_id: one.mention.text for one in found if one and not one.deleted_at}

    expected = {f"post {number}": f"Kliko {number} is vol." for number in range(12) if number % 3}
    assert await two[1].store.read(texts) == expected
    assert await _rows(two[0].store, "event") == len(events)
    assert await _rows(two[0].store, "conversation") == len({number // 2 for number in range(12) if number % 3})
    assert await two[0].store.read(audit.faults) == []


async def test_an_edit_that_meets_its_post_half_way_is_not_lost(two: tuple[Balie, Balie]) -> None:
    for number in range(15):
        post = f"half-way {number}"
        new = Mentioned(event_id=f"new {number}", mention=a_mention(post_id=post, thread_id=post))
        edit = Edited(event_id=f"edit {number}", post_id=post, text="Toch niet.", at=MONDAY + timedelta(minutes=1))
        await asyncio.gather(two[0].receive(new), two[1].receive(edit))
        stored = await two[0].store.read(lambda c, p=post: mentions.by_post(c, account="plein", post_id=p))
        assert stored
        assert stored.mention.text == "Toch niet."


async def test_twenty_people_place_at_once_over_two_replicas_and_one_post_stands_there(
    two: tuple[Balie, Balie],
) -> None:
    card = await two[0].mention()
    clicks = [one.decide(card, Action.APPROVE, text=f"Antwoord {number}.") for number, one in enumerate(two * 10)]
    answers = await asyncio.gather(*clicks)
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    assert sum(isinstance(answer, Told) for answer in answers) == 19
    await two[0].later()
    assert len(two[0].platform.texts()) == 1
    assert (await two[1].card(card)).state is State.ANSWERED


async def test_two_replicas_race_on_many_approvals_and_each_is_won_once(two: tuple[Balie, Balie]) -> None:
    for number in range(30):
        await two[number % 2].receive(Mentioned(event_id=f"race {number}", mention=a_mention()))
    await two[0].work.idle()
    cards = [await two[0].office.card(number, JAN) for number in range(1, 31)]
    races = [one.decide(card, Action.APPROVE, text="Ja.") for card in cards if card for one in two]
    random.Random(1).shuffle(races)
    answers = await asyncio.gather(*races)
    assert sum(isinstance(answer, Done) for answer in answers) == 30
    for _ in range(8):
        await two[0].later()
    assert len(two[0].platform.texts()) == 30
    assert await two[0].store.read(audit.faults) == []


async def test_a_click_that_comes_to_both_replicas_gets_one_answer(two: tuple[Balie, Balie]) -> None:
    for _ in range(5):
        card, click = await two[0].mention(), a_click()
        answers = await asyncio.gather(
            *(one.decide(card, Action.APPROVE, click=click, text="Ja.") for one in (*two, *two))
        )
        assert all(isinstance(answer, Done) for answer in answers), answers
        assert len(await two[0].replies(card)) == 1


async def test_a_card_that_changes_while_it_is_shown_is_shown_again(two: tuple[Balie, Balie]) -> None:
    """The leader ends the job that shows a card while a click on the other replica is about to ask for it again."""
    leader, other = two
    card = await leader.mention()
    show, clicks, asked = leader.desk.show, [], threading.Event()

    async def show_and_click(*arguments: Any) -> Any:
        shown = await show(*arguments)
        if not clicks:
            clicks.append(asyncio.create_task(_slow_claim(other, card.conversation_id, asked)))
        await asyncio.to_thread(asked.wait, 5)
        return shown

    leader.desk.show = show_and_click  # type: ignore[method-assign]
    done(await other.decide(card, Action.CLAIM))
    await leader.work.idle()
    await asyncio.gather(*clicks)
    await leader.work.idle()
    places = await leader.store.read(lambda c: placements.of_conversation(c, card.conversation_id))
    assert {place.shown_version for place in places} == {(await other.card(card)).version}


async def _slow_claim(one: Balie, number: int, asked: threading.Event) -> None:
    def change(c: Connection) -> None:
        locked = conversations.lock(c, number)
        assert locked
        after = conversations.change(c, locked, at=MONDAY, by="jan", action="claim", holder="jan")
        card_places.show(c, after, now=MONDAY)
        asked.set()
        c.execute(text("SELECT pg_sleep(1)"))

    await one.store.write(change)


# --- one leader ----------------------------------------------------------------------------------------------------


async def test_one_process_leads_and_the_next_one_takes_over_when_it_leaves(two: tuple[Balie, Balie]) -> None:
    first, second = (one.store.leadership for one in two)
    waiting = asyncio.create_task(second.gained())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await first.leave()
    assert await asyncio.wait_for(waiting, 5)
    assert (first.epoch, second.epoch) == (1, 2)  # type: ignore[attr-defined]


async def test_every_replica_tells_how_the_town_is_doing(two: tuple[Balie, Balie]) -> None:
    leader, other = two
    before = await checkup(other).look()
    assert (before.leads, before.led, before.desks[0].pulse) == (False, False, None)
    await DeskWatch({("web", ""): leader.desk}, leader.store).look()
    health = await checkup(other).look()
    assert (health.leads, health.led) == (False, True)
    assert health.desks[0].pulse
    assert health.desks[0].pulse.contact is Contact.CONNECTED
    assert (await checkup(leader).look()).leads


async def test_what_a_replica_sees_of_a_desk_is_not_kept_when_it_does_not_lead(two: tuple[Balie, Balie]) -> None:
    with pytest.raises(LostLeadership):
        await DeskWatch({("web", ""): two[1].desk}, two[1].store).look()
    assert (await checkup(two[0]).look()).desks[0].pulse is None


async def test_a_leader_that_must_be_heard_often_is_heard_in_time(processes: Callable[[], SharedStore]) -> None:
    leadership = processes().leadership
    leadership = OneOfSeveral(leadership._conninfo, silence=0.6)
    await leadership.gained()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(leadership.lost(), 2)
    assert leadership.leads
    await leadership.leave()
    assert not leadership.leads


async def test_what_an_old_leader_still_wants_to_store_is_refused(two: tuple[Balie, Balie]) -> None:
    first, second = two
    await first.store.lead(lambda c: small.keep(c, "plein", "note", "1", at=MONDAY))
    await first.store.leadership.leave()
    await second.store.leadership.gained()
    with pytest.raises(LostLeadership):
        await first.store.lead(lambda c: small.keep(c, "plein", "note", "old", at=MONDAY))
    assert await second.store.read(lambda c: small.recall(c, "plein", "note")) == "1"
    await first.receive(Mentioned(event_id="webhook", mention=a_mention()))  # clicks and webhooks it still serves


async def test_a_leader_of_before_cannot_set_back_how_far_an_account_was_read(two: tuple[Balie, Balie]) -> None:
    first, second = two
    await first.receive(cursor="5")
    await first.store.leadership.leave()
    await second.store.leadership.gained()
    await second.receive(cursor="10")
    with pytest.raises(LostLeadership):
        await first.receive(Mentioned(event_id="event-late", mention=a_mention(post_id="late")), cursor="6")
    assert await first.intake.recall("plein", "cursor") == "10"
    assert await _rows(second.store, "mention") == 0  # it comes again, to the one who leads


async def test_a_leader_that_only_lost_its_connection_goes_on_with_what_it_had(two: tuple[Balie, Balie]) -> None:
    leadership = two[0].store.leadership
    await _end_connections(two[1].store, "INTO leader|^SELECT 1")
    await asyncio.wait_for(leadership.lost(), 5)
    assert await asyncio.wait_for(leadership.gained(), 5) is False
    await two[0].store.lead(lambda c: small.keep(c, "plein", "note", "1", at=MONDAY))


async def test_a_leader_that_loses_its_session_in_mid_post_posts_nothing_twice(two: tuple[Balie, Balie]) -> None:
    leader, other = two
    await leader.place(await leader.mention())
    post = leader.channel.post

    async def post_and_lose(reply: Any) -> Any:
        posted = await post(reply)
        await leader.store.leadership.leave()  # as the server ends a session
        assert await other.store.leadership.gained()
        return posted

    leader.channel.post = post_and_lose  # type: ignore[method-assign]
    with suppress(LostLeadership):  # `work.run` only waits then
        await leader.later()
    await leader.work.finish(within=5)
    card = await other.office.card(1, JAN)
    assert card
    assert card.face is Face.SENDING  # the old leader's word was refused
    await other.store.lead(lambda c: c.execute(text("UPDATE job SET taken_until = NULL")).rowcount)
    assert (await other.resolved(card)).state is State.ANSWERED
    assert len(leader.platform.texts()) == 1
    assert [line[1] for line in await other.audit(card)].count("sent") == 1


# --- what a transaction goes through -------------------------------------------------------------------------------


async def test_a_deadlock_is_tried_again(two: tuple[Balie, Balie]) -> None:
    for _ in range(2):
        await two[0].mention()
    both = threading.Barrier(2)
    tries = itertools.count()

    def crosswise(*numbers: int) -> Callable[[Connection], None]:
        def fn(c: Connection) -> None:
            next(tries)
            conversations.lock(c, numbers[0])
            with suppress(threading.BrokenBarrierError):
                both.wait(2)
            conversations.lock(c, numbers[1])

        return fn

    await asyncio.gather(two[0].store.write(crosswise(1, 2)), two[1].store.write(crosswise(2, 1)))
    assert next(tries) == 3


@pytest.mark.parametrize("committed", [True, False], ids=["it stands", "it does not stand"])
async def test_a_commit_without_an_answer_is_looked_up_and_never_made_twice(
    two: tuple[Balie, Balie], committed: bool
) -> None:
    store, runs = two[0].store, itertools.count()
    await store.write(lambda c: small.keep(c, "plein", "note", "0", at=MONDAY))
    failing = [True]

    def cut(connection: Connection) -> None:
        if failing:
            failing.clear()
            dbapi: Any = connection.connection.dbapi_connection
            if committed:
                dbapi.commit()
            dbapi.close()

    def count(c: Connection) -> None:
        next(runs)
        c.execute(text("UPDATE kept SET value = CAST(CAST(value AS integer) + 1 AS varchar)"))

    event.listen(store._writer, "commit", cut)
    await store.write(count)
    assert await store.read(lambda c: small.recall(c, "plein", "note")) == "1"
    assert next(runs) == (1 if committed else 2)


async def test_a_transaction_whose_connection_is_cut_is_run_again(two: tuple[Balie, Balie]) -> None:
    cuts = [True]

    def fn(c: Connection) -> None:
        small.keep(c, "plein", "note", "x", at=MONDAY)
        if cuts:
            cuts.clear()
            with psycopg.connect(_address(two[0]), autocommit=True) as other:
                pid = c.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
                other.execute("SELECT pg_terminate_backend(%s)", [pid])
        small.keep(c, "plein", "other note", "x", at=MONDAY)

    await two[0].store.write(fn)
    assert await _rows(two[0].store, "kept") == 2


async def test_what_never_fits_is_told_and_quotes_nobody(two: tuple[Balie, Balie]) -> None:
    await two[0].mention(text="Mijn geheime kliko.", author="@geheim")
    again = text("INSERT INTO conversation SELECT * FROM conversation")
    with pytest.raises(IntegrityError) as refused:
        await two[0].store.write(lambda c: c.execute(again).rowcount)
    assert "conversation_pkey" in str(refused.value)
    assert "Key (" not in str(refused.value) + str(refused.value.orig)


# --- who watches ---------------------------------------------------------------------------------------------------


async def test_pages_on_one_replica_hear_what_changed_on_the_other(two: tuple[Balie, Balie]) -> None:
    here, there = two
    heard: asyncio.Queue[int] = asyncio.Queue()

    async def listen() -> None:
        async for number in there.office.watch():
            heard.put_nowait(number)

    tasks = [asyncio.create_task(listen()), asyncio.create_task(there.store.listen())]
    assert await asyncio.wait_for(heard.get(), 5) == 0  # from here on nothing is missed
    there.store.jobs.clear()
    await here.receive(Mentioned(event_id="new", mention=a_mention()))
    assert await asyncio.wait_for(heard.get(), 5) == 1
    assert there.store.jobs.is_set()

    await _end_connections(here.store, "^LISTEN|^SELECT 1")
    assert await asyncio.wait_for(heard.get(), 5) == 0
    await here.store.write(lambda c: changed(c, 1))
    assert await asyncio.wait_for(heard.get(), 5) == 1
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _end_connections(store: Store, queries: str) -> None:
    """End the sessions of this database whose last statement looks like this, as a server does."""
    kill = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ :queries"
    )
    assert await store.write(lambda c: c.execute(kill, {"queries": queries}).scalar_one())


def _address(one: Balie) -> str:
    return one.store._conninfo  # type: ignore[attr-defined, no-any-return]


def test_a_database_that_is_not_there_is_said_without_its_password() -> None:
    with pytest.raises(CannotStart) as refused:
        open_postgresql("postgresql://balie:very-secret@127.0.0.1:1/balie")
    assert "very-secret" not in str(refused.value) + str(refused.value.__cause__)


# --- another version beside it --------------------------------------------------------------------------------------


async def test_what_runs_goes_on_while_a_newer_version_adds_to_the_tables(two: tuple[Balie, Balie]) -> None:
    """As in a rolling upgrade: the newer one migrates while the older ones still serve and work."""
    older, other = two
    before = await older.place(await older.mention())
    with psycopg.connect(_address(older), autocommit=True) as newer:
        newer.execute("ALTER TABLE conversation ADD COLUMN mood text NOT NULL DEFAULT ''")
        newer.execute("ALTER TABLE mention ADD COLUMN tone integer")
        newer.execute("CREATE TABLE feeling (id serial PRIMARY KEY, name text)")
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    await older.later()
    assert older.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert (await other.card(before)).state is State.ANSWERED
    after = await older.mention(author_id="later")
    assert done(await other.decide(after, Action.CLAIM)).state is State.CLAIMED
    with pytest.raises(CannotStart, match="made by a newer Balie"):
        open_postgresql(older.store._writer.url.set(drivername="postgresql").render_as_string(hide_password=False))


async def test_two_processes_that_start_at_once_migrate_once(postgresql: Cluster) -> None:
    with postgresql.database() as name:
        opened = [asyncio.to_thread(open_postgresql, postgresql.url(name)) for _ in range(3)]
        stores = await asyncio.gather(*opened)
        try:
            assert [await _rows(store, "conversation") for store in stores] == [0, 0, 0]
        finally:
            for store in stores:
                store.close()
