"""Mentions, their earlier wordings, and events that came before their post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.model import Mention, Visibility
from bot.store import phrasings, tables
from bot.store.once import InsertOnce
from bot.store.records import StoredMention, Wording
from bot.store.statement import Statement
from knowledge.advice import Advice

t = tables.mention
ADVICE = TypeAdapter(Advice)

insert_mention = InsertOnce(t)
insert_event = InsertOnce(tables.event)
insert_early = InsertOnce(tables.early)
insert_own_post = InsertOnce(tables.own_post)
BY_POST = Statement(select(t).where(t.c.account == bindparam("account"), t.c.post_id == bindparam("post_id")))
BY_ID = Statement(select(t).where(t.c.id == bindparam("id")))
OF_CONVERSATION = Statement(
    select(t).where(t.c.conversation_id == bindparam("conversation_id")).order_by(t.c.posted_at, t.c.id)
)
OWN_POST = Statement(
    select(tables.own_post).where(
        tables.own_post.c.account == bindparam("account"), tables.own_post.c.post_id == bindparam("post_id")
    )
)
EARLY = Statement(
    select(tables.early).where(
        tables.early.c.account == bindparam("account"), tables.early.c.post_id == bindparam("post_id")
    )
)
ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtext("balie intake"), func.hashtext(bindparam("account"))))
KEEP_VERSION = insert(tables.mention_version)
WORDINGS = (
    select(tables.mention_version)
    .where(tables.mention_version.c.mention_id == bindparam("mention_id"))
    .order_by(tables.mention_version.c.version)
)


class Tombstone(Enum):
    """A post is gone for good."""

    GONE = "gone"


TOMBSTONE = Tombstone.GONE


def text_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def one_at_a_time(connection: Connection, account: str) -> None:
    """Keep other processes from taking in events of this account until this transaction ends.

    An edit that meets its post half-way would be lost: neither transaction sees the other's row.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(ONE_AT_A_TIME, {"account": account})


def first_time(connection: Connection, *, account: str, event_id: str, at: datetime) -> bool:
    """Tell whether this event is new, and remember it."""
    return insert_event(connection, {"account": account, "event_id": event_id, "at": at}) is not None


def add(connection: Connection, mention: Mention, *, conversation_id: int, advice: Advice | None, at: datetime) -> None:
    """Store a mention, unless its account has it already."""
    columns = {name: getattr(mention, name) for name in Mention.__slots__ if name != "reference"}
    columns |= {
        "conversation_id": conversation_id,
        "version": 1,
        "text_hash": text_hash(mention.text),
        "received_at": at,
        "reference": dict(mention.reference),
        "advice": _dump(advice),
        "reshares": 0,
    }
    insert_mention(connection, columns)


def get(connection: Connection, mention_id: int) -> StoredMention:
    return _record(BY_ID.one(connection, {"id": mention_id}))


def by_post(connection: Connection, *, account: str, post_id: str) -> StoredMention | None:
    row = BY_POST.first(connection, {"account": account, "post_id": post_id})
    return _record(row) if row else None


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[StoredMention]:
    """Return all mentions of a conversation, oldest first."""
    return [_record(row) for row in OF_CONVERSATION.all(connection, {"conversation_id": conversation_id})]


def reword(connection: Connection, stored: StoredMention, wording: Wording) -> None:
    """Give a mention its next version, and keep the wording that it had; nothing learned from that one stays."""
    phrasings.forget(connection, [stored.id])
    _keep(connection, stored, wording.at)
    columns = {
        "text": wording.text,
        "text_hash": text_hash(wording.text),
        "version": stored.version + 1,
        "edited_at": wording.at,
        "advice": _dump(wording.advice),
        "reference": {**stored.mention.reference, **wording.reference},
    }
    connection.execute(update(t).where(t.c.id == stored.id).values(columns))


def withdraw(connection: Connection, stored: StoredMention, *, at: datetime) -> None:
    """Leave a tombstone: the text of this and of every earlier version goes, the row stays."""
    phrasings.forget(connection, [stored.id])
    columns = {"text": "", "deleted_at": at, "version": stored.version + 1, "advice": {}}
    connection.execute(update(t).where(t.c.id == stored.id).values(columns))
    versions = tables.mention_version
    connection.execute(update(versions).where(versions.c.mention_id == stored.id).values(text=""))


def wordings(connection: Connection, mention_id: int) -> Sequence[tuple[int, str]]:
    """Return earlier versions and their text, oldest first."""
    rows = connection.execute(WORDINGS, {"mention_id": mention_id})
    return [(row.version, row.text) for row in rows]


def reshared(connection: Connection, stored: StoredMention, count: int) -> None:
    connection.execute(update(t).where(t.c.id == stored.id).values(reshares=max(stored.reshares, count)))


def note_early(connection: Connection, *, account: str, post_id: str, wording: Wording) -> None:
    """Remember an edit whose post did not come yet, unless a later one or a deletion is known."""
    columns = {
        "account": account,
        "post_id": post_id,
        "deleted": False,
        "text": wording.text,
        "at": wording.at,
        "advice": _dump(wording.advice),
        "reference": dict(wording.reference),
    }
    if insert_early(connection, columns) is None:
        e = tables.early
        older = (e.c.account == account, e.c.post_id == post_id, e.c.deleted.is_(False), e.c.at < wording.at)
        connection.execute(update(e).where(*older).values(columns))


def note_gone(connection: Connection, *, account: str, post_id: str, at: datetime) -> None:
    """Leave a tombstone for a post that did not come yet; it outlives any edit."""
    e = tables.early
    connection.execute(delete(e).where(e.c.account == account, e.c.post_id == post_id))
    connection.execute(e.insert(), {"account": account, "post_id": post_id, "deleted": True, "text": "", "at": at})


def take_early(connection: Connection, *, account: str, post_id: str) -> Wording | Tombstone | None:
    """Return what came before this post, and forget an edit; a tombstone stays."""
    row = EARLY.first(connection, {"account": account, "post_id": post_id})
    if row is None:
        return None
    if row.deleted:
        return TOMBSTONE
    e = tables.early
    connection.execute(delete(e).where(e.c.account == account, e.c.post_id == post_id))
    return Wording(text=row.text, at=row.at, advice=_load(row.advice), reference=row.reference)


def add_own_post(connection: Connection, **columns: Any) -> bool:
    """Store a post of our own; False when it was known."""
    return insert_own_post(connection, columns) is not None


def own_post(connection: Connection, *, account: str, post_id: str) -> Any | None:
    """Return a post of ours (columns ``text``, ``at``, ``url``, ``reply_key``), or None."""
    return OWN_POST.first(connection, {"account": account, "post_id": post_id})


def _keep(connection: Connection, stored: StoredMention, at: datetime) -> None:
    values = {"mention_id": stored.id, "version": stored.version, "text": stored.mention.text, "until": at}
    connection.execute(KEEP_VERSION, values)


def _dump(advice: Advice | None) -> Any:
    return ADVICE.dump_python(advice, mode="json") if advice else {}


def _load(stored: Any) -> Advice | None:
    return ADVICE.validate_python(stored) if stored else None


def _record(row: Any) -> StoredMention:
    columns = {name: getattr(row, name) for name in Mention.__slots__}
    columns["visibility"] = Visibility(columns["visibility"])
    return StoredMention(
        id=row.id,
        conversation_id=row.conversation_id,
        version=row.version,
        text_hash=row.text_hash,
        received_at=row.received_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        reshares=row.reshares,
        mention=Mention(**columns),
        advice=_load(row.advice),
    )
