"""The pages of the square: the timeline, one thread, and writing as a citizen."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handlers.web.site import Site, Visit, context, for_colleagues
from handlers.web.square import MOST_CHARACTERS, Square
from handlers.web.square_store import Post
from knowledge.sentence import Sentence, say
from knowledge.text import clean

_NOT_IN_A_HANDLE = re.compile(r"[^a-z0-9_]+")
HANDLE = 24  # most characters


class Plein:
    def __init__(self, site: Site, square: Square) -> None:
        self._site = site
        self._square = square

    def routes(self) -> list[Route]:
        def route(path: str, page: Any, method: str = "GET") -> Route:
            return Route(path, for_colleagues(self._site, page), methods=[method])

        return [
            route("/plein", self.timeline),
            route("/plein", self.write, "POST"),
            route("/plein/{id:row}", self.thread),
            route("/plein/{id:row}/wijzigen", self.ask_change),
            route("/plein/{id:row}/wijzigen", self.change, "POST"),
            route("/plein/{id:row}/verwijderen", self.delete, "POST"),
        ]

    async def values(self, visit: Visit) -> dict[str, Any]:
        return {
            **context(self._site, visit),
            "threads": [_shown(thread) for thread in await self._square.threads()],
            **self._writer(visit),
        }

    async def timeline(self, visit: Visit) -> Response:
        template = "timeline.html" if visit.partly else "square.html"
        return self._site.pages.answer(visit.request, template, await self.values(visit))

    async def thread(self, visit: Visit) -> Response:
        posts = await self._square.thread(visit.request.path_params["id"])
        if not posts:
            return self._site.pages.refused(visit.request, "gone")
        values = {**context(self._site, visit), "thread": _shown(posts), **self._writer(visit)}
        return self._site.pages.answer(visit.request, "thread.html", values)

    async def write(self, visit: Visit) -> Response:
        """Post as the handle that was filled in; who chose it stays the same for this browser."""
        handle, text = _handle(visit.text("handle")), visit.text("text")
        parent = visit.number("parent") or None
        wrong = self._wrong(handle, text)
        if wrong:
            return await self._again(visit, wrong, parent)
        post = await self._square.write(text, handle=handle, parent=parent)
        return self._back(visit, post, replace(visit.session, citizen=handle))

    async def ask_change(self, visit: Visit) -> Response:
        post = await self._own(visit)
        if post is None:
            return self._site.pages.refused(visit.request, "gone")
        return self._ask(visit, post, post.text, None)

    async def change(self, visit: Visit) -> Response:
        post, text = await self._own(visit), visit.text("text")
        if post is None:
            return self._site.pages.refused(visit.request, "gone")
        if wrong := self._wrong(post.handle, text):
            return self._ask(visit, post, text, wrong)
        await self._square.change(post.id, text=text)
        return self._back(visit, post, visit.session)

    async def delete(self, visit: Visit) -> Response:
        post = await self._own(visit)
        if post is None:
            return self._site.pages.refused(visit.request, "gone")
        await self._square.take_away(post.id)
        return self._back(visit, post, visit.session)

    async def _own(self, visit: Visit) -> Post | None:
        post = await self._square.read(visit.request.path_params["id"])
        own = post is not None and post.handle == visit.session.citizen and not post.town and not post.deleted_at
        return post if own else None

    def _wrong(self, handle: str, text: str) -> Sentence | None:
        if len(handle) < 3:
            return say("Choose a name of at least two letters.")
        if handle == self._square.handle.lower():
            return say("This is the name of the town. Choose another one.")
        if not text:
            return say("Write something first.")
        over = self._square.length(text) - MOST_CHARACTERS
        if over == 1:
            return say("1 character too long.")
        return say("%(count)s characters too long.", count=over) if over > 0 else None

    async def _again(self, visit: Visit, wrong: Sentence, parent: int | None) -> Response:
        values = {**context(self._site, visit), **self._writer(visit), "wrong": wrong, "parent": parent}
        values |= {"text": visit.text("text"), "handle": visit.text("handle")}
        return self._site.pages.answer(visit.request, "compose.html", values, status=422)

    def _ask(self, visit: Visit, post: Post, text: str, wrong: Sentence | None) -> Response:
        values = {**context(self._site, visit), "post": post, "text": text, "wrong": wrong, "most": MOST_CHARACTERS}
        answer = self._site.pages.answer(visit.request, "change.html", values, status=422 if wrong else 200)
        answer.headers["x-balie"] = "dialog"
        return answer

    def _back(self, visit: Visit, post: Post, session: Any) -> Response:
        response: Response = Response(status_code=204)
        if not visit.partly:
            response = RedirectResponse(f"{self._site.home}#bericht-{post.id}", status_code=303)
        self._site.sessions.write(response, session)
        return response

    def _writer(self, visit: Visit) -> dict[str, Any]:
        return {
            "citizen": visit.session.citizen,
            "town_handle": self._square.handle,
            "most": MOST_CHARACTERS,
            "wrong": None,
        }


def _handle(typed: str) -> str:
    """Return a handle as it is kept: "@jan_1"; "@" alone when nothing usable was typed."""
    return "@" + _NOT_IN_A_HANDLE.sub("_", typed.lower().removeprefix("@")).strip("_")[:HANDLE]


def _shown(thread: list[Post]) -> list[Post]:
    """Return the posts as they may be shown: nothing that hides or reorders characters."""
    return [replace(post, text=clean(post.text)) for post in thread]
