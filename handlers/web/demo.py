"""The page of `make demo`: the square and the desk side by side, and the strip that plays a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.clock import ShiftedClock
from handlers.web.board import Board
from handlers.web.player import Player
from handlers.web.plein import Plein
from handlers.web.site import Site, Visit, context, for_colleagues
from handlers.web.stream import Stream

SPEEDS = (1, 10, 60)


class Demo:
    def __init__(
        self, site: Site, *, board: Board, plein: Plein, player: Player, clock: ShiftedClock, stream: Stream
    ) -> None:
        self._site = site
        self._board = board
        self._plein = plein
        self._player = player
        self._clock = clock
        self._stream = stream

    def routes(self) -> list[Route]:
        def route(path: str, page: Any, method: str = "GET") -> Route:
            return Route(path, for_colleagues(self._site, page), methods=[method])

        return [
            route("/", self.page),
            route("/demo", self.strip),
            route("/demo/speel", self.play, "POST"),
            route("/demo/klok", self.set_clock, "POST"),
            route("/demo/wie", self.be, "POST"),
        ]

    async def page(self, visit: Visit) -> Response:
        values = {**await self._plein.values(visit), **await self._board.values(visit), **self._strip_values(visit)}
        return self._site.pages.answer(visit.request, "demo.html", values)

    async def strip(self, visit: Visit) -> Response:
        values = {**context(self._site, visit), **self._strip_values(visit)}
        return self._site.pages.answer(visit.request, "strip.html", values)

    async def play(self, visit: Visit) -> Response:
        match visit.text("wat"):
            case "dag":
                self._player.play_day()
            case "nacht":
                self._player.play_night()
            case "pauze":
                self._player.pause()
            case "verder":
                self._player.go_on()
        return await self._after(visit)

    async def set_clock(self, visit: Visit) -> Response:
        if (speed := visit.number("snelheid")) in SPEEDS:
            self._clock.run_at(speed)
        return await self._after(visit)

    async def be(self, visit: Visit) -> Response:
        """Sit down as somebody else; the demo has no doors."""
        response = RedirectResponse(f"/?kanaal={visit.channel if visit.channel.isalnum() else ''}", status_code=303)
        if self._site.member(visit.text("wie")):
            self._site.sessions.write(response, replace(visit.session, user=visit.text("wie")))
        return response

    async def _after(self, visit: Visit) -> Response:
        self._stream.clock_changed()
        return await self.strip(visit) if visit.partly else RedirectResponse("/", status_code=303)

    def _strip_values(self, visit: Visit) -> dict[str, Any]:
        return {
            "users": self._site.users(),
            "user": visit.user,
            "now": self._site.wording.now(),
            "speed": self._clock.speed,
            "speeds": SPEEDS,
            "playing": self._player.playing,
            "paused": self._player.paused,
        }
