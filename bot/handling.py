"""Who does what with a conversation, as its card names them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from bot.model import CloseReason, Who
from bot.rules import who
from bot.store.records import Conversation
from knowledge.rulebook.values import Rulebook


class Handling(TypedDict):
    """The fields of a card that are about colleagues."""

    holder: Who | None
    held_since: datetime | None
    writing: bool
    submitted_by: Who | None
    submitted_at: datetime | None
    asked: Who | None
    asked_until: datetime | None
    remind_at: datetime | None
    remind_by: Who | None
    closed_by: Who | None
    closed_at: datetime | None
    close_reason: CloseReason | None
    close_note: str


def handling(conversation: Conversation, rulebook: Rulebook) -> Handling:
    closed = conversation.close_reason is not None
    return Handling(
        holder=who(rulebook, conversation.holder),
        held_since=conversation.held_since,
        writing=conversation.writing,
        submitted_by=who(rulebook, conversation.submitted_by),
        submitted_at=conversation.submitted_at,
        asked=who(rulebook, conversation.asked),
        asked_until=conversation.asked_until,
        remind_at=conversation.remind_at,
        remind_by=who(rulebook, conversation.remind_by),
        closed_by=who(rulebook, conversation.changed_by) if closed else None,
        closed_at=conversation.changed_at if closed else None,
        close_reason=conversation.close_reason,
        close_note=conversation.close_note,
    )
