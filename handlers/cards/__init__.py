"""The words, lines and buttons of a card, the same on every desk."""

from handlers.cards.buttons import Button, Verb, buttons_of
from handlers.cards.text import CardText, Link, card_text, fit, fit_words, fits_well, is_fixed
from handlers.cards.words import (
    CLOSE_REASONS,
    PROTOCOL,
    Line,
    Part,
    audience,
    cut,
    first_name,
    is_private,
    readers,
    stands_where,
)

__all__ = [
    "CLOSE_REASONS",
    "PROTOCOL",
    "Button",
    "CardText",
    "Line",
    "Link",
    "Part",
    "Verb",
    "audience",
    "buttons_of",
    "card_text",
    "cut",
    "first_name",
    "fit",
    "fit_words",
    "fits_well",
    "is_fixed",
    "is_private",
    "readers",
    "stands_where",
]
