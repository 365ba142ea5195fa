"""Dead links among the town's own pages that answers name; nothing that a citizen wrote is ever looked up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot import mandate
from bot.clock import Clock
from bot.model import Told
from bot.rules import Rules, local_day
from bot.store import Store, answers, jobs, small
from bot.store.records import Job
from bot.work import Again, Settle
from knowledge.rulebook.values import DeskIdentity, Rulebook
from knowledge.sentence import say

JOB = ("links", "answers")
EVERY = timedelta(days=7)
AT_ONCE = 20  # links in one run of the job, which must end within its lease
PAUSE = timedelta(seconds=5)  # between runs: a website is no target
ACCOUNT, NAME = "links", "looked at"
ONLY_COORDINATOR = say("Only the coordinator has the links looked at.")


class LinkState(StrEnum):
    WORKS = "works"
    GONE = "gone"  # the site says that there is no such page
    CLOSED = "closed"  # the page asks for a password
    SILENT = "silent"  # no answer, or an error of the site
    ELSEWHERE = "elsewhere"  # it leads on to another site
    FOREIGN = "foreign"  # not a site of the town: not looked at
    FORBIDDEN = "forbidden"  # an address inside a network: not looked at


DEAD = (LinkState.GONE, LinkState.CLOSED, LinkState.SILENT, LinkState.ELSEWHERE, LinkState.FORBIDDEN)


class LinkVisitor(Protocol):
    """Looks at pages of the town; never raises."""

    async def visit(self, url: str, *, hosts: frozenset[str]) -> LinkState: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    url: str
    state: LinkState
    at: datetime


def own_hosts(rulebook: Rulebook) -> frozenset[str]:
    """Return the sites that the rulebook names under its contacts, each with and without www."""
    named = {host_of(contact.url).removeprefix("www.") for contact in rulebook.contacts if contact.url}
    return frozenset(host for name in named if name for host in (name, f"www.{name}"))


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


class Links:
    """Does the job "links": a few at a time, all of them once a week."""

    def __init__(self, store: Store, rules: Rules, clock: Clock, visitor: LinkVisitor) -> None:
        self._store, self._rules, self._clock, self._visitor = store, rules, clock, visitor

    async def look(self, job: Job) -> Settle:
        """Look at the links that were not looked at for longest."""
        known = await self._store.read(_known)
        links = await self._store.read(_links)
        fresh = self._clock.now() - EVERY / 2
        due = sorted((url for url in links if not _fresh(known.get(url), fresh)), key=lambda url: _since(known, url))
        hosts = own_hosts(self._rules.rulebook)
        states = await asyncio.gather(*(self._visitor.visit(url, hosts=hosts) for url in due[:AT_ONCE]))
        now = self._clock.now()
        seen = {url: Looked(url=url, state=state, at=now) for url, state in zip(due, states, strict=False)}

        def settle(connection: Connection) -> Again:
            still = set(_links(connection))
            _keep(connection, {url: one for url, one in (_known(connection) | seen).items() if url in still}, now)
            return Again(after=PAUSE if len(due) > AT_ONCE else EVERY)

        return settle

    async def found(self) -> Mapping[str, Looked]:
        """Return what was seen last, by link."""
        return await self._store.read(_known)

    async def ask(self, *, by: DeskIdentity) -> Told | None:
        """Have all links looked at now. None: it is being done."""
        member, now = self._rules.rulebook.member(by), self._clock.now()
        if member is None or not mandate.coordinates(member, today=local_day(self._rules.rulebook, now)):
            return Told(sentence=ONLY_COORDINATOR)

        def again(connection: Connection) -> None:
            _keep(connection, {}, now)
            jobs.cancel(connection, *JOB)
            jobs.enqueue(connection, *JOB, at=now)

        await self._store.write(again)
        return None


def schedule(connection: Connection, *, now: datetime) -> None:
    """Ask for the first look; asking twice is asking once."""
    jobs.enqueue(connection, *JOB, at=now + EVERY)


def _links(connection: Connection) -> Sequence[str]:
    """Return the source links of the answers in use, each once."""
    return list(dict.fromkeys(entry.source for entry in answers.live(connection).values() if entry.source))


def _known(connection: Connection) -> dict[str, Looked]:
    rows = json.loads(small.recall(connection, ACCOUNT, NAME) or "{}")
    return {
        url: Looked(url=url, state=LinkState(state), at=datetime.fromisoformat(at)) for url, (state, at) in rows.items()
    }


def _keep(connection: Connection, known: Mapping[str, Looked], now: datetime) -> None:
    rows = {url: (one.state, one.at.isoformat()) for url, one in known.items()}
    small.keep(connection, ACCOUNT, NAME, json.dumps(rows), at=now)


def _fresh(looked: Looked | None, since: datetime) -> bool:
    return looked is not None and looked.at > since


def _since(known: Mapping[str, Looked], url: str) -> float:
    return known[url].at.timestamp() if url in known else 0.0
