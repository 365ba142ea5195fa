"""Marks in a text the words that were changed, for the colleague who checks it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from handlers.cards.changed import Piece


def marked(pieces: Iterable[Piece]) -> Markup:
    """Return the text with everything that was changed inside a mark."""
    return Markup("").join(Markup("<mark>{}</mark>").format(words) if changed else words for words, changed in pieces)
