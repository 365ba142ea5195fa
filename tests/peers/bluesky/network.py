"""Bluesky's real network on loopback: PostgreSQL and redis of its own, the servers, and people with accounts.

`python -m tests.peers.bluesky.network` starts it, prints the addresses and two accounts, and stays until Ctrl-C.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from atproto import AsyncClient, models

from tests.peers import postgresql
from tests.peers.installed import need
from tests.peers.postgresql import free_port

SCRIPT = Path(__file__).with_name("network.mjs")
START = 60  # seconds


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where a running network is."""

    pds: str
    appview: str
    servers: subprocess.Popen[str]

    def catch_up(self) -> None:
        """Wait until the AppView knows everything that was written."""
        assert self.servers.stdin
        self.servers.stdin.write("\n")
        self.servers.stdin.flush()
        _line(self.servers, starting="caught up")

    async def join(self, name: str) -> Person:
        """Open an account; ``name`` gets a number of its own."""
        handle, password = f"{name}-{secrets.token_hex(3)}.test", secrets.token_hex(8)
        account = models.ComAtprotoServerCreateAccount.Data(
            handle=handle, email=f"{handle}@example.org", password=password
        )
        client = AsyncClient(self.pds)
        made = await client.com.atproto.server.create_account(account, ignore_session_check=True)
        await client.login(handle, password, fetch_bsky_profile=False)
        return Person(client=client, handle=handle, password=password, did=made.did)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account and a client of their own."""

    client: AsyncClient
    handle: str
    password: str
    did: str


@contextmanager
def running() -> Iterator[Network]:
    """Start the network and end it; needs the peer "bluesky"."""
    peers, redis = need("bluesky"), need("redis")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="bluesky-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        database = stack.enter_context(postgresql.running(need("postgresql"), folder)).url()
        store = stack.enter_context(_redis(redis, folder))
        environment = {
            **os.environ,
            "PEERS": str(peers),
            "PATH": f"{peers / 'bin'}:{os.environ['PATH']}",
            "LOG_ENABLED": "false",
            "NODE_NO_WARNINGS": "1",
            "DB_POSTGRES_URL": database,
            "DB_POSTGRES_SCHEMA": "bsky",
            "REDIS_HOST": store,
        }
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        servers = stack.enter_context(subprocess.Popen([peers / "bin/node", SCRIPT], env=environment, **pipes))
        stack.callback(_end, servers)
        yield Network(servers=servers, **json.loads(_line(servers, starting="{")))


def _line(servers: subprocess.Popen[str], *, starting: str) -> str:
    """Read on until a line that starts like this; the servers themselves print too."""
    assert servers.stdout
    for line in servers.stdout:
        if line.startswith(starting):
            return line
    raise RuntimeError(f"the Bluesky network ended with {servers.wait()}")


@contextmanager
def _redis(program: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *options], cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        _end(server)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _two_accounts(network: Network) -> list[Person]:
    return [await network.join("gemeente"), await network.join("inwoner")]


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with running() as network:
        print(f"data server (account option `service`)  {network.pds}")
        print(f"AppView                                 {network.appview}")
        for person in asyncio.run(_two_accounts(network)):
            print(f"account                                 {person.handle}  password {person.password}  {person.did}")
        print("Ctrl-C ends it.", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
