"""The real store, intake, front office and worker; fakes only where the outside begins."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.card import Draftsman
from bot.clock import ShiftedClock
from bot.conversation import Action
from bot.crowd import Turns
from bot.deliver import Poster
from bot.front_office import FrontOffice
from bot.intake import Intake
from bot.jobs import handlers_of
from bot.model import (
    Answer,
    Card,
    Click,
    Decision,
    Deleted,
    Dialog,
    Done,
    Edited,
    Event,
    Face,
    Mention,
    Mentioned,
    Recovery,
    Told,
    Wrong,
)
from bot.rules import Rules
from bot.showing import Shower
from bot.store import Store, audit, open_store, replies, tables
from bot.store.records import StoredReply
from bot.upkeep import Upkeep
from bot.work import Lanes, Work
from knowledge.advisor import Advisor
from knowledge.rulebook.values import DeskIdentity, Rulebook
from tests.flow.town import JAN, MONDAY, TOWN
from tests.peers.postgresql import Cluster
from tests.servers.desk import FakeDesk
from tests.servers.platform import FakeChannel, Platform

POSTGRESQL = (pytest.mark.peer("postgresql"), pytest.mark.postgresql)
CLICKS = itertools.count(1)
EVENTS = itertools.count(1)


@dataclass
class Balie:
    """The whole program around one store, with handles for the tests."""

    store: Store
    rules: Rules
    clock: ShiftedClock
    platform: Platform
    channel: FakeChannel
    desk: FakeDesk
    intake: Intake
    office: FrontOffice
    work: Work

    async def receive(self, *events: Event, cursor: str | None = None) -> None:
        await self.intake.receive("plein", events, cursor=cursor)

    async def mention(self, text: str = "Mijn kliko is niet geleegd. Wanneer komen jullie?", **changes: Any) -> Card:
        """A citizen writes; return the card as it stands in the owner's channel."""
        mention = a_mention(text=text, **changes)
        await self.receive(Mentioned(event_id=f"event-{next(EVENTS)}", mention=mention))
        await self.work.idle()
        return self.newest_card()

    def newest_card(self) -> Card:
        owners = [card for message, (_, card) in self.desk.messages.items() if self.desk.roles[message] == "owner"]
        return max(owners, key=lambda card: (card.conversation_id, card.version))

    async def decide(self, card: Card, action: Action, *, by: DeskIdentity = JAN, **fields: Any) -> Answer:
        fields.setdefault("click", a_click())
        fields.setdefault("seen", card.seen)
        fields.setdefault("seen_version", card.version)
        return await self.office.decide(Decision(by=by, conversation_id=card.conversation_id, action=action, **fields))

    async def place(self, card: Card, text: str = "Wij komen morgen langs.", *, by: DeskIdentity = JAN) -> Card:
        """Open the dialog, write and place; return the card."""
        claimed = done(await self.decide(card, Action.CLAIM, by=by, writing=True))
        return done(await self.decide(claimed, Action.APPROVE, by=by, text=text))

    async def edit(self, card: Card, text: str, *, minutes: int = 1) -> None:
        """The citizen changes the message on the card, so many minutes after it was posted."""
        post, at = card.mention.post_id, card.mention.posted_at + timedelta(minutes=minutes)
        await self.receive(Edited(event_id=f"event-{next(EVENTS)}", post_id=post, text=text, at=at))
        await self.work.idle()

    async def delete(self, card: Card) -> None:
        await self.receive(Deleted(event_id=f"event-{next(EVENTS)}", post_id=card.mention.post_id, at=self.clock.now()))
        await self.work.idle()

    async def write_again(self, card: Card, text: str = "En nu?", **changes: Any) -> Card:
        """The same citizen writes in the same thread; return the card as it is then."""
        changes = {"thread_id": card.mention.thread_id, "posted_at": self.clock.now(), **changes}
        mention = a_mention(text=text, author_id=card.mention.author_id, **changes)
        await self.receive(Mentioned(event_id=f"event-{next(EVENTS)}", mention=mention))
        await self.work.idle()
        return await self.card(card)

    async def replies(self, card: Card) -> Sequence[StoredReply]:
        return await self.store.read(lambda c: replies.of_conversation(c, card.conversation_id))

    async def audit(self, card: Card) -> list[tuple[str, str, str]]:
        """Return who did what with which result, oldest first."""
        rows = await self.store.read(lambda c: audit.of_conversation(c, card.conversation_id))
        return [(row.actor, row.action, row.result) for row in rows]

    async def wipe(self) -> None:
        """Empty the store, for tests that try many stories."""

        def empty(connection: Connection) -> None:
            everything = [table for table in tables.conversation.metadata.sorted_tables if table is not tables.leader]
            if connection.dialect.name == "postgresql":
                names = ", ".join(table.name for table in everything)
                connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
                return
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in reversed(everything):
                connection.execute(table.delete())

        await self.store.write(empty)

    async def later(self, step: timedelta = timedelta(seconds=11)) -> None:
        """Let time pass, and do what became due."""
        self.clock.forward(step)
        await self.work.idle()

    async def resolved(self, card: Card) -> Card:
        """Let time pass until the reply is no longer under way (windows and pauses are real time)."""
        for _ in range(200):
            await self.later()
            shown = await self.card(card)
            if shown.face not in (Face.WAITING, Face.SENDING):
                return shown
            await asyncio.sleep(0.03)
        raise AssertionError(f"still {shown.face}")

    async def dialog(self, card: Card, *, by: DeskIdentity = JAN) -> Dialog:
        found = await self.office.view(card.conversation_id, by)
        assert isinstance(found, Dialog), found
        return found

    async def card(self, card: Card, *, by: DeskIdentity = JAN) -> Card:
        """Return a card as it is now."""
        found = await self.office.card(card.conversation_id, by)
        assert found
        return found


