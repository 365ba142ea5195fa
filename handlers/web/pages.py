"""Renders the templates in the town's language; citizens' words are always escaped."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from handlers.cards.buttons import AT_ONCE, Verb
from handlers.web.changes import marked
from handlers.web.history import happened
from handlers.web.links import linked
from handlers.wording import BETWEEN, Wording
from knowledge.sentence import Sentence, say

HERE = Path(__file__).parent
STATIC = HERE / "static"
KEPT_BETWEEN = "\u00a0· "  # a line never begins with the dot
PART = "x-balie-part"  # header set by our script: only the inner part of the page is wanted

REFUSED: Mapping[str, tuple[int, Sentence, Sentence]] = {
    "session": (401, say("You are not signed in (any more)"), say("Ask your coordinator for a new link to sign in.")),
    "unknown": (
        403,
        say("You are not known here"),
        say("Your name is not (any more) in the settings of the town. Ask your coordinator to add you."),
    ),
    "not yours": (
        403,
        say("This page is not for you"),
        say("It is for the coordinator and the administrator. Ask your coordinator if you need it."),
    ),
    "form": (403, say("This form has expired"), say("Go back, load the page again and try once more.")),
    "link": (410, say("This link does not work any more"), say("It was used or it is too old. Ask for a new one.")),
    "often": (429, say("Too many tries"), say("Wait a minute and try again.")),
    "gone": (404, say("This page does not exist"), say("Perhaps the message was removed or merged with another one.")),
    "store": (
        503,
        say("This could not be kept"),
        say("Nothing of it was done. Try again in a moment; if it stays, tell the administrator."),
    ),
    "broken": (
        500,
        say("Something went wrong here"),
        say("It was not you. Try again; if it stays, tell the administrator."),
    ),
    "large": (413, say("This is too much text"), say("Make it shorter and try again.")),
}


class Pages:
    """The Jinja environment and the few ways in which a page leaves the house."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.install_gettext_callables(  # type: ignore[attr-defined]
            wording.gettext, wording.ngettext, newstyle=True
        )
        self._env.filters |= {
            "words": wording.text,
            "line": lambda parts: wording.line(parts).replace(BETWEEN, KEPT_BETWEEN),
            "moment": wording.moment,
            "date": wording.full_date,
            "day_and_time": wording.day_and_time,
            "capital": capital,
            "happened": happened,
            "linked": linked,
            "marked": marked,
        }
        self._env.globals |= {
            "language": wording.language,
            "between": KEPT_BETWEEN,
            "click_id": lambda: secrets.token_hex(16),
            "static": static_url,
            "posts": {*AT_ONCE, Verb.ANSWER, Verb.CONTINUE},
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        return self._env.get_template(template).render(values)

    def answer(self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """Render a page, or only its inner part when our script asks for it."""
        layout = "part.html" if PART in request.headers else "layout.html"
        return HTMLResponse(self.render(template, {**values, "layout": layout}), status)

    def refused(self, request: Request, why: str) -> Response:
        status, title, way_out = REFUSED[why]
        return self.answer(request, "refused.html", {"title": title, "way_out": way_out}, status=status)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_hashes: dict[str, str] = {}


def static_url(name: str) -> str:
    """Return the address of a static file; it changes when the file does, so browsers may keep it for ever."""
    if name not in _hashes:
        _hashes[name] = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={_hashes[name]}"
