"""Marks in a text the words that were changed, for the colleague who checks it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

_WORDS = re.compile(r"\s+|\S+")


def marked(text: str, before: str) -> Markup:
    """Return the text with every word that is not in ``before``, or not at its place, inside a mark."""
    new, old = _WORDS.findall(text), _WORDS.findall(before)
    shown = Markup("")
    for kind, _, _, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        words = escape("".join(new[start:end]))
        if kind == "equal" or not words.strip():
            shown += words
        else:
            shown += Markup("<mark>{}</mark>").format(words)
    return shown
