"""Fills an answer in for one account: u or je, and the town's name. Anything else in braces stays as it is."""

from __future__ import annotations

import re

TOWN = "gemeente"

_BRACES = re.compile(r"\{([^{}\n]{1,80})\}")


def fill(text: str, *, formal: bool, town: str) -> str:
    """Return the text as this account says it: of ``{u|je}`` the side of its tone, of ``{gemeente}`` the name."""

    def said(match: re.Match[str]) -> str:
        name, bar, informal = match.group(1).partition("|")
        if bar:
            return name if formal else informal
        return town if name.strip().casefold() == TOWN else match.group()

    return _BRACES.sub(said, text) if "{" in text else text
