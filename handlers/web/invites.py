"""What signing in by one-time links asks of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Invites(Protocol):
    """One-time links; only a hash of each token is kept. All moments are real time, never the domain clock."""

    async def create(self, user: str, *, until: datetime) -> str:
        """Make a token of at least 128 random bits for a web user; earlier unused ones of this user end."""

    async def whose(self, token: str) -> str | None:
        """Return the web user of a token that can still be used, without using it."""

    async def redeem(self, token: str) -> str | None:
        """Use a token and return its web user; None when unknown, used, too old or revoked. Succeeds once."""

    async def revoke(self, user: str) -> None:
        """End every unused token and every session of this user."""

    async def sign_out(self, user: str) -> None:
        """End every session of this user, on each device."""

    async def revoked_at(self, user: str) -> datetime | None:
        """Return when the sessions of this user were last ended: those of before that moment are over."""
