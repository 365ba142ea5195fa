"""What asks for work on the answers: tasks, proposals that wait, questions without an answer, key messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot import mandate
from bot.links import LinkState
from bot.model import Told, Wrong
from bot.model.answers import Task
from handlers.web.answers.binder import HOME, Binder
from handlers.web.answers.differences import differences
from handlers.web.site import Visit, for_colleagues
from knowledge.faq import Entry
from knowledge.sentence import Sentence, say

TODO, GAPS, PINS = f"{HOME}/te-doen", f"{HOME}/zonder-antwoord", f"{HOME}/kernboodschap"
SINCE = timedelta(weeks=8)
GROUPS: dict[str, Sentence] = {
    "too_long": say("Too long for a channel"),
    "review": say("To be looked at again"),
    "expired": say("Not valid any more"),
    "contradiction": say("Perhaps contradict each other"),
    "duplicate": say("Look alike"),
    "edited": say("Often changed before posting"),
}
OTHER = say("Other work")
DEAD_LINKS: dict[LinkState, Sentence] = {
    LinkState.GONE: say("The page is not there any more: %(question)s"),
    LinkState.CLOSED: say("The page asks for a password: %(question)s"),
    LinkState.SILENT: say("The page gives no answer: %(question)s"),
    LinkState.ELSEWHERE: say("The page leads on to another site: %(question)s"),
    LinkState.FORBIDDEN: say("The link does not lead to the open internet: %(question)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    entry: Entry
    sentence: Sentence
    at: datetime


class Todo:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._answers = binder.answers

    def routes(self) -> list[Route]:
        site = self._binder.site
        proposal = f"{HOME}/voorstel/{{id:row}}"
        return [
            Route(TODO, for_colleagues(site, self.page)),
            Route(f"{proposal}/ja", for_colleagues(site, self.accept), methods=["POST"]),
            Route(f"{proposal}/nee", for_colleagues(site, self.decline), methods=["POST"]),
            Route(f"{TODO}/links", for_colleagues(site, self.look), methods=["POST"]),
            Route(GAPS, for_colleagues(site, self.gaps)),
            Route(PINS, for_colleagues(site, self.pins)),
            Route(PINS, for_colleagues(site, self.pin), methods=["POST"]),
            Route(f"{PINS}/{{id:row}}/intrekken", for_colleagues(site, self.withdraw), methods=["POST"]),
        ]

    async def page(self, visit: Visit) -> Response:
        tasks = await self._answers.tasks(by=visit.by)
        proposals = [
            (each, differences(each.before, each.entry) if each.before else ())
            for each in await self._answers.proposals(by=visit.by)
        ]
        kept = await self._answers.entries(by=visit.by)
        in_use = [each.entry for each in kept if not each.retired]
        dead, foreign, looks = await self._links(in_use)
        values = {
            "groups": _groups(tasks),
            "proposals": proposals,
            "entries": {each.entry.key: each.entry for each in kept},
            "dead": dead,
            "foreign": foreign,
            "looks": looks,
        }
        return self._binder.show(visit, "todo.html", values)

    async def _links(self, entries: Sequence[Entry]) -> tuple[list[DeadLink], int, bool]:
        """Return the dead links, how many lead to sites of others, and whether links are looked at at all."""
        links = self._binder.links
        if links is None:
            return [], 0, False
        found = await links.found()
        looked = [(entry, found[entry.source]) for entry in entries if entry.source in found]
        dead = [
            DeadLink(entry=entry, sentence=say(DEAD_LINKS[one.state].text, question=entry.question), at=one.at)
            for entry, one in looked
            if one.state in DEAD_LINKS
        ]
        return dead, sum(one.state is LinkState.FOREIGN for _, one in looked), True

    async def look(self, visit: Visit) -> Response:
        told = await self._binder.links.ask(by=visit.by) if self._binder.links else None
        return self._binder.told(visit, told.sentence, back=TODO) if told else self._binder.go(TODO, "checked")

    async def accept(self, visit: Visit) -> Response:
        return self._decided(visit, await self._answers.accept(_id(visit), by=visit.by), "accepted")

    async def decline(self, visit: Visit) -> Response:
        note = visit.text("note")[:300]
        return self._decided(visit, await self._answers.decline(_id(visit), by=visit.by, note=note), "declined")

    def _decided(self, visit: Visit, result: object, done: str) -> Response:
        if isinstance(result, Told):
            return self._binder.told(visit, result.sentence, back=TODO)
        return self._binder.go(TODO, done)

    async def gaps(self, visit: Visit) -> Response:
        since = self._binder.site.clock.now() - SINCE
        found = await self._answers.gaps(since, by=visit.by)
        return self._binder.show(visit, "gaps.html", {"gaps": found, "weeks": SINCE.days // 7})

    async def pins(self, visit: Visit) -> Response:
        return await self._pins(visit)

    async def pin(self, visit: Visit) -> Response:
        until = self._moment(visit.text("until"))
        errors: dict[str, Sentence] = {}
        if until is None:
            errors["until"] = say("Choose a day and a time.")
        else:
            result = await self._answers.pin(visit.text("topic"), visit.text("text"), until, by=visit.by)
            if isinstance(result, Told):
                return self._binder.told(visit, result.sentence, back=PINS)
            if not isinstance(result, Wrong):
                return self._binder.go(PINS, "pinned")
            errors = dict(result.fields)
        return await self._pins(visit, errors)

    async def withdraw(self, visit: Visit) -> Response:
        result = await self._answers.withdraw(_id(visit), by=visit.by)
        if isinstance(result, Told):
            return self._binder.told(visit, result.sentence, back=PINS)
        return self._binder.go(PINS, "withdrawn")

    async def _pins(self, visit: Visit, errors: dict[str, Sentence] | None = None) -> Response:
        now = self._binder.site.clock.now()
        pins = await self._answers.pins(by=visit.by)
        values: dict[str, Any] = {
            "topics": {
                key: topic
                for key, topic in self._binder.site.rulebook().topics.items()
                if mandate.may_pin(visit.member, topic, today=self._binder.today)
            },
            "pins": [each for each in pins if not each.withdrawn_at and each.until_at > now],
            "earlier": [each for each in pins if each.withdrawn_at or each.until_at <= now][:20],
            "errors": errors or {},
            "written": {name: visit.text(name) for name in ("topic", "text", "until")},
        }
        return self._binder.show(visit, "pins.html", values, status=422 if errors else 200)

    def _moment(self, local: str) -> datetime | None:
        try:
            return self._binder.site.wording.utc(local)
        except ValueError:
            return None


def _groups(tasks: Sequence[Task]) -> list[tuple[Sentence, list[Task]]]:
    """Return the tasks by kind, in the order in which people would do them."""
    kinds = [*GROUPS, *sorted({task.kind for task in tasks if task.kind not in GROUPS and task.kind != "proposal"})]
    found = [(GROUPS.get(kind, OTHER), [task for task in tasks if task.kind == kind]) for kind in kinds]
    return [(name, group) for name, group in found if group]


def _id(visit: Visit) -> int:
    number: int = visit.request.path_params["id"]
    return number
