"""Texts that a spreadsheet would take for a formula: guarded on the way out, taken back and refused on the way in."""

from __future__ import annotations

import re

GUARD = "'"
# Excel and LibreOffice look past blanks and a byte order mark; full-width signs are folded by some versions.
_STARTS = re.compile(r"[\s\ufeff\u200b\u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_FORMULA = re.compile(r"\s*[=\uff1d]\s*\S")


def guarded(text: str) -> str:
    """Return the text as a spreadsheet keeps it: a text, whatever it begins with."""
    return GUARD + text if _STARTS.match(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """Undo ``guarded``; every other text is returned as it is."""
    return text[1:] if text.startswith(GUARD) and _STARTS.match(text.lstrip(GUARD)) else text


def is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text))
