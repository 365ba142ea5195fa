"""Which reason for no reply is likely, so that the dialog has it chosen; a person still closes."""

from __future__ import annotations

from bot.model import Card, CloseReason
from handlers.cards.buttons import Verb
from knowledge.rulebook.values import Kind

OF_KIND = {
    Kind.COMPLIMENT: CloseReason.COMPLIMENT,
    Kind.THANKS: CloseReason.THANKS,
    Kind.DISCUSSION: CloseReason.DISCUSSION,
    Kind.SPAM: CloseReason.SPAM,
}


def likely_reason(card: Card, verb: Verb) -> CloseReason | None:
    """Return the reason that fits what the newest message looks like; None: no idea."""
    return CloseReason.SPAM if verb is Verb.SPAM else OF_KIND.get(card.route.kind)
