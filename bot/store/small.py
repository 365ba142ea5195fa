"""The small tables: clicks with their answers, drafts, what accounts keep, invites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from bot.model import Click
from bot.store import tables
from bot.store.once import InsertOnce
from bot.store.statement import Statement

insert_click = InsertOnce(tables.click)
insert_invite = InsertOnce(tables.invite)
c, k, d = tables.click, tables.kept, tables.draft

CLICK = Statement(
    select(c.c.answer).where(
        c.c.desk == bindparam("desk"),
        c.c.workspace == bindparam("workspace"),
        c.c.click_id == bindparam("click_id"),
    )
)
ITS_NAME = (k.c.account == bindparam("account"), k.c.name == bindparam("name"))
KEPT = Statement(select(k.c.value).where(*ITS_NAME))
FORGET = Statement(delete(k).where(*ITS_NAME))
KEEP = Statement(insert(k))
WHOSE = (d.c.conversation_id == bindparam("conversation_id"), d.c.member == bindparam("member"))
DRAFT = Statement(select(d).where(*WHOSE))
DROP_DRAFT = Statement(delete(d).where(*WHOSE))
SAVE_DRAFT = Statement(insert(d))

DRAFTS = Statement(
    select(d).where(d.c.conversation_id == bindparam("conversation_id")).order_by(d.c.saved_at.desc(), d.c.member)
)


def answered(connection: Connection, click: Click) -> dict[str, Any] | None:
    """Return the answer that a click got before, or None."""
    values = {"desk": click.desk, "workspace": click.workspace, "click_id": click.id}
    row = CLICK.first(connection, values)
    return dict(row.answer) if row else None


def answer(connection: Connection, click: Click, *, member: str, at: datetime, stored: dict[str, Any]) -> None:
    values = {"desk": click.desk, "workspace": click.workspace, "click_id": click.id}
    insert_click(connection, {**values, "member": member, "at": at, "answer": stored})


def recall(connection: Connection, account: str, name: str) -> str | None:
    value = KEPT.scalar(connection, {"account": account, "name": name})
    return None if value is None else str(value)


def keep(connection: Connection, account: str, name: str, value: str, *, at: datetime) -> None:
    FORGET.run(connection, {"account": account, "name": name})
    KEEP.run(connection, {"account": account, "name": name, "value": value, "at": at})


def drop_kept(connection: Connection, account: str, *, before: datetime) -> None:
    """Forget what an account kept before a moment."""
    k = tables.kept
    connection.execute(delete(k).where(k.c.account == account, k.c.at < before))


def draft(connection: Connection, conversation_id: int, member: str) -> Any | None:
    """Return columns ``text``, ``entry``, ``kind``, ``saved_at``, or None."""
    return DRAFT.first(connection, {"conversation_id": conversation_id, "member": member})


def drafts(connection: Connection, conversation_id: int) -> Sequence[Any]:
    """Return everybody's drafts, newest first: columns ``member``, ``text``, ``entry``, ``kind``, ``saved_at``."""
    return DRAFTS.all(connection, {"conversation_id": conversation_id})


def save_draft(connection: Connection, **columns: Any) -> None:
    drop_draft(connection, columns["conversation_id"], columns["member"])
    SAVE_DRAFT.run(connection, columns)


def drop_draft(connection: Connection, conversation_id: int, member: str) -> None:
    DROP_DRAFT.run(connection, {"conversation_id": conversation_id, "member": member})


def drop_drafts(connection: Connection, conversation_id: int, *, until: datetime) -> None:
    """Drop what anybody wrote up to a moment: it was for an answer that stands there now."""
    d = tables.draft
    connection.execute(delete(d).where(d.c.conversation_id == conversation_id, d.c.saved_at <= until))


def invite(connection: Connection, *, token_hash: str, user: str, expires_at: datetime) -> None:
    insert_invite(connection, {"token_hash": token_hash, "user": user, "expires_at": expires_at})


def invited(connection: Connection, *, token_hash: str, now: datetime) -> str | None:
    """Return the user of an invite that can still be used."""
    user = connection.execute(select(tables.invite.c.user).where(*_usable(token_hash, now))).scalar()
    return None if user is None else str(user)


def redeem(connection: Connection, *, token_hash: str, now: datetime) -> str | None:
    """Use an invite once; return its user, or None when it is unknown, used, revoked or over."""
    user = invited(connection, token_hash=token_hash, now=now)
    used = update(tables.invite).where(*_usable(token_hash, now)).values(redeemed_at=now)
    return user if connection.execute(used).rowcount == 1 else None


def revoke_invites(connection: Connection, *, user: str, now: datetime) -> int:
    i = tables.invite
    unused = (i.c.user == user, i.c.redeemed_at.is_(None), i.c.revoked_at.is_(None))
    return connection.execute(update(i).where(*unused).values(revoked_at=now)).rowcount


def _usable(token_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    i = tables.invite
    return (i.c.token_hash == token_hash, i.c.redeemed_at.is_(None), i.c.revoked_at.is_(None), i.c.expires_at > now)
