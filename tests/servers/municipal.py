"""The network of a town hall on loopback: a proxy is the only way out, and what is behind it has the town's own CA."""

from __future__ import annotations

import asyncio
import base64
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = ("bsky.veldwijk.test", "telegram.veldwijk.test", "slack.veldwijk.test", "slack.com")  # found by the proxy only


class Municipal:
    """``ports`` says which plain server on loopback stands behind each host."""

    def __init__(self, folder: Path, ports: dict[str, int], *, password: str = "") -> None:
        self.ca = folder / "ca.pem"
        self.asked: list[str] = []  # what the proxy was asked to connect with
        self._ports, self._password = ports, password
        self._folder = folder
        self._servers: list[asyncio.Server] = []
        self._open: list[asyncio.StreamWriter] = []
        self._at_work: set[asyncio.Task[None]] = set()
        self._fronts: dict[str, int] = {}
        self.proxy = ""

    async def __aenter__(self) -> Municipal:
        tls = self._certificates()
        for host, port in self._ports.items():
            front = await asyncio.start_server(partial(self._to, port), "127.0.0.1", 0, ssl=tls)
            self._fronts[host] = front.sockets[0].getsockname()[1]
            self._servers.append(front)
        proxy = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self._servers.append(proxy)
        who = f"balie:{self._password}@" if self._password else ""
        self.proxy = f"http://{who}127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one CONNECT."""
        self._note(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        self.asked.append(f"{method} {target}")
        right = base64.b64encode(f"balie:{self._password}".encode()).decode()
        if self._password and f"basic {right}".lower() not in head.lower():
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif method != "CONNECT" or target.split(":")[0] not in self._fronts:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _join(reader, writer, self._fronts[target.split(":")[0]])
            return
        writer.close()

    async def _to(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._note(writer)
        await _join(reader, writer, port)

    def _note(self, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.append(writer)
        self._at_work.add(task)

    def _certificates(self) -> ssl.SSLContext:
        """Make a CA of the town, and one certificate of it for all hosts."""
        ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA Veldwijk")])
        ca = _certificate(issuer, issuer, ca_key.public_key(), ca_key, authority=True)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy")])
        one = _certificate(subject, issuer, key.public_key(), ca_key, authority=False)
        self.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        chain = self._folder / "server.pem"
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        chain.write_bytes(private + one.public_bytes(pem))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(chain)
        return tls


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(names, critical=False)
        .sign(signer, hashes.SHA256())
    )


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Carry bytes both ways until one side ends."""
    to_read, to_write = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_carry(reader, to_write))
            both.create_task(_carry(to_read, writer))
    finally:
        for end in (writer, to_write):
            end.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.close()
