"""What every test may use: the real peers it talks to, and a line at the end that names the ones that were missing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.store import open_store
from tests.peers.installed import MISSING, need
from tests.peers.postgresql import Cluster, running


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: runs on PostgreSQL; `-m 'not postgresql'` leaves it out")
    config.addinivalue_line("markers", "sqlite: is about what only SQLite does")
    config.addinivalue_line("markers", "peer(name): talks to this real server or client; see tests/peers/README.md")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Runs before the fixtures, so that a missing peer is never started."""
    for marker in item.iter_markers("peer"):
        need(*marker.args)


@pytest.fixture(scope="session")
def peer() -> Callable[[str], Path]:
    """`peer("chromium")` says where it stands, for a fixture that starts it."""
    return need


@pytest.fixture(scope="session")
def postgresql(peer: Callable[[str], Path]) -> Iterator[Cluster]:
    """A running cluster that forgets everything when the power fails."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)  # its user is not ours
    with running(peer("postgresql"), folder / "cluster") as cluster:
        yield cluster
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_postgresql(postgresql: Cluster) -> Iterator[str]:
    """The name of a migrated database, made once and copied for each test."""
    with postgresql.database() as name:
        open_store(Path(), url=postgresql.url(name)).close()
        yield name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("skipped", "failed", "error") for report in terminalreporter.getreports(outcome)]
    asked = (MISSING.search(str(getattr(report, "longrepr", ""))) for report in reports)
    missing = sorted({match[1] for match in asked if match})
    if missing:
        terminalreporter.write_line(f"Missing peers: {', '.join(missing)} (`make peers` installs them)", yellow=True)
