"""The audit: one line per action, chained by hash per conversation, sealed daily over all."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
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
SINCE = select(t.c.id, t.c.hash).where(t.c.id > bindparam("since")).order_by(t.c.id).execution_options(yield_per=1000)
SEALS = select(tables.seal).order_by(tables.seal.c.day)
NEWEST_SEAL = select(tables.seal).order_by(tables.seal.c.day.desc()).limit(1)
insert_seal = InsertOnce(tables.seal)


class Seal:
    """A seal in the making: a hash over the seal before it and each line since, so it vouches for all lines so far."""

    def __init__(self, before: Row[Any] | None) -> None:
        self.last_id: int = before.last_id if before else 0
        self.lines: int = before.lines if before else 0
        self._digest = sha256(before.hash.encode() if before else b"")

    @property
    def hash(self) -> str:
        return self._digest.hexdigest()

    def add(self, number: int, of_line: str) -> None:
        self._digest.update(of_line.encode())
        self.last_id, self.lines = number, self.lines + 1

    def broken(self, kept: Row[Any]) -> Iterator[Sentence]:
        """Say so when the seal that was kept is another one than these lines make."""
        if (self.last_id, self.lines, self.hash) != (kept.last_id, kept.lines, kept.hash):
            yield say("The seal of %(day)s is broken.", day=kept.day)


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
    """Seal the lines since the seal before, and so all lines so far, under ``day`` (ISO date); a day is sealed once."""
    if connection.dialect.name == "postgresql":
        connection.execute(STILL)
    before = connection.execute(NEWEST_SEAL).first()
    seal = Seal(before)
    for number, of_line in connection.execute(SINCE, {"since": seal.last_id}):
        seal.add(number, of_line)
    insert_seal(connection, {"day": day, "last_id": seal.last_id, "lines": seal.lines, "hash": seal.hash})


def faults(connection: Connection) -> Sequence[Sentence]:
    """Return what does not fit: a changed, removed or swapped line, or a seal that is broken. Empty: all is well."""
    found: list[Sentence] = []
    last: dict[int, Row[Any]] = {}
    seals = deque(connection.execute(SEALS).all())
    sealing = Seal(None)
    for row in connection.execute(ALL):
        while seals and seals[0].last_id < row.id:
            found += sealing.broken(seals[0])
            sealing = Seal(seals.popleft())
        before = last.get(row.conversation_id)
        line = {name: getattr(row, name) for name in COLUMNS} | {"previous": before.hash if before else ""}
        if row.hash != line_hash(line):
            found.append(say("Line %(line)d was changed.", line=row.id))
        if row.seq != (before.seq + 1 if before else 1):
            found.append(say("Line %(line)d does not follow the line before it.", line=row.id))
        last[row.conversation_id] = row
        sealing.add(row.id, row.hash)
    for rest in seals:
        found += sealing.broken(rest)
        sealing = Seal(rest)
    return found


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())


def line_hash(line: Mapping[str, Any]) -> str:
    """Return the hash over every column, the previous hash among them."""
    plain = {**line, "at": line["at"].isoformat()}
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
