"""The store: synchronous transactions behind asynchronous edges; the only SQL in the house."""

from __future__ import annotations

from pathlib import Path

from bot.store.engine import Store
from bot.store.sqlite import open_sqlite

__all__ = ["Store", "open_store"]


def open_store(path: Path, *, url: str = "", server: bool = True) -> Store:
    """Open the PostgreSQL database at ``url``, or else the SQLite file at ``path``; raises CannotStart."""
    if not url:
        return open_sqlite(path, server=server)
    from bot.store.postgresql import open_postgresql

    return open_postgresql(url)
