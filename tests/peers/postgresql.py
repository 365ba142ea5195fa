"""A PostgreSQL cluster of its own on loopback, and fresh databases in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

START = 60  # seconds
QUICK = (  # nothing of it outlives the tests
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
    " -c autovacuum=off -c checkpoint_timeout=1h -c max_wal_size=8GB -c shared_buffers=64MB -c jit=off"
)
NUMBERS = count(1)


@dataclass(kw_only=True)
class Cluster:
    """A running server. ``restart`` ends it as a power cut would and starts it again on the same port."""

    programs: Path
    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://pg@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """Make a database as a copy of another one, and throw it away after use."""
        name = f"fresh_{os.getpid()}_{next(NUMBERS)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url(), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        quick = QUICK if self.folder.name == "quick" else ""
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", f"{options} {quick}")

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-w", "-m", mode)

    def _control(self, *arguments: str) -> None:
        run([self.programs / "pg_ctl", "-D", self.folder / "data", *arguments], self.folder)


@contextmanager
def running(programs: Path, folder: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """Run a cluster; as user postgres where we are root, since it refuses to run as root."""
    folder = folder / ("durable" if durable else "quick")
    folder.mkdir(parents=True)
    if user():
        shutil.chown(folder, user())
    run([programs / "initdb", "-U", "pg", "-A", "trust", "--no-sync", "-D", folder / "data"], folder)
    cluster = Cluster(programs=programs, folder=folder, port=free_port())
    cluster.start()
    try:
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.stop("immediate")


def user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def run(command: Sequence[str | Path], folder: Path) -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, user=user(), cwd=folder, timeout=START, **quiet)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
