"""The text a writer begins with."""

from __future__ import annotations

import re

from bot.model import Card, Dialog, ReplyKind
from handlers.cards.text import fits_well
from knowledge.advice import Suggestion

_INITIALS = re.compile(r"\s\^[^\W\d_]{1,4}$")


def fitting(suggestion: Suggestion, room: int) -> str:
    """Return the answer, or the short one when the long one has no room."""
    return suggestion.short if suggestion.short and len(suggestion.answer) > room else suggestion.answer


def as_written(card: Card) -> str:
    """Return the answer that stands there without the address and the sign-off, which are put on again."""
    text = card.reply.text if card.reply else ""
    if card.abilities.addresses:
        text = text.removeprefix(f"{card.mention.author} ")
    writer = card.reply.written_by.name.split()[0] if card.reply else ""
    return _INITIALS.sub("", text).removesuffix(f" {writer}")


def beginning(dialog: Dialog, kind: ReplyKind) -> tuple[str, Suggestion | None]:
    """Return the text to begin with, and the known answer if it is one: what was kept, what fits well, or nothing."""
    if dialog.text:
        return dialog.text, next((each for each in dialog.suggestions if each.entry == dialog.entry != ""), None)
    if kind is ReplyKind.CORRECTION:
        return as_written(dialog.card), None
    best = next(iter(dialog.suggestions), None)
    if best and fits_well(best) and not dialog.note:
        return fitting(best, dialog.room), best
    return "", None
