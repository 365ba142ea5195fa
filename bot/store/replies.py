"""Replies: the permanent record of what was approved and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot import reply
from bot.model import Posted, ReplyKind, Seen, Visibility
from bot.store import tables
from bot.store.engine import changed
from bot.store.records import StoredReply
from bot.store.sentences import load, unload
from bot.store.statement import Statement

t = tables.reply

INSERT = Statement(insert(t))
CHANGE = Statement(update(t).where(t.c.key == bindparam("which")))
BY_KEY = Statement(select(t).where(t.c.key == bindparam("key")))
THEIRS = select(t).where(t.c.conversation_id == bindparam("conversation_id")).order_by(t.c.approved_at, t.c.part)
OF_CONVERSATION = Statement(THEIRS)
LIVE = Statement(THEIRS.where(t.c.state.in_(reply.LIVE)))
IN_STATE = select(t).where(t.c.state.in_(bindparam("states", expanding=True))).order_by(t.c.approved_at)
BY_POST = Statement(select(t).where(t.c.account == bindparam("account"), t.c.post_id == bindparam("post_id")))


def get(connection: Connection, key: str) -> StoredReply | None:
    row = BY_KEY.first(connection, {"key": key})
    return _record(row) if row else None


def add(connection: Connection, **columns: Any) -> None:
    """Store an approved reply; the database refuses a second live one in a conversation."""
    INSERT.run(connection, columns)
    changed(connection, columns["conversation_id"])


def change(connection: Connection, key: str, *, action: reply.Action | None = None, **columns: Any) -> StoredReply:
    """Move a reply one step (when ``action`` is given) and store new columns; raises NotAllowed."""
    now = get(connection, key)
    assert now  # noqa: S101
    if action:
        columns["state"] = reply.step(now.state, action)
    if "problem" in columns:
        columns["problem"] = unload(columns["problem"])
    if posted := columns.pop("posted", None):
        columns |= {
            "post_id": posted.post_id,
            "url": posted.url,
            "posted_at": posted.at,
            "reference": dict(posted.reference),
        }
    CHANGE.run(connection, {**columns, "which": key})
    changed(connection, now.conversation_id)
    after = get(connection, key)
    assert after  # noqa: S101
    return after


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[StoredReply]:
    """Return all replies of a conversation, oldest first."""
    return [_record(row) for row in OF_CONVERSATION.all(connection, {"conversation_id": conversation_id})]


def standing(answers: Sequence[StoredReply]) -> Sequence[StoredReply]:
    """Return those parts of the newest answer on the public channel that are still there."""
    for parts in reversed(_whole(answers)):
        if there := [part for part in parts if part.state is reply.State.POSTED and part.retracted_at is None]:
            return there
    return []


def telling(answers: Sequence[StoredReply]) -> StoredReply | None:
    """Return the part that tells how things stand: what is under way or refused, else what was posted last."""
    if not answers:
        return None
    parts = _whole(answers)[-1]
    for states in (reply.LIVE, (reply.State.REFUSED,)):
        for part in parts:
            if part.state in states:
                return part
    posted = [part for part in answers if part.state is reply.State.POSTED]
    return (posted or parts)[-1]


def _whole(answers: Sequence[StoredReply]) -> Sequence[Sequence[StoredReply]]:
    """Return the answers of a conversation with their parts together, oldest first."""
    firsts = [number for number, one in enumerate(answers) if one.part == 1]
    return [answers[start:end] for start, end in zip(firsts, [*firsts[1:], len(answers)], strict=False)]


def live(connection: Connection, conversation_id: int) -> Sequence[StoredReply]:
    """Return the replies that are under way, first part first."""
    return [_record(row) for row in LIVE.all(connection, {"conversation_id": conversation_id})]


def in_state(connection: Connection, *states: reply.State) -> Sequence[StoredReply]:
    return [_record(row) for row in connection.execute(IN_STATE, {"states": states})]


def of_post(connection: Connection, *, account: str, post_id: str) -> StoredReply | None:
    row = BY_POST.first(connection, {"account": account, "post_id": post_id})
    return _record(row) if row else None


def restored(connection: Connection, *, at: datetime) -> int:
    """After a restore: make every open reply UNSURE, so that it is read back before anything is sent; count them."""
    open_states = (reply.State.WAITING, reply.State.SENDING, reply.State.BLOCKED)
    values = {"state": reply.State.UNSURE, "intent_at": at}
    return connection.execute(update(t).where(t.c.state.in_(open_states)).values(values)).rowcount


def _record(row: Any) -> StoredReply:
    posted = None
    if row.posted_at:
        posted = Posted(post_id=row.post_id, url=row.url, at=row.posted_at, reference=row.reference)
    return StoredReply(
        key=row.key,
        conversation_id=row.conversation_id,
        account=row.account,
        kind=ReplyKind(row.kind),
        state=reply.State(row.state),
        part=row.part,
        parts=row.parts,
        follows=row.follows,
        text=row.text,
        text_hash=row.text_hash,
        seen=Seen(mention_id=row.mention_id, version=row.mention_version, text_hash=row.mention_hash),
        visibility=Visibility(row.visibility),
        language=row.language,
        department=row.department,
        topic=row.topic,
        written_by=row.written_by,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        send_after=row.send_after,
        entry=row.entry,
        suggestion=row.suggestion,
        personal_allowed=row.personal_allowed,
        tried_at=row.tried_at,
        intent_at=row.intent_at,
        deadline=row.deadline,
        tries=row.tries,
        posted=posted,
        problem=load(row.problem),
        confirmed_by=row.confirmed_by,
        retracted_at=row.retracted_at,
    )
