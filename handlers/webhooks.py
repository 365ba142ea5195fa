"""What comes in over HTTP from platforms: at most so many bytes, and nothing is read of it before it is verified."""

from __future__ import annotations

from starlette.requests import Request

LARGEST = 1_000_000  # bytes; a Slack dialog is 250 kB at most, an update of Telegram far less


async def body_of(request: Request, *, most: int = LARGEST) -> bytes | None:
    """Return the raw bytes; None when they are too many, however the sender says it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
