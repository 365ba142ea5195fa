"""How Balie is doing: its connections, its work, and what asks for a person; without a citizen's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.clock import Clock, real_now
from bot.ports import Desk, PublicChannel
from bot.pulse import Contact, Pulse, Seen
from bot.rules import Rules
from bot.store import Store, flights, health, pulses
from bot.store.engine import Commits
from bot.store.flights import Flight
from bot.store.health import Doubtful, Failing, NotShown, Waiting
from bot.work import Lanes
from knowledge.rulebook.values import Account, Member, Role

BEAT = timedelta(minutes=3)  # without a pulse for so long, nobody leads
LOOK_AFTER = (Role.COORDINATOR, Role.ADMINISTRATOR)
EXPECTED = "expected"  # option of an account: a citizen is heard within so many hours


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """One of the town's accounts. ``pulse`` None: not connected, or nobody looked yet."""

    account: Account
    title: str  # of the platform
    connected: bool  # it has a password and a handler
    pulse: Pulse | None
    seen: Seen | None = None  # the last citizen
    flight: Flight | None = None  # of the canary
    quiet: timedelta | None = None  # no citizen for so long, though one was expected


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHealth:
    name: str
    workspace: str
    pulse: Pulse | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All of it, at one moment."""

    now: datetime  # domain time
    real: datetime
    database: str
    leads: bool  # this process does
    led: bool  # some process does
    accounts: Sequence[AccountHealth]
    desks: Sequence[DeskHealth]
    waiting: Sequence[Waiting]
    doubtful: Sequence[Doubtful]
    not_shown: Sequence[NotShown]
    failing: Sequence[Failing]
    running: Mapping[str, int]  # jobs in flight here, by lane
    paused: Mapping[str, datetime]  # lanes that wait here, and until when
    commits: Commits

    @property
    def oldest(self) -> datetime | None:
        """Return since when the oldest work waits that should be done by now."""
        return min((each.oldest for each in self.waiting if each.oldest), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """Looks at everything."""

    store: Store
    rules: Rules
    channels: Mapping[str, PublicChannel]
    desks: Mapping[tuple[str, str], Desk]
    lanes: Lanes
    clock: Clock

    async def look(self) -> Health:
        """Raises StoreUnavailable."""
        now, real = self.clock.now(), real_now()
        return await self.store.read(lambda c: self._look(c, now, real))

    def _look(self, connection: Connection, now: datetime, real: datetime) -> Health:
        beats, flown, seen = pulses.every(connection), flights.every(connection), pulses.seen(connection)
        leads = self.store.leadership.leads
        cards, failing = health.stuck(connection, now=now)
        return Health(
            now=now,
            real=real,
            database=self.store.database,
            leads=leads,
            led=leads or any(real - at < BEAT for _, at in beats.values()),
            accounts=[
                self._account(each, beats, flown.get(each.key), seen.get(each.key), now)
                for each in self.rules.rulebook.accounts.values()
            ],
            desks=[_desk(name, workspace, beats) for name, workspace in self.desks],
            waiting=health.waiting(connection, now=now),
            doubtful=health.doubtful(connection),
            not_shown=cards,
            failing=failing,
            running=self.lanes.running(),
            paused=self.lanes.paused(),
            commits=self.store.commits,
        )

    def _account(
        self,
        account: Account,
        beats: Mapping[str, tuple[Pulse, datetime]],
        flight: Flight | None,
        seen: Seen | None,
        now: datetime,
    ) -> AccountHealth:
        channel = self.channels.get(account.key)
        pulse = beats[account.key][0] if channel and account.key in beats else None
        return AccountHealth(
            account=account,
            title=channel.abilities.title if channel else account.channel,
            connected=channel is not None,
            pulse=pulse,
            seen=seen,
            flight=flight,
            quiet=_quiet(account, pulse, seen, now),
        )


def looks_after(member: Member, *, today: date) -> bool:
    """Tell whether it is this person's business how Balie is doing."""
    return any(each.role in LOOK_AFTER and (each.until is None or today <= each.until) for each in member.mandates)


def desk_key(name: str, workspace: str) -> str:
    """Return under which key the pulse of a desk is kept."""
    return f"{name}:{workspace}"


def _desk(name: str, workspace: str, beats: Mapping[str, tuple[Pulse, datetime]]) -> DeskHealth:
    beat = beats.get(desk_key(name, workspace))
    return DeskHealth(name=name, workspace=workspace, pulse=beat[0] if beat else None)


def _quiet(account: Account, pulse: Pulse | None, seen: Seen | None, now: datetime) -> timedelta | None:
    """Return for how long no citizen was heard, where that is longer than the town expects."""
    hours = account.options.get(EXPECTED, "")
    if pulse is None or pulse.contact is not Contact.CONNECTED or not hours.isdecimal():
        return None
    last = seen.at if seen else pulse.since
    return now - last if now - last > timedelta(hours=int(hours)) else None
