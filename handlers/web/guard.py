"""What every answer of the web pages carries, and which requests are refused before a page sees them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024  # bytes; the longest form is a reply
MAX_PATH = 1000  # characters; a number of thousands of digits is more than Python reads

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def headers(*, secure: bool) -> Mapping[str, str]:
    """Return what every answer carries."""
    return HEADERS | ({"strict-transport-security": "max-age=31536000"} if secure else {})


class SecurityHeaders:
    """Adds the headers; pages are never stored by the browser or by a proxy."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = headers(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        app = self._app if len(scope["path"]) <= MAX_PATH else Response(status_code=414)
        await app(scope, receive, send_with_headers)


def from_our_pages(request: Request, public_url: str) -> bool:
    """Tell whether a form was sent by one of our own pages, as far as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {_origin(public_url), f"{request.url.scheme}://{request.headers.get('host', '')}".lower()}
    return _origin(origin) in ours


def _origin(url: str) -> str:
    """Return scheme and host; nothing, which is nobody's origin, when it is no address."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
