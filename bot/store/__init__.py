"""The store: synchronous transactions behind asynchronous edges; the only SQL in the house."""

from bot.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
