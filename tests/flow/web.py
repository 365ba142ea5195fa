"""The desk's pages over the real office, asked as a browser without JavaScript would."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.answers import Answers
from bot.clock import ShiftedClock
from bot.front_office import FrontOffice
from bot.health import Health
from bot.intake import Intake
from bot.invites import Invites
from bot.links import Links
from bot.rules import Rules
from handlers.web.app import web_app
from handlers.web.desk import WebDesk
from handlers.wording import Wording

URL = "https://balie.veldwijk.example"


def pages_of(
    office: FrontOffice,
    *,
    rules: Rules,
    clock: ShiftedClock,
    memory: Intake,
    invites: Invites,
    url: str = URL,
    answers: Answers | None = None,
    links: Links | None = None,
    health: Callable[[], Awaitable[Health]] | None = None,
    more: tuple[BaseRoute, ...] = (),
) -> Starlette:
    """Build the pages of `make run`: no square, sign-in by links."""
    wording = Wording("nl", zone=rules.rulebook.town.zone, now=clock.now)
    return web_app(
        office=office,
        desk=WebDesk(memory=memory, wording=wording, clock=clock),
        rulebook=lambda: rules.rulebook,
        wording=wording,
        clock=clock,
        secret="not a secret",
        public_url=url,
        ready=_all_well,
        invites=invites,
        answers=answers,
        memory=memory,
        links=links,
        health=health,
        version="1.2.3",
        more=more,
    )


async def _all_well() -> dict[str, str]:
    return {}


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # words, formaction


class Forms(HTMLParser):
    """Reads the forms of a page; ``text`` is what a person reads on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""
        self._open: Form | None = None
        self._area = ""
        self._button: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(action=has.get("action", ""), method=has.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is not None and tag == "input" and has.get("name"):
            chosen = has.get("type") not in ("radio", "checkbox") or "checked" in has
            if chosen:
                self._open.fields[has["name"]] = has.get("value", "")
        elif tag == "textarea":
            self._area = has.get("name", "")
        elif tag == "button":
            self._button = has.get("formaction", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open is not None and self._area:
            self._open.fields[self._area] = self._open.fields.get(self._area, "") + data
        if self._open is not None and self._button is not None and data.strip():
            self._open.buttons.append((data.strip(), self._button))


class Browser:
    """Follows links and hands in forms; ``page`` is what it shows now."""

    def __init__(self, app: Starlette, url: str = URL) -> None:
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=url, follow_redirects=True, headers={"origin": url}
        )
        self.page = httpx.Response(200)

    async def sign_in(self, invites: Invites, user: str, *, until: Any) -> None:
        await self.go(f"/aanmelden/{await invites.create(user, until=until)}")
        await self.press("Aanmelden als")

    async def go(self, path: str, **options: Any) -> httpx.Response:
        self.page = await self.http.get(path, **options)
        return self.page

    async def press(self, words: str, *, near: str = "", **fields: str) -> httpx.Response:
        """Press the first button that begins with these words, ``near`` an address, with these fields filled in."""
        form, target = next(self._found(words, near))
        action = target or form.action or str(self.page.url)
        if form.method == "post":
            self.page = await self.http.post(action, data={**form.fields, **fields})
        else:
            self.page = await self.http.get(action, params={**form.fields, **fields})
        return self.page

    def has(self, words: str, *, near: str = "") -> bool:
        return next(self._found(words, near), None) is not None

    def _found(self, words: str, near: str) -> Iterator[tuple[Form, str]]:
        for form in Forms(self.page.text).forms:
            for label, target in form.buttons:
                if label.startswith(words) and near in (target or form.action):
                    yield form, target

    @property
    def text(self) -> str:
        """Return what a person reads, on one line."""
        return re.sub(r"\s+", " ", unescape(Forms(self.page.text).text))
