"""Signing in by one-time links: looking at a link uses nothing, so that link scanners cannot burn it."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handlers.web.guard import from_our_pages
from handlers.web.invites import Invites
from handlers.web.sessions import Session
from handlers.web.site import Site, Visit, for_colleagues

TRIES = 10  # per address and minute
TRIES_BY_ALL = 120
WINDOW = 60.0  # seconds


class Tries:
    """Counts tries per address in real time, and forgets the addresses that were quiet longest."""

    def __init__(self, *, most: int = TRIES, most_by_all: int = TRIES_BY_ALL, addresses: int = 1000) -> None:
        self._most, self._most_by_all, self._addresses = most, most_by_all, addresses
        self._all: deque[float] = deque()
        self._by: OrderedDict[str, deque[float]] = OrderedDict()

    def allowed(self, address: str) -> bool:
        """Count one try; False when there were too many in the last minute."""
        now = time.monotonic()
        mine = self._by.setdefault(address, deque())
        self._by.move_to_end(address)
        while len(self._by) > self._addresses:
            self._by.popitem(last=False)
        for tries in (mine, self._all):
            while tries and tries[0] < now - WINDOW:
                tries.popleft()
        if len(mine) >= self._most or len(self._all) >= self._most_by_all:
            return False
        mine.append(now)
        self._all.append(now)
        return True


class SignIn:
    def __init__(self, site: Site, invites: Invites) -> None:
        self._site = site
        self._invites = invites
        self._tries = Tries()

    def routes(self) -> list[Route]:
        return [
            Route("/aanmelden", self.explain),
            Route("/aanmelden/{token}", self.look),
            Route("/aanmelden/{token}", self.enter, methods=["POST"]),
            Route("/afmelden", for_colleagues(self._site, self.leave), methods=["POST"]),
        ]

    async def explain(self, request: Request) -> Response:
        return self._site.pages.refused(request, "session")

    async def look(self, request: Request) -> Response:
        if not self._tries.allowed(_address(request)):
            return self._site.pages.refused(request, "often")
        user = await self._invites.whose(request.path_params["token"])
        member = self._site.member(user) if user else None
        if member is None:
            return self._site.pages.refused(request, "link")
        town = self._site.rulebook().town.name
        return self._site.pages.answer(request, "signin.html", {"member": member, "town": town})

    async def enter(self, request: Request) -> Response:
        if not self._tries.allowed(_address(request)):
            return self._site.pages.refused(request, "often")
        if not from_our_pages(request, self._site.public_url):
            return self._site.pages.refused(request, "form")
        user = await self._invites.redeem(request.path_params["token"])
        if user is None or self._site.member(user) is None:
            return self._site.pages.refused(request, "link")
        before = self._site.sessions.read(request) or Session.fresh()
        response = RedirectResponse(self._site.home, status_code=303)
        self._site.sessions.write(response, before.signed_in(user))
        return response

    async def leave(self, visit: Visit) -> Response:
        await self._invites.sign_out(visit.user)
        response = RedirectResponse("/aanmelden", status_code=303)
        self._site.sessions.end(response)
        return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
