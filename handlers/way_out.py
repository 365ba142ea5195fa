"""How calls leave the town's network: through its proxy, trusting its own certificates beside the usual ones."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any

from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Empty: what HTTPS_PROXY and SSL_CERT_FILE say, as far as a library listens to them."""

    proxy: str | None = field(default=None, repr=False)  # may hold a password
    tls: ssl.SSLContext | None = None

    def for_httpx(self) -> dict[str, Any]:
        """Return the arguments of an httpx client."""
        return ({"proxy": self.proxy} if self.proxy else {}) | ({"verify": self.tls} if self.tls else {})


DIRECT = WayOut()


def way_out(settings: Settings) -> WayOut:
    """Return the way out that the settings name."""
    tls = ssl.create_default_context() if settings.ca else None
    if tls and settings.ca:
        tls.load_verify_locations(cafile=settings.ca)
    return WayOut(proxy=settings.proxy or None, tls=tls)
