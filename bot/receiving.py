"""Keeps one account receiving: connects anew what fell silent or was blocked, and tells the coordinator once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import outcomes
from bot.clock import Clock, real_now
from bot.errors import Blocked, LostLeadership, StoreUnavailable
from bot.intake import Intake
from bot.model import Event
from bot.ports import PublicChannel
from bot.pulse import Contact, Pulse
from bot.showing import announce
from bot.store import Store, pulses
from knowledge.sentence import Sentence, say

LOOK = timedelta(seconds=15)  # between two looks at a channel; with the longest silence less than five minutes
KEPT_EVERY = timedelta(minutes=1)  # a pulse that only beats is written down so often
BLOCKED_PAUSE = timedelta(minutes=10)  # before a blocked account is tried again: sign-ins are rationed
AGAIN = timedelta(seconds=5)  # before a channel that stopped by itself is started again
LETTING_GO = 2.0  # seconds that a channel has to stop

log = structlog.get_logger()


class Receiving:
    """Runs one channel while this process leads. ``pulse`` is how it is doing."""

    def __init__(
        self,
        channel: PublicChannel,
        *,
        store: Store,
        intake: Intake,
        clock: Clock,
        look: timedelta = LOOK,
        blocked_pause: timedelta = BLOCKED_PAUSE,
    ) -> None:
        self._channel, self._store, self._intake, self._clock = channel, store, intake, clock
        self._look, self._blocked_pause = look, blocked_pause
        self._key = channel.account.key
        self._kept: Pulse | None = None  # as it was last written down
        self._kept_at = datetime.min.replace(tzinfo=UTC)
        self._from = real_now()  # silence counts from here
        self.pulse = Pulse(contact=Contact.CONNECTING, since=self._from)

    async def run(self) -> None:
        """Receive until cancelled."""
        while self._kept is None:
            await self._remember()
        while True:
            pause = AGAIN
            try:
                await self._until_silent()
                log.warning("nothing is heard, connecting anew", account=self._key)
                pause = timedelta(0)
            except Blocked:
                log.error("account blocked", account=self._key)
                await self._note(Contact.BLOCKED)
                pause = self._blocked_pause
            except Exception:
                log.exception("channel stopped", account=self._key)
            await self._rest(pause)
            if pause is not AGAIN:
                self._from = real_now()

    async def _remember(self) -> None:
        """Go on with what an earlier leader saw: what it told is not told again."""
        try:
            before = await self._store.read(lambda c: pulses.recall(c, self._key))
        except StoreUnavailable:
            await asyncio.sleep(self._look.total_seconds())
            return
        anew = replace(before or self.pulse, contact=Contact.CONNECTING, since=self._from)
        self._kept = self.pulse = before if before and before.trouble else anew

    async def _until_silent(self) -> None:
        """Run the channel; return when it is up and says nothing. Raises what it raises."""
        running = asyncio.create_task(self._channel.run(self._receive))
        try:
            while not running.done():
                await asyncio.wait([running], timeout=self._look.total_seconds())
                heard = self._channel.heard or datetime.min.replace(tzinfo=UTC)
                if real_now() - max(self._from, heard) > self._channel.abilities.silence:
                    await self._note(Contact.SILENT)
                    return
                if heard >= self._from:
                    await self._note(Contact.CONNECTED)
            running.result()
        finally:
            running.cancel()
            await asyncio.wait([running], timeout=LETTING_GO)

    async def _receive(self, account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
        await self._intake.receive(account, events, cursor=cursor)
        if self.pulse.contact is not Contact.CONNECTED:
            await self._note(Contact.CONNECTED)

    async def _rest(self, pause: timedelta) -> None:
        """Wait before the next try; what could not be written down is tried again meanwhile."""
        until = real_now() + pause
        while (left := until - real_now()) > timedelta(0):
            await asyncio.sleep(min(left, self._look).total_seconds())
            if self.pulse != self._kept:
                await self._note(self.pulse.contact)

    async def _note(self, contact: Contact) -> None:
        """Write down how it is doing; a change is told in the same transaction, and again when that failed."""
        now = real_now()
        since = now if contact is not self.pulse.contact else self.pulse.since
        heard = self._channel.heard or self.pulse.heard
        trouble = _trouble(self._channel, contact)
        self.pulse = replace(self.pulse, contact=contact, since=since, heard=heard, trouble=trouble)
        before, pulse = self._kept or self.pulse, self.pulse
        if pulse.contact is before.contact and now - self._kept_at < KEPT_EVERY:
            return
        try:
            await self._store.lead(lambda c: self._keep(c, pulse, before, now))
        except (StoreUnavailable, LostLeadership) as exc:
            log.warning("how a channel is doing was not kept", account=self._key, reason=type(exc).__name__)
            return
        self._kept, self._kept_at = pulse, now

    def _keep(self, connection: Connection, pulse: Pulse, before: Pulse, now: datetime) -> None:
        pulses.keep(connection, self._key, pulse, at=now)
        if pulse.contact is before.contact:
            return
        at, news = self._clock.now(), pulse.trouble
        if before.trouble and pulse.contact is Contact.CONNECTED:
            outcomes.reconnected(connection, at, self._key)
            news = say("The connection with %(account)s works again.", account=self._channel.account.name)
        if news:
            announce(connection, f"{pulse.contact} {self._key}", news, now=at)


def _trouble(channel: PublicChannel, contact: Contact) -> Sentence | None:
    """Return what the coordinator must know and do."""
    account = channel.account
    match contact:
        case Contact.BLOCKED:
            return say(
                "The connection with %(account)s has ended. Set a new password for %(key)s and start Balie again.",
                account=account.name,
                key=account.key,
            )
        case Contact.SILENT:
            return say(
                "Nothing has been heard from %(account)s for %(span)s. Balie keeps trying to connect.",
                account=account.name,
                span=channel.abilities.silence,
            )
    return None
