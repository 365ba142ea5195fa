"""A missing peer skips with its name here, and fails where REQUIRE_PEERS=1 says that all must be there."""

from pathlib import Path

import pytest

from tests.peers import installed


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(installed.KNOWN, "chromium", lambda: None)


def test_a_missing_peer_skips_the_test_and_says_its_name(no_browser: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_PEERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Peer chromium is not installed"):
        installed.need("chromium")


def test_a_missing_peer_fails_the_test_where_all_peers_are_required(
    no_browser: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_PEERS", "1")
    with pytest.raises(pytest.fail.Exception, match="Peer chromium is not installed"):
        installed.need("chromium")


def test_a_peer_that_is_there_is_told_where_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(installed.KNOWN, "redis", lambda: tmp_path)
    assert installed.need("redis") == tmp_path
