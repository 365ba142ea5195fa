"""Builds the web application from plain values; the one who calls it decides what stands behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.answers import Answers
from bot.clock import Clock, ShiftedClock
from bot.errors import StoreUnavailable
from bot.health import Health
from bot.links import Links
from bot.ports import FrontOffice, Memory
from handlers.web.acts import Dialogs
from handlers.web.answers import answer_routes
from handlers.web.board import Board
from handlers.web.deciding import Deciding
from handlers.web.demo import Demo
from handlers.web.desk import WebDesk
from handlers.web.guard import MAX_BODY, SecurityHeaders, headers
from handlers.web.health import health_routes
from handlers.web.invites import Invites
from handlers.web.keeping import Keeping
from handlers.web.pages import STATIC, Pages
from handlers.web.placing import Placing
from handlers.web.player import Player
from handlers.web.plein import Plein
from handlers.web.sessions import Sessions
from handlers.web.signin import SignIn
from handlers.web.site import Site, for_colleagues
from handlers.web.square import Square
from handlers.web.status import Status
from handlers.web.stream import Stream
from handlers.web.writing import Writing
from handlers.wording import Wording
from knowledge.rulebook.values import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Playground:
    """What only the demo has; its clock can jump."""

    square: Square
    player: Player
    clock: ShiftedClock


class Forever(StaticFiles):
    """Our files never change under one address (it holds their hash), so browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def web_app(
    *,
    office: FrontOffice,
    desk: WebDesk,
    rulebook: Callable[[], Rulebook],
    wording: Wording,
    clock: Clock,
    secret: str,
    public_url: str,
    ready: Callable[[], Awaitable[Mapping[str, str]]],
    playground: Playground | None = None,
    invites: Invites | None = None,
    health: Callable[[], Awaitable[Health]] | None = None,
    version: str = "",
    answers: Answers | None = None,
    memory: Memory | None = None,
    links: Links | None = None,
    more: tuple[BaseRoute, ...] = (),
) -> Starlette:
    """``playground``: the demo, where nobody signs in. ``memory``: keeps a file with answers between two pages.
    ``more``: routes of others, such as webhooks."""
    secure = public_url.startswith("https://")
    site = Site(
        office=office,
        rulebook=rulebook,
        wording=wording,
        clock=clock,
        pages=Pages(wording),
        sessions=Sessions(secret, secure=secure),
        public_url=public_url,
        demo=playground is not None,
        invites=invites,
        answers=answers is not None,
        health=health,
    )
    board = Board(site, desk)
    dialogs = Dialogs(site, board)
    stream = Stream(site, playground.square if playground else None)
    routes: list[BaseRoute] = [
        *health_routes(ready),
        Mount("/static", Forever(directory=STATIC)),
        *board.routes(),
        *Writing(dialogs).routes(),
        *Placing(dialogs).routes(),
        *Deciding(dialogs).routes(),
        *Keeping(dialogs).routes(),
        Route("/stroom", for_colleagues(site, stream.open)),
        *(_demo_routes(site, board, stream, playground) if playground else [Route("/", _to_the_desk)]),
        *(SignIn(site, invites).routes() if invites else []),
        *(Status(site, health, version=version).routes() if health else []),
        *(answer_routes(site, answers, memory, links) if answers and memory else []),
    ]
    return Starlette(
        routes=[*more, Mount("", routes=routes, max_body_size=MAX_BODY)],  # who comes first knows how much may come
        middleware=[Middleware(SecurityHeaders, secure=secure)],
        exception_handlers={
            400: _handled(site, "form"),
            404: _handled(site, "gone"),
            405: _handled(site, "gone"),
            413: _handled(site, "large"),
            StoreUnavailable: _handled(site, "store"),
            Exception: _handled(site, "broken", headers=headers(secure=secure)),  # answered outside the middleware
        },
    )


def _demo_routes(site: Site, board: Board, stream: Stream, playground: Playground) -> list[Route]:
    plein = Plein(site, playground.square)
    demo = Demo(site, board=board, plein=plein, player=playground.player, clock=playground.clock, stream=stream)
    return [*plein.routes(), *demo.routes()]


async def _to_the_desk(request: Request) -> Response:
    return RedirectResponse("/balie", status_code=303)


def _handled(
    site: Site, why: str, *, headers: Mapping[str, str] | None = None
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        response = site.pages.refused(request, why)
        response.headers.update(headers or {})
        return response

    return handler
