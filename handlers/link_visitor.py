"""Visits the town's own pages to see whether they answer: public addresses only, no further than the same site."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bot.links import LinkState, LinkVisitor, host_of
from handlers.way_out import DIRECT, WayOut

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from aiohttp.abc import ResolveResult

TIME = 8.0  # seconds for one request
HOPS = 4
AT_ONCE = 4
MOST_HEADERS = 16 * 1024  # bytes; of a page itself nothing is read
USER_AGENT = "Balie (link check)"
_INSIDE_V6 = ip_network("64:ff9b::/96")  # an IPv4 address as IPv6 networks write it
_WITHOUT_HEAD = (400, 403, 404, 405, 501)  # some sites answer so to HEAD, and well to GET

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host; raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open internet, and not of this machine or a network behind it."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        inside = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1]
        if parsed in _INSIDE_V6:
            inside = IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inside is not None and not is_public(str(inside)):
            return False
    return parsed.is_global and not parsed.is_multicast


class Visitor:
    """``public``, ``resolve`` and ``plain`` (also http, any port) are for tests on this machine."""

    def __init__(
        self,
        out: WayOut = DIRECT,
        *,
        public: Callable[[str], bool] = is_public,
        resolve: Resolve = resolve,
        plain: bool = False,
    ) -> None:
        self._out, self._public, self._resolve, self._plain = out, public, resolve, plain
        self._lane = asyncio.Semaphore(AT_ONCE)

    async def visit(self, url: str, *, hosts: frozenset[str]) -> LinkState:
        async with self._lane:
            for _ in range(HOPS):
                state, url = await self._hop(url, hosts)
                if not url:
                    return state
        return LinkState.SILENT

    async def _hop(self, url: str, hosts: frozenset[str]) -> tuple[LinkState, str]:
        """Ask for one address; return how it is, or the next one on the same site."""
        host, port = host_of(url), self._port(url)
        if host not in hosts:
            return LinkState.FOREIGN, ""
        if port is None:
            return LinkState.FORBIDDEN, ""
        try:
            addresses = await asyncio.wait_for(self._resolve(host, port), TIME)
        except (OSError, TimeoutError, UnicodeError):
            addresses = []
            if not self._out.proxy:  # behind a proxy names of the outside may be unknown here
                return LinkState.SILENT, ""
        if not all(self._public(address) for address in addresses):
            return LinkState.FORBIDDEN, ""
        status, location = await self._status(url, host, addresses)
        if status in (301, 302, 303, 307, 308) and location:
            onward = urljoin(url, location)
            return (LinkState.SILENT, onward) if host_of(onward) in _same(host) else (LinkState.ELSEWHERE, "")
        return _state(status), ""

    def _port(self, url: str) -> int | None:
        """Return the port; None when this is no address that we go to."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        if self._plain:
            return port or 80
        return 443 if parts.scheme == "https" and port in (None, 443) and not parts.username else None

    async def _status(self, url: str, host: str, addresses: Sequence[str]) -> tuple[int, str]:
        """Return the status and where it leads; 0 without an answer."""
        from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

        connector = TCPConnector(resolver=_pinned(host, addresses), ssl=self._out.tls or True, force_close=True)
        session = ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=TIME),
            headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            max_line_size=MOST_HEADERS,
            max_field_size=MOST_HEADERS,
        )
        async with session:
            try:
                status, location = await self._ask(session, "HEAD", url)
                return await self._ask(session, "GET", url) if status in _WITHOUT_HEAD else (status, location)
            except (ClientError, TimeoutError, OSError, ValueError):
                return 0, ""

    async def _ask(self, session: ClientSession, method: str, url: str) -> tuple[int, str]:
        async with session.request(method, url, allow_redirects=False, proxy=self._out.proxy) as response:
            return response.status, response.headers.get("location", "")[:2000]


def _state(status: int) -> LinkState:
    if 200 <= status < 300:
        return LinkState.WORKS
    if status in (401, 403):
        return LinkState.CLOSED
    return LinkState.GONE if status in (404, 410) else LinkState.SILENT


def _same(host: str) -> tuple[str, str]:
    name = host.removeprefix("www.")
    return name, f"www.{name}"


def _pinned(host: str, addresses: Sequence[str]) -> Any:
    """Return a resolver that knows one host, at the addresses that were looked at: a second answer cannot differ."""
    from aiohttp.abc import AbstractResolver
    from aiohttp.resolver import DefaultResolver

    class Pinned(AbstractResolver):
        async def resolve(self, name: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> list[ResolveResult]:
            if name != host:  # only a proxy is asked for by another name
                return await DefaultResolver().resolve(name, port, family)
            return [
                {
                    "hostname": name,
                    "host": address,
                    "port": port,
                    "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                    "proto": 0,
                    "flags": socket.AI_NUMERICHOST,
                }
                for address in addresses
            ]

        async def close(self) -> None:
            """Nothing is held open."""

    return Pinned()


_: type[LinkVisitor] = Visitor
