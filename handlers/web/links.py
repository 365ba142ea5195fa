"""Links in a citizen's text: clickable, with the host where they really go in words behind them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_URL = re.compile(r"https?://[^\s\\<>\"'()\[\]{}]+", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_TAIL = ".,;:!?…"


def linked(text: str) -> Markup:
    """Return the text escaped, each web address a link that shows its real host."""
    shown, done = Markup(""), 0
    for found in _URL.finditer(text):
        url = found.group().rstrip(_TAIL)
        host = real_host(url)
        if not host:
            continue
        shown += escape(text[done : found.start()])
        shown += Markup(
            '<a href="{0}" rel="noopener noreferrer nofollow ugc" target="_blank">{0}</a> <span>({1})</span>'
        ).format(url, host)
        done = found.start() + len(url)
    return shown + escape(text[done:])


def real_host(url: str) -> str:
    """Return the host a browser would go to, in ASCII: no look-alike letters, no user name in front; "" when unsure."""
    try:
        host = urlsplit(url).hostname or ""
        host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    return host if _HOST.fullmatch(host) else ""
