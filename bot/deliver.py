"""Puts approved replies on public channels, each exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import learning, outcomes, reply
from bot.clock import Clock, real_now
from bot.errors import Blocked, Refused, TryLater, Unsure
from bot.intake import Intake, storable
from bot.model import Current, Deleted, Edited, Mention, Posted, Recovery, Reply, Unknown
from bot.outcomes import Begun
from bot.ports import PublicChannel
from bot.rules import Rules
from bot.store import Store, mentions, replies
from bot.store.records import Job, StoredReply
from bot.work import Again, Settle

SOON = timedelta(seconds=1)
SLOWEST = timedelta(seconds=30)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThisTime:
    """This call certainly posted nothing: how to settle that, and when to try again (None: never)."""

    settle: Settle
    again: Again | None = None


def nothing(_: Connection) -> None:
    """Settle a job that has nothing to do any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Does the jobs "post", "find" and "remove", and "learn" from what was posted."""

    store: Store
    rules: Rules
    channels: Mapping[str, PublicChannel]
    clock: Clock
    intake: Intake

    async def post(self, job: Job) -> Settle:
        """Post a reply whose time has come, or find out what became of an earlier try."""
        stored, mention, previous = await self.store.read(lambda c: _load(c, job.subject))
        channel = self.channels.get(stored.account)
        if channel is None:
            end = outcomes.unsure if stored.state is reply.State.SENDING else outcomes.blocked
            return lambda c: end(c, self.now, self.rules, stored.key)
        outgoing = stored.outgoing(mention, previous)
        match stored.state:
            case reply.State.WAITING:
                return await self._first(channel, outgoing, job)
            case reply.State.SENDING:
                return await self._recover(channel, outgoing, stored, job)
            case _:
                return nothing

    async def find(self, job: Job) -> Settle:
        """Look for a reply of which a restored backup does not know whether it was posted."""
        stored, mention, previous = await self.store.read(lambda c: _load(c, job.subject))
        channel = self.channels.get(stored.account)
        if channel is None or stored.state is not reply.State.UNSURE or _asks(channel, stored):
            return nothing
        last_look = _window_is_over(channel, stored)
        try:
            found = await _looked(channel, stored.outgoing(mention, previous))
        except Unsure:
            return _again(job)
        if found:
            return lambda c: outcomes.posted(c, self.now, self.rules, stored.key, found)
        return (lambda c: outcomes.absent(c, self.now, self.rules, stored.key)) if last_look else _again(job)

    async def remove(self, job: Job) -> Settle:
        """Take a reply away from the public channel; trying twice does no harm."""
        stored, _, _ = await self.store.read(lambda c: _load(c, job.subject))
        channel = self.channels.get(stored.account)
        if channel is None or stored.posted is None or stored.retracted_at:
            return nothing
        try:
            async with asyncio.timeout(channel.abilities.timeout.total_seconds()):
                await channel.remove(stored.posted)
        except TryLater as exc:
            after = exc.after
            return lambda _: Again(after=after, pause=True)
        except (Unsure, Blocked, TimeoutError):
            return _again(job)
        except Refused as exc:
            reason = exc.reason
            return lambda c: outcomes.not_removed(c, self.now, stored.key, reason)
        by = str(job.payload.get("by", ""))
        return lambda c: outcomes.removed(c, self.now, stored.key, by=by)

    async def learn(self, job: Job) -> Settle:
        """Learn from a reply that was posted."""
        return lambda c: learning.learn(c, job.subject, self.rules, now=self.now)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def _first(self, channel: PublicChannel, outgoing: Reply, job: Job) -> Settle:
        assert outgoing.mention  # noqa: S101
        current = await _current(channel, outgoing.mention)
        if isinstance(current, Deleted) or (
            isinstance(current, Edited) and storable(current.text, self.rules.advisor) != outgoing.mention.text
        ):
            await self.intake.receive(outgoing.account, [current])
            return lambda c: _if_waiting(c, outgoing.key, _again(job))
        return await self._send(channel, outgoing, job)

    async def _send(self, channel: PublicChannel, outgoing: Reply, job: Job, *, doubtful: bool = False) -> Settle:
        """Commit the intent, call, and return how to commit the outcome.

        ``doubtful``: an earlier try may stand there, so "not posted" says something of this try only.
        """
        limit = channel.abilities.timeout
        begun = await self.store.lead(
            lambda c: outcomes.begin(c, self.now, self.rules, outgoing.key, at=real_now(), limit=limit)
        )
        if begun is None:
            return nothing
        settle = await self._call(channel, outgoing, begun, job)
        if isinstance(settle, NotThisTime):
            return await self._after_doubt(channel, outgoing, settle, job) if doubtful else settle.settle
        return settle

    async def _call(self, channel: PublicChannel, outgoing: Reply, begun: Begun, job: Job) -> Settle | NotThisTime:
        key = outgoing.key
        left = (begun.deadline - real_now()).total_seconds()
        if left <= 0:  # the machine slept: this try certainly did not post
            again = Again(after=SOON)
            return NotThisTime(settle=lambda c: outcomes.later(c, self.now, self.rules, key, again), again=again)
        try:
            async with asyncio.timeout(left):
                posted = await channel.post(outgoing)
        except TryLater as exc:
            again = Again(after=exc.after, pause=True)
            return NotThisTime(settle=lambda c: outcomes.later(c, self.now, self.rules, key, again), again=again)
        except Refused as exc:
            reason = exc.reason
            return NotThisTime(settle=lambda c: outcomes.refused(c, self.now, self.rules, key, reason))
        except Blocked:
            return NotThisTime(settle=lambda c: outcomes.blocked(c, self.now, self.rules, key))
        except (Unsure, TimeoutError):
            log.warning("no clear answer to a post", reply=key, account=outgoing.account)
            if channel.abilities.recovery_for(outgoing.visibility) is Recovery.ASK:
                return lambda c: outcomes.unsure(c, self.now, self.rules, key)
            return _again(job)
        return lambda c: outcomes.posted(c, self.now, self.rules, key, posted)

    async def _after_doubt(self, channel: PublicChannel, outgoing: Reply, said: NotThisTime, job: Job) -> Settle:
        """The repeat was not posted; only a look tells whether the first try was."""
        if said.again:
            again = said.again
            return lambda _: again
        try:
            found = await _looked(channel, outgoing)
        except (Unsure, Blocked):
            return lambda c: outcomes.unsure(c, self.now, self.rules, outgoing.key)
        if found:
            return lambda c: outcomes.posted(c, self.now, self.rules, outgoing.key, found)
        return said.settle

    async def _recover(self, channel: PublicChannel, outgoing: Reply, stored: StoredReply, job: Job) -> Settle:
        """An earlier try may have landed: repeat with the key, read back, or ask."""
        recovery = channel.abilities.recovery_for(stored.visibility)
        changed = await self.store.read(lambda c: outcomes.changed_since(c, stored))
        if recovery is Recovery.KEY and _key_lives(channel, stored) and not changed:
            return await self._send(channel, outgoing, job, doubtful=True)
        if recovery is not Recovery.READ_BACK:
            return lambda c: outcomes.unsure(c, self.now, self.rules, stored.key)
        last_look = _window_is_over(channel, stored)
        try:
            found = await _looked(channel, outgoing)
        except Unsure:
            return _again(job)
        if found:
            return lambda c: outcomes.posted(c, self.now, self.rules, stored.key, found)
        if not last_look:
            return _again(job)
        return lambda c: outcomes.later(
            c, self.now, self.rules, stored.key, Again()
        )  # certainly not posted: start anew


def _load(connection: Connection, key: str) -> tuple[StoredReply, Mention, Posted | None]:
    stored = replies.get(connection, key)
    assert stored  # noqa: S101
    before = replies.get(connection, stored.follows) if stored.follows else None
    mention = mentions.get(connection, stored.seen.mention_id).mention
    return stored, mention, before.posted if before else None


def _if_waiting(connection: Connection, key: str, settle: Settle) -> Again | None:
    """Come back for a reply that is still to be posted; it was not, if the citizen changed the message."""
    stored = replies.get(connection, key)
    return settle(connection) if stored and stored.state is reply.State.WAITING else None


async def _current(channel: PublicChannel, mention: Mention) -> Current:
    """Ask how the citizen's post stands; a platform that hangs could not tell."""
    try:
        async with asyncio.timeout(channel.abilities.timeout.total_seconds()):
            return await channel.current(mention)
    except TimeoutError:
        return Unknown()


async def _looked(channel: PublicChannel, outgoing: Reply) -> Posted | None:
    """Look for the reply; raises Unsure when the platform hangs, too."""
    try:
        async with asyncio.timeout(channel.abilities.timeout.total_seconds()):
            return await channel.find(outgoing)
    except TimeoutError as exc:
        raise Unsure from exc


def _asks(channel: PublicChannel, stored: StoredReply) -> bool:
    return channel.abilities.recovery_for(stored.visibility) is Recovery.ASK


def _key_lives(channel: PublicChannel, stored: StoredReply) -> bool:
    return stored.tried_at is not None and real_now() - stored.tried_at < channel.abilities.key_lifetime


def _window_is_over(channel: PublicChannel, stored: StoredReply) -> bool:
    """Tell whether what was sent would surely be visible by now; asked before the look, so that the look counts."""
    abilities = channel.abilities
    return stored.intent_at is not None and real_now() >= stored.intent_at + abilities.timeout + abilities.read_lag


def _again(job: Job) -> Settle:
    after = min(SLOWEST, SOON * 2 ** min(job.attempts - 1, 5))
    return lambda _: Again(after=after)
