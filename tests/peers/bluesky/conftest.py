"""The real network, started once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.bluesky.network import Network, running


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    with running() as network:
        yield network
