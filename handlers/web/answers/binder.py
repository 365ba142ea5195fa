"""What the pages with standard answers have at hand, and the few ways in which they reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import RedirectResponse, Response

from bot import mandate
from bot.answers import Answers
from bot.links import Links
from bot.ports import Memory
from bot.rules import local_day
from handlers.web.site import Site, Visit, context
from knowledge.exchange import NAMES
from knowledge.sentence import Sentence, say

HOME = "/antwoorden"
MAX_FIELDS = 60
NO_ENTRY = say("This answer does not exist (any more).")

# What was done, told on the page that is shown next.
DONE: Mapping[str, Sentence] = {
    "saved": say("The answer is saved. It is offered from now on."),
    "proposed": say("Your change waits for a colleague who may publish it."),
    "retired": say("The answer is out of use. It is not offered any more."),
    "restored": say("The older answer is back."),
    "unlearned": say("This wording does not count any more."),
    "accepted": say("The change is published."),
    "declined": say("The proposal is turned down."),
    "pinned": say("The key message is the only suggestion on this topic now."),
    "withdrawn": say("The key message is withdrawn."),
    "undone": say("The import is undone."),
    "checked": say("The links are looked at."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Binder:
    site: Site
    answers: Answers
    memory: Memory
    links: Links | None = None  # None: links are not looked at

    def show(self, visit: Visit, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """Show a page with what every page of the answers needs."""
        base = {
            **context(self.site, visit),
            "done": DONE.get(visit.request.query_params.get("gedaan", "")),
            "coordinates": self.coordinates(visit),
            "may_write": mandate.may_propose(visit.member, today=self.today),
            "book": self.site.rulebook(),
            "names": NAMES,
            "today": self.today,
            "errors": {},
        }
        return self.site.pages.answer(visit.request, f"answers/{template}", {**base, **values}, status=status)

    def told(self, visit: Visit, sentence: Sentence, *, back: str = HOME, status: int = 409) -> Response:
        """Say that nothing happened, and why."""
        return self.show(visit, "told.html", {"sentence": sentence, "back": back}, status=status)

    def gone(self, visit: Visit) -> Response:
        return self.told(visit, NO_ENTRY, status=404)

    def go(self, path: str, done: str = "") -> Response:
        return RedirectResponse(f"{path}?gedaan={done}" if done else path, status_code=303)

    def coordinates(self, visit: Visit) -> bool:
        """Tell whether this person may bring in files; ``Answers`` decides again when it comes to it."""
        return mandate.coordinates(visit.member, today=self.today)

    @property
    def today(self) -> date:
        return local_day(self.site.rulebook(), self.site.clock.now())


def path_of(key: str) -> str:
    return f"{HOME}/antwoord/{key}"
