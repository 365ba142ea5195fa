"""Signed HTTP: the other way in. Nothing is parsed before the raw bytes are verified."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol
from urllib.parse import parse_qs

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.webhooks import body_of

PATH = "/slack/events"


class Signed(Protocol):
    """A workspace that is reached over HTTP."""

    @property
    def secret(self) -> str: ...
    @property
    def app(self) -> AsyncApp | None: ...


def slack_route(desks: Iterable[Signed]) -> Route:
    """Return the one address for all workspaces: whose secret fits, that one it is for."""
    known = [desk for desk in desks if desk.secret]
    return Route(PATH, _endpoint(known), methods=["POST"])


def _endpoint(desks: list[Signed]) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return Response(status_code=413)
        desk = next((each for each in desks if verified(each.secret, body, request)), None)
        if desk is None or not readable(body, request):
            return Response(status_code=401 if desk is None else 400)
        if desk.app is None:
            return Response(status_code=503)
        answer = await desk.app.async_dispatch(
            AsyncBoltRequest(body=body.decode(), query=dict(request.query_params), headers=dict(request.headers))
        )
        return Response(status_code=answer.status, content=answer.body, headers=answer.first_headers())

    return receive


def verified(secret: str, body: bytes, request: Request) -> bool:
    """Tell whether these very bytes were signed with our secret within five minutes."""
    signature = request.headers.get("x-slack-signature", "")
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and signature.isascii()):
        return False
    try:
        return bool(SignatureVerifier(secret).is_valid(body, timestamp, signature))
    except (ValueError, OverflowError):
        return False


def readable(body: bytes, request: Request) -> bool:
    """Tell whether it is JSON, or a form whose payload is JSON."""
    try:
        text = body.decode()
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            payload = parse_qs(text).get("payload")
            return payload is None or isinstance(json.loads(payload[0]), dict)
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
