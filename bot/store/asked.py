"""What citizens asked and what became of it, for the gaps in the base and the tasks about answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot import reply
from bot.model import ReplyKind, Visibility
from bot.store import tables

m = tables.mention
c = tables.conversation
r = tables.reply

ASKED = (
    select(m.c.id, m.c.conversation_id, m.c.text, m.c.author, m.c.posted_at, m.c.advice, c.c.topic, c.c.close_reason)
    .join(c, c.c.id == m.c.conversation_id)
    .where(
        m.c.posted_at >= bindparam("since"),
        m.c.deleted_at.is_(None),
        m.c.text != "",
        c.c.protocol == "",
        m.c.visibility.in_((Visibility.PUBLIC, Visibility.UNLISTED)),
        c.c.visibility.in_((Visibility.PUBLIC, Visibility.UNLISTED)),
    )
    .order_by(m.c.id.desc())
    .limit(bindparam("limit"))
)
ANSWERED = select(r.c.mention_id, r.c.entry, r.c.suggestion).where(
    r.c.approved_at >= bindparam("since"), r.c.state == reply.State.POSTED, r.c.kind == ReplyKind.ANSWER
)
USED = select(r.c.entry, r.c.suggestion, r.c.approved_at).where(
    r.c.entry != "", r.c.state == reply.State.POSTED, r.c.kind == ReplyKind.ANSWER
)


def since(connection: Connection, moment: datetime, *, limit: int = 5_000) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what citizens wrote in public since then, the newest first."""
    return connection.execute(ASKED, {"since": moment, "limit": limit}).all()


def answered(connection: Connection, moment: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return which entry was used to answer what, and how much it was changed."""
    return connection.execute(ANSWERED, {"since": moment}).all()


def used(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return each use of an entry: columns ``entry``, ``suggestion`` and ``approved_at``."""
    return connection.execute(USED).all()
