"""The square's own small database: what citizens and the town wrote, and a numbered list of what happened."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE,            -- of a reply of the town; the same key twice is the same post
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    followers INTEGER,
    parent INTEGER REFERENCES post (id),
    root INTEGER NOT NULL,      -- the post that opened the thread; its own id for that one
    text TEXT NOT NULL,
    town INTEGER NOT NULL,
    concerns INTEGER NOT NULL,  -- names the town, or stands in a thread with it
    at TEXT NOT NULL,
    edited_at TEXT,
    deleted_at TEXT
);
CREATE INDEX IF NOT EXISTS post_root ON post (root);
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    post INTEGER NOT NULL REFERENCES post (id),
    text TEXT NOT NULL,
    at TEXT NOT NULL
);
"""

POST = "id, key, handle, name, followers, parent, root, text, town, concerns, at, edited_at, deleted_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post on the square, as it stands now."""

    id: int
    key: str | None
    handle: str
    name: str
    followers: int | None
    parent: int | None
    root: int
    text: str
    town: bool
    concerns: bool
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of the list: ``kind`` is "written", "edited" or "deleted"; ``text`` as it was then."""

    id: int
    kind: str
    post: Post
    text: str
    at: datetime


class SquareStore:
    """Synchronous; call it from one thread."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def write(
        self,
        text: str,
        *,
        handle: str,
        name: str,
        at: datetime,
        town_handle: str,
        parent: int | None = None,
        followers: int | None = None,
        key: str | None = None,
    ) -> Post:
        """Write a post; with a key that was used before, return the post of then."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if key is not None and (before := self._one("key = ?", key)):
                return before
            above = self._one("id = ?", parent) if parent is not None else None
            town = handle == town_handle
            concerns = town or _names(text, town_handle) or (above is not None and self._town_in(above.root))
            row = self._db.execute(
                "INSERT INTO post (key, handle, name, followers, parent, root, text, town, concerns, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    handle,
                    name,
                    followers,
                    above and above.id,
                    above.root if above else 0,
                    text,
                    town,
                    concerns,
                    str(at),
                ),
            )
            number = row.lastrowid
            if above is None:
                self._db.execute("UPDATE post SET root = id WHERE id = ?", (number,))
            self._happened("written", number, text=text, at=at)
        return self._sure(number)

    def edit(self, number: int, *, text: str, at: datetime) -> None:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            done = self._db.execute(
                "UPDATE post SET text = ?, edited_at = ? WHERE id = ? AND deleted_at IS NULL AND text <> ?",
                (text, str(at), number, text),
            )
            if done.rowcount:
                self._happened("edited", number, text=text, at=at)

    def delete(self, number: int, *, at: datetime) -> None:
        """Take a post away; its words are gone, its place in the thread stays. Fine when it is gone already."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            done = self._db.execute(
                "UPDATE post SET text = '', deleted_at = ? WHERE id = ? AND deleted_at IS NULL", (str(at), number)
            )
            if done.rowcount:
                self._happened("deleted", number, text="", at=at)

    def post(self, number: int) -> Post | None:
        return self._one("id = ?", number)

    def by_key(self, key: str) -> Post | None:
        return self._one("key = ?", key)

    def threads(self, *, limit: int) -> list[list[Post]]:
        """Return the newest threads, newest first, each with its posts in order."""
        roots = self._db.execute("SELECT id FROM post WHERE id = root ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [self.thread(root) for (root,) in roots]

    def thread(self, root: int) -> list[Post]:
        return self._many("root = ? ORDER BY id", root)

    def events(self, *, after: int, limit: int = 100) -> list[Happened]:
        rows = self._db.execute(
            "SELECT id, kind, post, text, at FROM event WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
        ).fetchall()
        return [
            Happened(id=number, kind=kind, post=self._sure(post), text=text, at=datetime.fromisoformat(at))
            for number, kind, post, text, at in rows
        ]

    def newest_event(self) -> int:
        (newest,) = self._db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
        return int(newest)

    def _happened(self, kind: str, number: int | None, *, text: str, at: datetime) -> None:
        self._db.execute("INSERT INTO event (kind, post, text, at) VALUES (?, ?, ?, ?)", (kind, number, text, str(at)))

    def _town_in(self, root: int) -> bool:
        return bool(self._db.execute("SELECT 1 FROM post WHERE root = ? AND concerns LIMIT 1", (root,)).fetchone())

    def _sure(self, number: int | None) -> Post:
        [post] = self._many("id = ?", number)
        return post

    def _one(self, where: str, value: object) -> Post | None:
        return next(iter(self._many(where, value)), None)

    def _many(self, where: str, value: object) -> list[Post]:
        rows = self._db.execute(f"SELECT {POST} FROM post WHERE {where}", (value,)).fetchall()  # noqa: S608 fixed texts
        return [_post(row) for row in rows]


def _names(text: str, handle: str) -> bool:
    return handle.lower() in text.lower()


def _post(row: tuple[object, ...]) -> Post:
    values = dict(zip((name.strip() for name in POST.split(",")), row, strict=True))
    for name in ("at", "edited_at", "deleted_at"):
        values[name] = datetime.fromisoformat(str(values[name])) if values[name] else None
    return Post(**{**values, "town": bool(values["town"]), "concerns": bool(values["concerns"])})  # type: ignore[arg-type]
