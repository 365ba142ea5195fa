"""The canary: a test message that goes the way of a citizen's, up to a card in a test channel, and is timed.

It never becomes a conversation: no department sees it and no report counts it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.clock import Clock, real_now
from bot.conversation import State
from bot.errors import LostLeadership, ShowFailed, StoreUnavailable
from bot.model import Card, Face, Mention, Mentioned, Place, Seen, Shown
from bot.ports import Desk, PublicChannel, Receive
from bot.showing import announce
from bot.store import Store, flights
from bot.store.flights import KIND, Flight
from bot.store.records import Job
from bot.work import Again, Settle
from knowledge.advice import Route
from knowledge.rulebook.values import DeskChannel
from knowledge.sentence import say

log = structlog.get_logger()


class Voice(Protocol):
    """Speaks to one of our accounts as a citizen does, as far as its platform lets a program do so."""

    author: str  # under which name
    whole: bool  # over the platform itself; False: the message begins at our own door

    async def speak(self, text: str) -> None:
        """Say it, so that our account is meant."""

    async def hush(self) -> None:
        """Take away what was said last."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    every: timedelta = timedelta(minutes=15)
    within: timedelta = timedelta(minutes=2)
    first: timedelta = timedelta(seconds=30)  # until the channels are connected


class AtOurDoor:
    """The voice where no program may speak, as on Telegram, where a bot never hears a bot: it begins with an event."""

    author = "@balie_proef"
    whole = False

    def __init__(self, account: str, receive: Receive) -> None:
        self._account, self._receive = account, receive

    async def speak(self, text: str) -> None:
        at, name = real_now(), f"{KIND}:{secrets.token_hex(8)}"
        mention = Mention(
            account=self._account,
            post_id=name,
            thread_id=name,
            author_id=self.author,
            author=self.author,
            text=text,
            posted_at=at,
        )
        await self._receive(self._account, [Mentioned(event_id=name, mention=mention)])

    async def hush(self) -> None:
        """Nothing stands anywhere."""

    async def aclose(self) -> None:
        """Nothing is held open."""


_: type[Voice] = AtOurDoor


async def no_canary(job: Job) -> Settle:
    """Forget what an earlier canary left."""
    return lambda _: None


class Canary:
    """Sends the messages, shows their cards (job "canary"), and tells the coordinator when one does not arrive."""

    def __init__(
        self,
        voices: Mapping[str, Voice],
        *,
        place: DeskChannel,
        store: Store,
        channels: Mapping[str, PublicChannel],
        desks: Mapping[tuple[str, str], Desk],
        clock: Clock,
        words: Callable[[str], str],
        schedule: Schedule,
    ) -> None:
        self._voices, self._place, self._words, self._schedule = voices, place, words, schedule
        self._store, self._channels, self._desks, self._clock = store, channels, desks, clock

    @property
    def authors(self) -> Mapping[str, str]:
        """Return under which name the test messages to each account are written."""
        return {account: voice.author for account, voice in self._voices.items()}

    async def aclose(self) -> None:
        for voice in self._voices.values():
            await voice.aclose()

    async def run(self) -> None:
        """Fly again and again while this process leads."""
        every, within = self._schedule.every, self._schedule.within
        await asyncio.sleep(self._schedule.first.total_seconds())
        while True:
            for account, voice in self._voices.items():
                await self._send(account, voice)
            await asyncio.sleep(within.total_seconds())
            for account, voice in self._voices.items():
                await self._judge(account, voice)
            await asyncio.sleep(max(timedelta(0), every - within).total_seconds())

    async def show(self, job: Job) -> Settle:
        """Show the card in the test channel: it is there, and this is how long it took."""
        account, mark = job.subject, job.payload["mark"]
        flight = await self._store.read(lambda c: flights.last(c, account))
        channel, desk = self._channels.get(account), self._desks.get((self._place.desk, self._place.workspace))
        if flight is None or flight.mark != mark or channel is None or desk is None:
            return lambda _: None
        shown = Shown(message=flight.message, version=flight.version) if flight.message else None
        card = self._card(channel, flight)
        try:
            after = await desk.show(card, Place(channel=self._place), shown)
        except ShowFailed as exc:
            wait = exc.after
            return lambda _: Again(after=wait)
        arrived = replace(flight, arrived=real_now(), message=after.message, version=after.version)
        return lambda c: self._land(c, account, arrived)

    async def _send(self, account: str, voice: Voice) -> None:
        mark = f"balie-{secrets.token_hex(8)}"
        try:
            before = await self._store.read(lambda c: flights.last(c, account))
            flight = Flight(mark=mark, sent=real_now(), whole=voice.whole)
            if before:
                flight = replace(flight, late=before.late, message=before.message, version=before.version)
            await self._store.lead(lambda c: flights.keep(c, account, flight))
            await voice.speak(self._words(mark))
        except (StoreUnavailable, LostLeadership) as exc:
            log.warning("no test message", account=account, reason=type(exc).__name__)
        except Exception as exc:  # it will be missed
            log.warning("the test message was not sent", account=account, reason=type(exc).__name__)

    async def _judge(self, account: str, voice: Voice) -> None:
        try:
            await self._store.lead(lambda c: self._told(c, account))
            await voice.hush()
        except Exception as exc:
            log.warning("the test message was not looked after", account=account, reason=type(exc).__name__)

    def _told(self, connection: Connection, account: str) -> None:
        """Tell once that messages do not arrive, and once that they do again."""
        flight, now = flights.last(connection, account), self._clock.now()
        if flight is None or flight.late is (flight.arrived is None):
            return
        name = self._channels[account].account.name
        flights.keep(connection, account, replace(flight, late=not flight.late))
        if flight.late:
            again = say("The test message to %(account)s arrives again.", account=name)
            announce(connection, f"canary back {account}", again, now=now)
            return
        missed = say(
            "The test message to %(account)s was no card after %(span)s. Messages of citizens may be late too.",
            account=name,
            span=self._schedule.within,
        )
        announce(connection, f"canary {account}", missed, now=now)

    def _land(self, connection: Connection, account: str, arrived: Flight) -> None:
        """Keep the time; another message may have been sent meanwhile."""
        now = flights.last(connection, account)
        if now and now.mark == arrived.mark:
            flights.keep(connection, account, replace(arrived, late=now.late))

    def _card(self, channel: PublicChannel, flight: Flight) -> Card:
        """Draw a card without buttons: nobody has to do anything."""
        now = self._clock.now()
        author = self._voices[channel.account.key].author if channel.account.key in self._voices else ""
        mention = Mention(
            account=channel.account.key,
            post_id=flight.mark,
            thread_id=flight.mark,
            author_id=author,
            author=author,
            text=self._words(flight.mark),
            posted_at=now,
        )
        return Card(
            conversation_id=0,
            version=flight.version + 1,
            state=State.OPEN,
            face=Face.NEW,
            actions=(),
            account=channel.account,
            abilities=channel.abilities,
            mention=mention,
            seen=Seen(mention_id=0, version=1, text_hash=""),
            route=Route(department=""),
            department="",
            topic="",
        )
