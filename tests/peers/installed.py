"""Where the real servers and clients stand that some tests talk to, and what happens to a test when one is absent."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PEERS = Path(__file__).parents[2] / ".peers"
MISSING = re.compile(r"Peer (\w+) is not installed")


def _chromium() -> Path | None:
    return _command("chromium")


def _bubblewrap() -> Path | None:
    """Walls around a process, as a container has them."""
    return _command("bwrap")


def _redis() -> Path | None:
    return _command("redis-server")


def _postgresql() -> Path | None:
    """The folder with `initdb`, `postgres` and `pg_ctl`: Debian keeps it off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = found[-1] if found else _command("initdb")
    return initdb.parent if initdb else None


def _bluesky() -> Path | None:
    """The folder with `bin/node` (22) and `node_modules/@atproto/dev-env`; its servers need PostgreSQL and redis."""
    built = PEERS / "node_modules/better-sqlite3/build/Release/better_sqlite3.node"
    complete = (PEERS / "bin/node").exists() and built.exists() and _postgresql() and _redis()
    return PEERS if complete else None


def _command(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


KNOWN: dict[str, Callable[[], Path | None]] = {
    "bluesky": _bluesky,
    "bubblewrap": _bubblewrap,
    "chromium": _chromium,
    "postgresql": _postgresql,
    "redis": _redis,
}


def need(name: str) -> Path:
    """Where this peer stands; ends the test as skipped when it is absent, as failed when REQUIRE_PEERS=1 is set."""
    place = KNOWN[name]()
    if place is None:
        reason = f"Peer {name} is not installed (`make peers` installs it)"
        if os.environ.get("REQUIRE_PEERS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return place
