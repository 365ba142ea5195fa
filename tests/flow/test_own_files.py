"""What Balie keeps on disk is for its own user only."""

from __future__ import annotations

from pathlib import Path

from bot.store import open_store
from handlers.web.sessions import kept_secret


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_citizens_wrote_can_be_read_by_nobody_else_on_the_machine(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data" / "balie.db")
    files = {path.name: mode(path) for path in (tmp_path / "data").iterdir() if path.suffix != ".lock"}
    store.close()
    assert files == {"balie.db": 0o600, "balie.db-wal": 0o600, "balie.db-shm": 0o600}


def test_the_secret_that_signs_cookies_is_made_once_and_is_never_empty(tmp_path: Path) -> None:
    (tmp_path / "secret.new").touch()  # the first start was cut off just here
    secret = kept_secret(tmp_path)
    assert len(secret) > 32
    assert kept_secret(tmp_path) == secret
    assert mode(tmp_path / "secret") == 0o600
