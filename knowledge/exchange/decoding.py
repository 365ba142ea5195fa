"""Bytes to text, when nobody says in which encoding they were written."""

from __future__ import annotations

import codecs

from knowledge.exchange.values import Unreadable
from knowledge.sentence import say

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = frozenset(range(9)) | {11, 12} | frozenset(range(14, 27)) | frozenset(range(28, 32))


def decoded(content: bytes) -> str:
    """Return the text of a file: what its mark says, UTF-8, UTF-16 by its zeros, else the letters of Windows.

    Raises:
        Unreadable: it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as(content.removeprefix(mark), encoding)
    if encoding := _by_zeros(content):
        return _as(content, encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes have no letter in windows-1252; they are shown as a question mark in a diamond.
        text = content.decode("cp1252", errors="replace")
    if any(byte in _BINARY for byte in content[:4096]):
        raise no_text()
    return text


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise no_text() from None


def _by_zeros(content: bytes) -> str:
    """Tell UTF-16 without a mark: of Latin letters every other byte is zero."""
    sample = content[:2048]
    half = len(sample) // 2
    if half < 2:
        return ""
    if sample[1::2].count(0) > half * 0.6 and sample[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.6 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def no_text() -> Unreadable:
    return Unreadable(
        say("Balie cannot read this file."),
        say("Choose an Excel file (.xlsx), a CSV, JSON or YAML file, or a page that was saved as .html."),
    )
