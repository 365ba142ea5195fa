"""The list of all answers: found by words, narrowed down by department and by what must be done about them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.model.answers import Kept
from handlers.exchange import headings
from handlers.web.answers.binder import HOME, Binder
from handlers.web.site import Visit, for_colleagues
from knowledge.exchange import WRITTEN, written
from knowledge.faq import Entry
from knowledge.sentence import Sentence, say
from knowledge.text import tokens

A_PAGE = 50
ALL, REVIEW, EXPIRED, TOO_LONG, RETIRED = "alles", "nakijken", "verlopen", "te-lang", "weg"
SHOWN: dict[str, Sentence] = {
    ALL: say("All answers in use"),
    REVIEW: say("To be looked at again"),
    EXPIRED: say("Not valid any more"),
    TOO_LONG: say("Too long for a channel"),
    RETIRED: say("Out of use"),
}
TYPES = {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv"}


class Listing:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder

    def routes(self) -> list[Route]:
        site = self._binder.site
        return [
            Route(HOME, for_colleagues(site, self.page)),
            Route(f"{HOME}/uit", for_colleagues(site, self.export)),
            Route(f"{HOME}/effect", for_colleagues(site, self.effect)),
        ]

    async def page(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        words, department = asked.get("zoek", "")[:200], asked.get("afdeling", "")
        shown = asked.get("toon", ALL) if asked.get("toon") in SHOWN else ALL
        kept = await self._binder.answers.entries(by=visit.by)
        found = [
            each
            for each in kept
            if (not department or each.entry.department == department) and _fits(each.entry, words)
        ]
        found = [*await self._narrowed(found, shown, visit)]
        page, pages = _page(asked.get("pagina", ""), len(found))
        values: dict[str, Any] = {
            "kept": found[(page - 1) * A_PAGE : page * A_PAGE],
            "count": len(found),
            "whole": sum(not each.retired for each in kept),
            "words": words,
            "department": department,
            "shown": shown,
            "choices": SHOWN,
            "page": page,
            "pages": pages,
            "formats": WRITTEN,
        }
        return self._binder.show(visit, "list.html", values)

    async def _narrowed(self, kept: Iterable[Kept], shown: str, visit: Visit) -> Iterable[Kept]:
        today = self._binder.today
        if shown == RETIRED:
            return [each for each in kept if each.retired]
        in_use = [each for each in kept if not each.retired]
        if shown == REVIEW:
            return [each for each in in_use if each.entry.review_by and each.entry.review_by <= today]
        if shown == EXPIRED:
            return [each for each in in_use if not each.entry.valid(today)]
        if shown == TOO_LONG:
            keys = await self._too_long(visit)
            return [each for each in in_use if each.entry.key in keys]
        return in_use

    async def _too_long(self, visit: Visit) -> Collection[str]:
        tasks = await self._binder.answers.tasks(by=visit.by)
        return {key for task in tasks if task.kind == "too_long" for key in task.entries}

    async def effect(self, visit: Visit) -> Response:
        """Show what learning does: how many confirmed wordings find their answer first, without it and with it."""
        return self._binder.show(visit, "effect.html", {"effect": await self._binder.answers.measured(by=visit.by)})

    async def export(self, visit: Visit) -> Response:
        """Hand out all answers in use as a file."""
        ending = "." + visit.request.query_params.get("als", "xlsx")
        if ending not in WRITTEN:
            return self._binder.gone(visit)
        kept = await self._binder.answers.entries(by=visit.by)
        name, names = f"antwoorden{ending}", headings(self._binder.site.wording)
        content = await asyncio.to_thread(written, [each.entry for each in kept if not each.retired], name, names)
        disposition = f'attachment; filename="{name}"'
        return Response(
            content,
            media_type=TYPES.get(ending, "application/octet-stream"),
            headers={"content-disposition": disposition},
        )


def _fits(entry: Entry, words: str) -> bool:
    """Tell whether every word begins a word of the answer."""
    asked = tokens(words)
    if not asked:
        return True
    texts = tokens(" ".join((entry.key, entry.question, *entry.variants, entry.answer, entry.owner, entry.product)))
    return all(any(text.startswith(word) for text in texts) for word in asked)


def _page(written_page: str, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // A_PAGE))
    page = int(written_page) if written_page.isascii() and written_page.isdigit() and len(written_page) < 6 else 1
    return min(max(page, 1), pages), pages
