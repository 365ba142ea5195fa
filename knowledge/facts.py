"""What an answer states that another answer may contradict: amounts, times, terms, links, numbers, yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from knowledge import privacy
from knowledge.text import tokens


class FactKind(StrEnum):
    AMOUNT = "amount"
    TIME = "time"
    TERM = "term"
    LINK = "link"
    CONTACT = "contact"  # a telephone number or a mail address
    VERDICT = "verdict"  # yes or no


Facts = Mapping[FactKind, Mapping[str, str]]  # what is stated, in one spelling, to how it was written

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?:€|\beuro?\b)\s*({_NUMBER})|({_NUMBER})(?:,-)?\s*(?:€|euro\b)", re.IGNORECASE)
_TIME = re.compile(r"\b([01]?\d|2[0-4])[.:]([0-5]\d)\b|\b([01]?\d|2[0-4])\s*uur\b", re.IGNORECASE)
_COUNTED = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
_UNITS = {
    "dag": "dag",
    "dagen": "dag",
    "werkdag": "werkdag",
    "werkdagen": "werkdag",
    "week": "week",
    "weken": "week",
    "maand": "maand",
    "maanden": "maand",
    "jaar": "jaar",
    "jaren": "jaar",
}
_TERM = re.compile(rf"\b(\d+|één|{'|'.join(_COUNTED)})\s+({'|'.join(_UNITS)})\b", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|\b[\w-]+(?:\.[\w-]+)*\.(?:nl|com|eu|org|example)(?:/[^\s<>\"']*)?")
_YES, _NO = frozenset({"ja", "jazeker", "yes"}), frozenset({"nee", "neen", "no"})


def facts(text: str) -> Facts:
    """Return what a text states, by kind; a kind of which it states nothing is absent."""
    found: dict[FactKind, dict[str, str]] = {}
    for kind, meant, written in _stated(text):
        found.setdefault(kind, {}).setdefault(meant, written)
    return found


def _stated(text: str) -> Iterator[tuple[FactKind, str, str]]:
    for match in _AMOUNT.finditer(text):
        yield FactKind.AMOUNT, _amount(match[1] or match[2]), match[0].strip()
    for match in _TIME.finditer(_AMOUNT.sub(" ", text)):
        hour, minute = match[1] or match[3], match[2] or "00"
        yield FactKind.TIME, f"{int(hour):02}:{minute}", match[0]
    for match in _TERM.finditer(text):
        count = match[1].lower().replace("é", "e")
        number = _COUNTED.index(count) + 1 if count in _COUNTED else int(count)
        yield FactKind.TERM, f"{number} {_UNITS[match[2].lower()]}", match[0]
    for match in _LINK.finditer(text):
        link = match[0].rstrip(".,;:!?)")
        yield FactKind.LINK, link.lower().split("://")[-1].removeprefix("www.").rstrip("/"), link
    for personal in privacy.find(text):
        if personal.kind in ("phone", "email"):
            written = text[personal.start : personal.end]
            yield FactKind.CONTACT, re.sub(r"[^\w@.+]", "", written).lower(), written
    first = tokens(text)[:1]
    if not _YES.isdisjoint(first) or not _NO.isdisjoint(first):
        yield FactKind.VERDICT, "yes" if first[0] in _YES else "no", text.split()[0].strip(".,!:;")


def _amount(written: str) -> str:
    """Return an amount in cents: 1.250 and 1250,00 are the same, 12.50 is twelve and a half."""
    whole, separator, cents = written.rpartition(",")
    if not separator:
        whole, separator, cents = written.rpartition(".")
        if len(cents) == 3 or not separator:
            whole, cents = written, ""
    return str(int(whole.replace(".", "")) * 100 + int(cents.ljust(2, "0") or 0))
