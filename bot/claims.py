"""Who has a conversation, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.card_places import RELEASED
from bot.case import Case
from bot.closing_time import ask_later
from bot.conversation import Action
from bot.store import jobs
from bot.store.records import Conversation

WRITING = timedelta(minutes=10)  # a claim by opening the dialog, without a text
SHORTEST = timedelta(minutes=15)  # of a claim by button
OVERDUE = timedelta(hours=1)  # of a claim on what is late already
OF_NORM = 0.8  # a claim by button lasts until this part of the norm


def lasts(conversation: Conversation, *, now: datetime, writing: bool) -> datetime:
    """Return until when a claim that is made now holds."""
    if writing:
        return now + WRITING
    if conversation.due_at is None or conversation.due_at <= now:
        return now + OVERDUE
    since = now if conversation.reopened else conversation.opened_at
    return max(now + SHORTEST, since + OF_NORM * (conversation.due_at - since))


def back_to(connection: Connection, conversation: Conversation, holder: str, *, now: datetime) -> dict[str, Any]:
    """Return the columns that give a conversation back to its writer, and set the timer that ends it."""
    until = lasts(conversation, now=now, writing=False)
    jobs.reschedule(connection, "claim", str(conversation.id), at=until)
    return {**RELEASED, "holder": holder, "held_since": now}


def give(case: Case, action: Action, holder: str, *, writing: bool = False, **columns: Any) -> None:
    """Take the step that makes ``holder`` (a member key) the holder, and set the timer that ends it."""
    until = lasts(case.conversation, now=case.now, writing=writing)
    case.move(
        action,
        **{
            "holder": holder,
            "held_since": case.now,
            "writing": writing,
            "submitted_by": "",
            "submitted_at": None,
            **columns,
        },
    )
    jobs.reschedule(case.connection, "claim", str(case.conversation.id), at=until)
    department = case.conversation.department
    ask_later(case.connection, case.rulebook, department=department, holder=holder, now=case.now)
