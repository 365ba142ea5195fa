"""Takes a citizen's words and names out of every table; ids stay, so that nothing is taken in or answered twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from bot import reply
from bot.store import phrasings, tables
from bot.store.mentions import text_hash

c = tables.conversation
m = tables.mention

NOBODY = "•••"  # who wrote, as it is shown

OF_AUTHOR = (
    select(c.c.id)
    .where(
        c.c.account == bindparam("account"),
        or_(
            c.c.author_id == bindparam("author"),
            func.lower(c.c.author).in_(bindparam("names", expanding=True)),
        ),
    )
    .order_by(c.c.id)
)
UNDER_WAY = select(tables.reply.c.key).where(
    tables.reply.c.conversation_id.in_(bindparam("ids", expanding=True)), tables.reply.c.state.in_(reply.LIVE)
)
MENTIONS = select(m).where(m.c.conversation_id.in_(bindparam("ids", expanding=True)))
REPLIES = select(tables.reply).where(tables.reply.c.conversation_id.in_(bindparam("ids", expanding=True)))


def conversations_of(connection: Connection, *, account: str, author: str) -> Sequence[int]:
    """Return the conversations of one citizen on one account, by id or by handle, with or without @."""
    name = author.lower().removeprefix("@")
    values = {"account": account, "author": author, "names": [name, f"@{name}"]}
    return [row.id for row in connection.execute(OF_AUTHOR, values)]


def under_way(connection: Connection, ids: Sequence[int]) -> bool:
    """Tell whether a reply to any of these may still be posted, or looked for by its words."""
    return connection.execute(UNDER_WAY, {"ids": list(ids)}).first() is not None


def erase(connection: Connection, ids: Sequence[int], *, now: datetime) -> dict[str, int]:
    """Take out what was written in these conversations and what was kept of it; return how much of each."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # or the words stay in pages that are free
    written = connection.execute(MENTIONS, {"ids": list(ids)}).all()
    mention_ids = [row.id for row in written]
    names = {row.author for row in written if row.author} | {row.author_id for row in written}
    counts = {
        "conversations": len(ids),
        "messages": sum(bool(row.text) for row in written),
        "versions": _versions(connection, mention_ids),
        "early": _early(connection, [row.post_id for row in written], names),
        "wordings": phrasings.forget(connection, mention_ids),
        "drafts": _gone(connection, tables.draft, tables.draft.c.conversation_id.in_(ids)),
    }
    nothing = text_hash("")
    empty: dict[str, Any] = {"text": "", "text_hash": nothing, "advice": {}, "reference": {}, "url": ""}
    unnamed = {"author": NOBODY, "author_id": "", "thread_id": "", "query": "", "language": "", "followers": None}
    connection.execute(
        update(m).where(m.c.id.in_(mention_ids)).values(**empty, **unnamed, version=m.c.version + 1, deleted_at=now)
    )
    _replies(connection, ids, names)
    _proposals(connection, ids)
    _says(connection, ids)
    for number in ids:
        erased = {"author": NOBODY, "author_id": f"erased {number}", "thread_id": f"erased {number}"}
        notes = {"close_note": "", "returned_note": "", "district": "", "language": ""}
        connection.execute(update(c).where(c.c.id == number).values(**erased, **notes))
    return counts


def _versions(connection: Connection, mention_ids: Sequence[int]) -> int:
    t = tables.mention_version
    return _gone(connection, t, t.c.mention_id.in_(mention_ids))


def _early(connection: Connection, post_ids: Sequence[str], names: set[str]) -> int:
    """Remove edits whose post never came: on some platforms the id of a post tells whose it is."""
    t = tables.early
    whose = [t.c.post_id.contains(name.removeprefix("@"), autoescape=True) for name in names if len(name) > 3]
    return _gone(connection, t, t.c.deleted.is_(False) & or_(t.c.post_id.in_(post_ids), *whose))


def _replies(connection: Connection, ids: Sequence[int], names: set[str]) -> None:
    """Our own answers stay, for the archive; who was addressed in them does not."""
    r, own = tables.reply, tables.own_post
    for row in connection.execute(REPLIES, {"ids": list(ids)}).all():
        text = _without(row.text, names)
        values = {"text": text, "text_hash": text_hash(text), "mention_hash": "", "attachments": {}}
        connection.execute(update(r).where(r.c.key == row.key).values(values))
        connection.execute(update(own).where(own.c.reply_key == row.key).values(text=text))


def _without(text: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        if len(name.removeprefix("@")) > 1:
            text = text.replace(name, NOBODY)
    return text


def _proposals(connection: Connection, ids: Sequence[int]) -> None:
    t = tables.entry_proposal
    connection.execute(update(t).where(t.c.conversation_id.in_(ids)).values(note="", reason=""))


def _says(connection: Connection, ids: Sequence[int]) -> None:
    """Lines for colleagues that were not said yet may quote."""
    t = tables.job
    for number in ids:
        connection.execute(delete(t).where(t.c.kind == "say", t.c.subject.startswith(f"{number}.")))


def _gone(connection: Connection, table: Any, which: Any) -> int:
    return connection.execute(delete(table).where(which)).rowcount