def a_mention(**changes: Any) -> Mention:
    number = next(EVENTS)
    values: dict[str, Any] = {
        "account": "plein",
        "post_id": f"post-{number}",
        "thread_id": f"post-{number}",
        "author_id": "burger",
        "author": "@burger",
        "text": "Mijn kliko is niet geleegd.",
        "posted_at": MONDAY,
    }
    return Mention(**{**values, **changes})


def a_click(name: str = "") -> Click:
    return Click(desk="web", workspace="", id=name or f"click-{next(CLICKS)}")


def done(answer: Answer) -> Card:
    assert isinstance(answer, Done), answer
    return answer.card


def wrong(answer: Answer) -> set[str]:
    assert isinstance(answer, Wrong), answer
    return set(answer.fields)


def told(answer: Answer) -> str:
    assert isinstance(answer, Told), answer
    return str(answer.sentence)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(path).close()
    return path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every promise on both databases; a test that asks for the file itself is about SQLite."""
    if "database" in metafunc.fixturenames:
        about_the_file = {"tmp_path", "empty_store"}.intersection(inspect.signature(metafunc.function).parameters)
        one_writer = metafunc.definition.get_closest_marker("sqlite")
        both = ["sqlite"] if about_the_file or one_writer else ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)]
        metafunc.parametrize("database", both, indirect=True, scope="function")


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Give what opens a fresh database; each time it is called, as another process would."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database(template=request.getfixturevalue("empty_postgresql")) as name:
            yield lambda: open_store(tmp_path, url=cluster.url(name))
    else:
        path = tmp_path / "balie.db"
        shutil.copy(request.getfixturevalue("empty_store"), path)
        yield lambda: open_store(path)


@pytest.fixture
async def store(database: Callable[[], Store]) -> AsyncIterator[Store]:
    opened = database()
    await opened.leadership.gained()
    yield opened
    await opened.leadership.leave()
    opened.close()


@pytest.fixture
def rulebook() -> Rulebook:
    return TOWN


@pytest.fixture
def recovery() -> Recovery:
    return Recovery.READ_BACK


@pytest.fixture
async def balie(store: Store, rulebook: Rulebook, recovery: Recovery) -> Balie:
    return build(store, rulebook, recovery=recovery, start=MONDAY)


def build(
    store: Store,
    rulebook: Rulebook = TOWN,
    *,
    recovery: Recovery = Recovery.READ_BACK,
    start: datetime = MONDAY,
    platform: Platform | None = None,
    faults: Sequence[str] = (),
    channel: type[FakeChannel] = FakeChannel,
    desk: FakeDesk | None = None,
) -> Balie:
    clock = ShiftedClock(start=start, speed=0)
    rules = Rules(rulebook, Advisor(rulebook))
    platform = platform or Platform()
    platform.faults += faults
    plein = channel(rulebook.accounts["plein"], platform, recovery=recovery)
    desk = desk or FakeDesk()
    turns = Turns(now=lambda: clock.now().timestamp())
    channels = {"plein": plein}
    intake = Intake(store, rules, clock)
    poster = Poster(store=store, rules=rules, channels=channels, clock=clock, intake=intake)
    draftsman = Draftsman(rules, channels)
    shower = Shower(store=store, draftsman=draftsman, desks={("web", ""): desk}, clock=clock, turns=turns)
    return Balie(
        store=store,
        rules=rules,
        clock=clock,
        platform=platform,
        channel=plein,
        desk=desk,
        intake=intake,
        office=FrontOffice(store, rules, channels, clock),
        work=Work(store, clock, handlers_of(poster, shower, Upkeep(clock)), Lanes()),
    )
