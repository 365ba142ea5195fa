"""The page "Werkt alles?": how Balie is doing and what asks for a person, for the coordinator and the administrator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from starlette.responses import Response
from starlette.routing import Route

from bot import reply
from bot.health import AccountHealth, DeskHealth, Health
from bot.pulse import Contact, Pulse
from handlers.web.site import Site, Visit, context, for_colleagues, may_look
from knowledge.sentence import Sentence, say

PATH = "/balie/toestand"
SHOWN = 20  # of each sort of thing that asks for a person
IN_WORDS = {
    Contact.CONNECTING: say("connecting"),
    Contact.CONNECTED: say("connected"),
    Contact.SILENT: say("silent"),
    Contact.BLOCKED: say("not connected"),
}
WORK = {  # kind of job -> what waits
    "post": say("answers to be posted"),
    "find": say("answers to be looked up"),
    "remove": say("posts to be taken away"),
    "show": say("cards to be shown"),
    "say": say("lines to colleagues"),
    "announce": say("lines to the coordinator"),
}
OTHER_WORK = say("other work")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CANARY_LATE = say(
    "Test messages do not arrive in time. Messages of citizens may be late too. Look in the log of Balie."
)
NOBODY_LEADS = say("No Balie is doing the work. Start Balie again, and look in its log.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is looked at. ``advice``: what to do; without it, all is well."""

    name: str | Sentence
    words: Sequence[Sentence | str | datetime]
    advice: Sentence | None = None
    card: int = 0  # conversation to look at; 0: none


class Status:
    """``look`` says how things are; raises StoreUnavailable."""

    def __init__(self, site: Site, look: Callable[[], Awaitable[Health]], *, version: str) -> None:
        self._site, self._look, self._version = site, look, version

    def routes(self) -> list[Route]:
        return [Route(PATH, for_colleagues(self._site, self.page))]

    async def page(self, visit: Visit) -> Response:
        if not may_look(self._site, visit.member):
            return self._site.pages.refused(visit.request, "not yours")
        health = await self._look()
        parts = [
            (say("Channels"), [_account(each, health) for each in health.accounts]),
            (say("Desks"), [_desk(each, health) for each in health.desks]),
            (say("Work"), [*_work(health)]),
        ]
        connected = (replace(line, words=()) for _, lines in parts for line in lines if line.advice)
        asks = [*_general(health), *connected, *self._cards(health)]
        connections: list[AccountHealth | DeskHealth] = [*health.accounts, *health.desks]
        values = {
            **context(self._site, visit),
            "asks": asks,
            "parts": parts,
            "about": say(
                "Balie %(version)s with %(database)s.",
                version=self._version,
                database=DATABASES.get(health.database, health.database),
            ),
            "now": health.now,
            "settled": all(each.pulse and each.pulse.contact is Contact.CONNECTED for each in connections),
        }
        return self._site.pages.answer(visit.request, "status.html", values)

    def _cards(self, health: Health) -> Iterator[Line]:
        """Yield what a person must look at, the oldest first, no more than a page takes."""
        for each in health.doubtful[:SHOWN]:
            unsure = each.state is reply.State.UNSURE
            yield Line(
                name=self._department(each.department),
                words=(say("since %(moment)s", moment=each.since),),
                advice=say("An answer may have been posted. Please look on the card.")
                if unsure
                else say("An answer waits until the account is connected again."),
                card=each.conversation_id,
            )
        for card in health.not_shown[:SHOWN]:
            yield Line(
                name=self._department(card.department),
                words=(say("since %(moment)s", moment=card.since),),
                advice=say("The card in the chat is out of date.") if card.old else say("The card is not in the chat."),
                card=card.conversation_id,
            )
        for job in health.failing[:SHOWN]:
            yield Line(
                name=WORK.get(job.kind, OTHER_WORK),
                words=(say("%(count)s tries", count=job.attempts),),
                advice=say("This fails again and again. Look in the log of Balie."),
            )

    def _department(self, key: str) -> str:
        known = self._site.rulebook().departments.get(key)
        return known.name if known else key


def alerts(health: Health) -> Sequence[Sentence]:
    """Return what is wrong with the connections, in a sentence each."""
    lines = [*_general(health), *(_account(each, health) for each in health.accounts if each.connected)]
    lines += [_desk(each, health) for each in health.desks]
    return [line.advice for line in lines if line.advice]


def _general(health: Health) -> Iterator[Line]:
    if not health.led:
        yield Line(name="Balie", words=(), advice=NOBODY_LEADS)


def _account(each: AccountHealth, health: Health) -> Line:
    name = f"{each.account.name} ({each.title})"
    if not each.connected:
        missing = say("Set %(setting)s and start Balie again.", setting=f"BALIE_PASSWORD_{each.account.key.upper()}")
        return Line(name=name, words=(say("not connected: no password"),), advice=missing)
    words = [*_contact(each.pulse, health)]
    if each.seen:
        seconds = round(each.seen.lag.total_seconds())
        words.append(say("last message %(moment)s, here after %(seconds)s s", moment=each.seen.at, seconds=seconds))
    words += _flown(each, health)
    advice = each.pulse.trouble if each.pulse else None
    if each.flight and each.flight.late:
        advice = advice or CANARY_LATE
    elif each.quiet:
        advice = say(
            "No message for %(span)s, more than usual. Does the account still work? Try with a message of your own.",
            span=each.quiet,
        )
    return Line(name=name, words=words, advice=advice)


def _flown(each: AccountHealth, health: Health) -> Iterator[Sentence]:
    if each.flight and each.flight.arrived and each.flight.took is not None:
        way = say("over the channel itself") if each.flight.whole else say("from our own door on")
        at, seconds = _domain(each.flight.arrived, health), ceil(each.flight.took.total_seconds())
        yield say(
            "test message %(moment)s, on its card within %(seconds)s s (%(way)s)", moment=at, seconds=seconds, way=way
        )


def _desk(each: DeskHealth, health: Health) -> Line:
    name = say("the pages of Balie") if each.name == "web" else f"{each.name.capitalize()} {each.workspace}"
    return Line(name=name, words=[*_contact(each.pulse, health)], advice=each.pulse.trouble if each.pulse else None)


def _contact(pulse: Pulse | None, health: Health) -> Iterator[Sentence]:
    if pulse is None:
        yield IN_WORDS[Contact.CONNECTING]
        return
    words = IN_WORDS[pulse.contact]
    at = _domain(pulse.since, health)
    yield words if pulse.contact is Contact.CONNECTED else say("%(state)s since %(moment)s", state=words, moment=at)


def _work(health: Health) -> Iterator[Line]:
    for kind, name in (*WORK.items(), ("", OTHER_WORK)):
        these = [each for each in health.waiting if each.kind == kind or (not kind and each.kind not in WORK)]
        count, since = sum(each.due for each in these), [each.oldest for each in these if each.oldest]
        if since:
            yield Line(name=name, words=(say("%(count)s", count=count), say("since %(moment)s", moment=min(since))))


def _domain(real: datetime, health: Health) -> datetime:
    """Return a real moment on the clock that people see, which runs ahead in the demo."""
    return health.now - (health.real - real)
