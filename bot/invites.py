"""One-time links to sign in at the embedded desk; times here are real, never the domain clock's."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from bot.clock import real_now
from bot.store import Store, small

REVOKED = "sign-in"  # kept under this account: when somebody's sessions were ended


class Invites:
    """Makes, redeems and ends links; only a hash of each token is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def create(self, user: str, *, until: datetime) -> str:
        """Make a token for a web user; earlier unused ones of this user end."""
        token, now = secrets.token_urlsafe(32), real_now()
        await self._store.write(lambda c: small.revoke_invites(c, user=user, now=now))
        await self._store.write(lambda c: small.invite(c, token_hash=_hash(token), user=user, expires_at=until))
        return token

    async def whose(self, token: str) -> str | None:
        """Return the web user of a token that can still be used, without using it."""
        now = real_now()
        return await self._store.read(lambda c: small.invited(c, token_hash=_hash(token), now=now))

    async def redeem(self, token: str) -> str | None:
        """Use a token and return its web user; None when unknown, used, too old or revoked."""
        now = real_now()
        return await self._store.write(lambda c: small.redeem(c, token_hash=_hash(token), now=now))

    async def revoke(self, user: str) -> None:
        """End every unused token and every session of this user."""
        now = real_now()
        await self._store.write(lambda c: small.revoke_invites(c, user=user, now=now))
        await self.sign_out(user)

    async def sign_out(self, user: str) -> None:
        """End every session of this user, on each device: a copy of a cookie is worth nothing any more."""
        now = real_now()
        await self._store.write(lambda c: small.keep(c, REVOKED, user, now.isoformat(), at=now))

    async def revoked_at(self, user: str) -> datetime | None:
        value = await self._store.read(lambda c: small.recall(c, REVOKED, user))
        return datetime.fromisoformat(value) if value else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
