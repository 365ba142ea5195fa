"""Two answers for the machinery around Balie: does it live, and can it take work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Ready = Callable[[], Awaitable[Mapping[str, str]]]  # what is not in order, by name; empty: all is well


def health_routes(ready: Ready) -> list[Route]:
    async def livez(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        wrong = await ready()
        return JSONResponse({"ready": not wrong, "wrong": dict(wrong)}, 503 if wrong else 200)

    return [Route("/livez", livez), Route("/readyz", readyz)]
