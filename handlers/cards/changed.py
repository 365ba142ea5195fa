"""What a writer changed in a standard answer, for the colleague who checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s*\S+|\s+$")  # a word with the space before it


def pieces(text: str, before: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether it is not in ``before`` or not at its place."""
    new, old = _WORDS.findall(text), _WORDS.findall(before)
    for kind, _, _, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if end > start:
            yield "".join(new[start:end]), kind != "equal"
