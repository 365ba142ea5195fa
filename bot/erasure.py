"""Erasure on request: what one citizen wrote on one account, and what was learned from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.clock import Clock
from bot.conversation import Action, step
from bot.model import Told
from bot.store import Store, audit, conversations, erasing, jobs, placements
from knowledge.sentence import say

BALIE = "balie"
REASON = "GDPR 17; our own answers stay for the archive (GDPR 17.3b, d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was removed, by kind: conversations, messages, versions, early, wordings, drafts."""

    counts: Mapping[str, int]


class Erasure:
    """Asked from the command line, beside a server that runs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def found(self, account: str, author: str) -> int:
        """Return how many conversations this is about."""
        ids = await self._store.read(lambda c: erasing.conversations_of(c, account=account, author=author))
        return len(ids)

    async def erase(self, account: str, author: str, *, by: str = BALIE) -> Erased | Told:
        """Remove all of it in one transaction; refused while a reply to this citizen is under way."""
        now = self._clock.now()
        return await self._store.write(lambda c: _erase(c, account, author, by=by, now=now))


def _erase(connection: Connection, account: str, author: str, *, by: str, now: datetime) -> Erased | Told:
    ids = erasing.conversations_of(connection, account=account, author=author)
    if not ids:
        return Told(sentence=say("%(author)s wrote nothing to %(account)s.", author=author, account=account))
    for conversation_id in ids:
        conversations.lock(connection, conversation_id)
    if erasing.under_way(connection, ids):
        return Told(sentence=say("A reply to this person is under way. Settle that first, then try again."))
    counts = erasing.erase(connection, ids, now=now)
    for conversation_id in ids:
        _tell(connection, conversation_id, by=by, now=now)
    return Erased(counts=counts)


def _tell(connection: Connection, conversation_id: int, *, by: str, now: datetime) -> None:
    """Let the cards show that nothing is left, those that shrank to a link among them, and account for it."""
    locked = conversations.lock(connection, conversation_id)
    assert locked  # noqa: S101
    state = step(locked.state, Action.WITHDRAWN)
    conversations.change(connection, locked, at=now, by=BALIE, action=Action.WITHDRAWN, state=state)
    for place in placements.of_conversation(connection, conversation_id):
        lane = f"show:{place.desk}:{place.workspace}"
        jobs.enqueue(connection, "show", str(place.id), at=now, lane=lane, urgency=1)
    audit.record(
        connection,
        conversation_id=conversation_id,
        at=now,
        action="erased",
        object=f"conversation {conversation_id}",
        result="ok",
        origin="cli",
        actor=by,
        details={"reason": REASON},
    )
