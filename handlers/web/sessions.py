"""Who sits behind a browser: one signed cookie, and the token that each form of that browser carries."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

LIFE = timedelta(hours=12)  # a working day


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    nonce: str  # what the form token is bound to
    since: datetime  # moment of signing in, real time
    user: str = ""  # the web user of routing_rules.yaml; empty: nobody
    citizen: str = ""  # handle on the square; the demo only

    @classmethod
    def fresh(cls, *, user: str = "", citizen: str = "") -> Session:
        return cls(nonce=secrets.token_urlsafe(16), since=datetime.now(UTC), user=user, citizen=citizen)

    def signed_in(self, user: str) -> Session:
        """Return a new session: a token from before signing in is worth nothing after it."""
        return replace(Session.fresh(user=user), citizen=self.citizen)


class Sessions:
    """Reads and writes the cookie; nothing of it is kept on the server."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._cookie = URLSafeSerializer(secret, salt="balie-session")
        self._form = Signer(secret, salt="balie-form")
        self._secure = secure
        self.name = "__Host-balie" if secure else "balie"

    def read(self, request: Request) -> Session | None:
        """Return the session of a request; None when there is none, it was tampered with, or it is over."""
        try:
            kept = self._cookie.loads(request.cookies.get(self.name, ""))
            session = Session(
                nonce=str(kept["n"]),
                since=datetime.fromtimestamp(int(kept["t"]), UTC),
                user=str(kept["u"]),
                citizen=str(kept["c"]),
            )
        except (BadSignature, KeyError, TypeError, ValueError, OverflowError):
            return None
        return session if datetime.now(UTC) - session.since < LIFE else None

    def write(self, response: Response, session: Session) -> None:
        kept = {"n": session.nonce, "t": int(session.since.timestamp()), "u": session.user, "c": session.citizen}
        value = self._cookie.dumps(kept)
        response.set_cookie(self.name, str(value), path="/", httponly=True, samesite="lax", secure=self._secure)

    def end(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", httponly=True, samesite="lax", secure=self._secure)

    def form_token(self, session: Session) -> str:
        return self._form.get_signature(session.nonce).decode()

    def right_token(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())


def kept_secret(data: Path) -> str:
    """Return the secret that signs cookies; made at the first start and readable only by us."""
    path, fresh = data / "secret", data / "secret.new"
    if not path.exists():
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        fresh.replace(path)  # whole or not at all: who is cut off here must not sign with nothing
    return path.read_text(encoding="ascii")
