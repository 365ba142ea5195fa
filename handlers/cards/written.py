"""What a writer can begin with: a known answer, what a colleague left, or own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Card, Dialog, ReplyKind
from handlers.cards.text import fit, fit_words, fits_well, is_fixed
from knowledge.advice import Suggestion
from knowledge.sentence import Sentence, say

OWN_WORDS = "-"  # the choice "Zelf schrijven"; what is no known answer begins with it, and names its entry last
MOST_LEFT = 3
MOST = 1_000_000  # characters: as many as anybody writes
TO_PRIVATE = say("To a private message")

_INITIALS = re.compile(r"\s\^[^\W\d_]{1,4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A text to begin with; ``value`` stands for it in a form."""

    value: str
    label: Sentence | str
    fits: Sentence | None = None
    text: str

    @property
    def entry(self) -> str:
        return entry_in(self.value)


def entry_in(value: str) -> str:
    """Return the known answer that a choice stands for; empty for a fixed text and for own words."""
    return value.rpartition(":")[2] if value.startswith(OWN_WORDS) else value


def choices(dialog: Dialog, found: Sequence[Suggestion] = (), *, most: int = MOST) -> list[Choice]:
    """Return what fits, what was searched and ``found``, and what colleagues left; own words are no choice of these.

    ``most``: characters that the desk can take in; of a longer answer it is offered the short one.
    """
    known, room = {each.entry for each in dialog.suggestions}, min(dialog.room, most)
    offered = [_suggested(each, number, room) for number, each in enumerate(dialog.suggestions)]
    offered += [
        Choice(value=each.entry, label=each.title, text=fitting(each, room))
        for each in found
        if each.entry and each.entry not in known
    ]
    if dialog.invitation and dialog.invitation not in [each.text for each in offered]:
        offered.append(Choice(value=f"{OWN_WORDS}private:", label=TO_PRIVATE, text=dialog.invitation))
    for left in dialog.left[:MOST_LEFT]:
        label = say("Draft by %(name)s, %(at)s", name=left.by.name, at=left.at)
        offered.append(Choice(value=f"{OWN_WORDS}{left.by.key}:{left.entry}", label=label, text=left.text))
    return offered


def _suggested(suggestion: Suggestion, number: int, room: int) -> Choice:
    text = fitting(suggestion, room)
    if is_fixed(suggestion):
        return Choice(value=f"{OWN_WORDS}{number}:", label=fit(suggestion), text=text)
    return Choice(value=suggestion.entry, label=suggestion.title, fits=fit_words(suggestion), text=text)


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


def beginning(dialog: Dialog, kind: ReplyKind, *, most: int = MOST) -> tuple[str, str]:
    """Return the text to begin with and the value of its choice: what was kept, what fits well, or nothing."""
    if dialog.text:
        return dialog.text, dialog.entry or OWN_WORDS
    if kind is ReplyKind.CORRECTION:
        return as_written(dialog.card), OWN_WORDS
    best = next(iter(dialog.suggestions), None)
    if best and fits_well(best) and not dialog.note:
        first = choices(dialog, most=most)[0]
        return first.text, first.value
    return "", OWN_WORDS
