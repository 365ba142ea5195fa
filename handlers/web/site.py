"""What every page needs at hand, and how a request becomes a visit of a known colleague."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import Clock
from bot.health import Health, looks_after
from bot.ports import FrontOffice
from bot.rules import local_day
from handlers.web.guard import from_our_pages
from handlers.web.invites import Invites
from handlers.web.pages import PART, Pages
from handlers.web.sessions import Session, Sessions
from handlers.wording import Wording
from knowledge.rulebook.values import DeskIdentity, Member, Rulebook

DESK = "web"
DIGITS = 9  # of the largest number that somebody may ask for; any database holds it


class RowNumber(Convertor[int]):
    """``{id:row}``: a number that may be that of a row; an address with any other leads nowhere."""

    regex = f"[0-9]{{1,{DIGITS}}}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("row", RowNumber())


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The town's web pages and what they stand on."""

    office: FrontOffice
    rulebook: Callable[[], Rulebook]
    wording: Wording
    clock: Clock
    pages: Pages
    sessions: Sessions
    public_url: str
    demo: bool
    invites: Invites | None = None  # None: nobody signs in, as in the demo
    answers: bool = False  # are the standard answers kept on these pages
    health: Callable[[], Awaitable[Health]] | None = None  # how Balie is doing; raises StoreUnavailable

    @property
    def home(self) -> str:
        return "/" if self.demo else "/balie"

    def member(self, user: str) -> Member | None:
        return self.rulebook().member(identity(user)) if user else None

    def first_user(self) -> str:
        """Return the colleague who sits at the desk when the demo starts."""
        return next((user for user, _ in self.users()), "")

    def users(self) -> list[tuple[str, Member]]:
        """Return everybody who is known at the web desk, in the order of the file."""
        return [
            (known.user, member)
            for member in self.rulebook().members.values()
            for known in member.identities
            if known.desk == DESK
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of a colleague, authenticated, its form checked."""

    request: Request
    session: Session
    user: str
    member: Member
    form: FormData = field(default_factory=FormData)

    @property
    def by(self) -> DeskIdentity:
        return identity(self.user)

    @property
    def partly(self) -> bool:
        return PART in self.request.headers

    @property
    def channel(self) -> str:
        """Return the channel this visit came from, so that it can go back there."""
        return self.text("kanaal") or self.request.query_params.get("kanaal", "")

    def text(self, name: str) -> str:
        """Return a field of the form, without line ends of Windows and spaces around it."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a field as a whole number; 0 when it is none."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) <= DIGITS else 0


def identity(user: str) -> DeskIdentity:
    return DeskIdentity(desk=DESK, workspace="", user=user)


Page = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def for_colleagues(site: Site, page: Page, *, files: int = 0, fields: int = 40) -> Endpoint:
    """Let only known colleagues pass, and only forms that our own pages sent, with at most so many files and fields."""

    @wraps(page)
    async def endpoint(request: Request) -> Response:
        session = await current_session(site, request)
        member = site.member(session.user) if session else None
        if session is None or not session.user:
            return _ask_to_sign_in(site, request)
        if member is None:
            return site.pages.refused(request, "unknown")
        form = FormData()
        try:
            if request.method == "POST":
                form = await request.form(max_files=files, max_fields=fields)
                if not honest(site, request, session=session, form=form):
                    return site.pages.refused(request, "form")
            response = await page(Visit(request=request, session=session, user=session.user, member=member, form=form))
        finally:
            await form.close()  # an upload may stand in a temporary file
        if site.sessions.read(request) is None:
            site.sessions.write(response, session)
        return response

    return endpoint


async def current_session(site: Site, request: Request) -> Session | None:
    """Return who this is; in the demo a newcomer sits down at once."""
    session = site.sessions.read(request)
    if session is None and site.demo:
        return Session.fresh(user=site.first_user())
    if session and session.user and site.invites:
        ended = await site.invites.revoked_at(session.user)
        if ended and session.since <= ended:
            return None
    return session


def honest(site: Site, request: Request, *, session: Session, form: FormData) -> bool:
    token = form.get("token")
    right = isinstance(token, str) and site.sessions.right_token(session, token)
    return right and from_our_pages(request, site.public_url)


def may_look(site: Site, member: Member) -> bool:
    """Tell whether it is this person's business how Balie is doing."""
    return looks_after(member, today=local_day(site.rulebook(), site.clock.now()))


def _ask_to_sign_in(site: Site, request: Request) -> Response:
    if PART in request.headers or request.method == "POST":
        return site.pages.refused(request, "session")
    return RedirectResponse("/aanmelden", status_code=303)


def context(site: Site, visit: Visit) -> Mapping[str, Any]:
    """Return what every template of the desk needs."""
    return {
        "me": visit.member,
        "token": site.sessions.form_token(visit.session),
        "channel": visit.channel,
        "home": site.home,
        "demo": site.demo,
        "town": site.rulebook().town.name,
        "answers": site.answers,
        "looks_after": site.health is not None and may_look(site, visit.member),
    }
