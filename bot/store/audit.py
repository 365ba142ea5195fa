"""The audit: one line per action, chained by hash per conversation, sealed daily over all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text

from bot.store import tables
from bot.store.once import InsertOnce
from bot.store.statement import Statement
from knowledge.sentence import Sentence, say

t = tables.audit
COLUMNS = ("conversation_id", "seq", "at", "action", "object", "result", "origin", "actor", "details")

INSERT = Statement(insert(t))
LAST = Statement(
    select(t.c.seq, t.c.hash)
    .where(t.c.conversation_id == bindparam("conversation_id"))
    .order_by(t.c.seq.desc())
    .limit(1)
)
OF_CONVERSATION = select(t).where(t.c.conversation_id == bindparam("conversation_id")).order_by(t.c.seq)
ALL = select(t).order_by(t.c.id).execution_options(yield_per=1000)
STILL = text("LOCK TABLE audit IN SHARE MODE")  # no line may still come below one that is sealed
SEALS = select(tables.seal).order_by(tables.seal.c.day)
insert_seal = InsertOnce(tables.seal)


def record(
    connection: Connection,
    *,
    conversation_id: int,
    at: datetime,
    action: str,
    object: str,
    result: str,
    origin: str,
    actor: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line. ``origin`` is the desk or account it came from; ``actor`` a member key, or "balie"."""
    last = LAST.first(connection, {"conversation_id": conversation_id})
    line: dict[str, Any] = {
        "conversation_id": conversation_id,
        "seq": last.seq + 1 if last else 1,
        "at": at,
        "action": action,
        "object": object,
        "result": result,
        "origin": origin,
        "actor": actor,
        "details": dict(details or {}),
        "previous": last.hash if last else "",
    }
    INSERT.run(connection, {**line, "hash": line_hash(line), "previous": ""})  # known already: the line before has it


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[Row[Any]]:
    return connection.execute(OF_CONVERSATION, {"conversation_id": conversation_id}).all()


def seal(connection: Connection, *, day: str) -> None:
    """Seal all lines so far under ``day`` (ISO date); a day is sealed once."""
    if connection.dialect.name == "postgresql":
        connection.execute(STILL)
    digest, last_id, lines = sha256(), 0, 0
    for row in connection.execute(ALL):
        digest.update(row.hash.encode())
        last_id, lines = row.id, lines + 1
    insert_seal(connection, {"day": day, "last_id": last_id, "lines": lines, "hash": digest.hexdigest()})


def faults(connection: Connection) -> Sequence[Sentence]:
    """Return what does not fit: a changed, removed or swapped line, or a seal that is broken. Empty: all is well."""
    found: list[Sentence] = []
    last: dict[int, Row[Any]] = {}
    digest = sha256()
    sums: dict[int, tuple[int, str]] = {0: (0, digest.hexdigest())}
    for lines, row in enumerate(connection.execute(ALL), start=1):
        before = last.get(row.conversation_id)
        line = {name: getattr(row, name) for name in COLUMNS} | {"previous": before.hash if before else ""}
        if row.hash != line_hash(line):
            found.append(say("Line %(line)d was changed.", line=row.id))
        if row.seq != (before.seq + 1 if before else 1):
            found.append(say("Line %(line)d does not follow the line before it.", line=row.id))
        last[row.conversation_id] = row
        digest.update(row.hash.encode())
        sums[row.id] = (lines, digest.copy().hexdigest())
    for seal_row in connection.execute(SEALS):
        if sums.get(seal_row.last_id) != (seal_row.lines, seal_row.hash):
            found.append(say("The seal of %(day)s is broken.", day=seal_row.day))
    return found


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())


def line_hash(line: Mapping[str, Any]) -> str:
    """Return the hash over every column, the previous hash among them."""
    plain = {**line, "at": line["at"].isoformat()}
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
