"""What a writer changed in a standard answer, for the colleague who checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from bot.model import Dialog, Preview

_WORDS = re.compile(r"\s+|\S+")

Piece = tuple[str, bool]  # a part of the text, and whether the writer changed it


def changes(preview: Preview, dialog: Dialog) -> list[Piece] | None:
    """Return what will stand there in pieces; None when the writer did not begin with a standard answer.

    The address and the sign-off are ours, so they are never a change.
    """
    source = next((each for each in dialog.suggestions if each.entry == dialog.entry != ""), None)
    if source is None or len(preview.parts) > 1:
        return None
    body = dialog.text.strip()
    before, found, after = preview.text.partition(body)
    if not body or not found:
        return list(pieces(preview.text, source.answer))
    known = source.short if body == source.short else source.answer
    around = [(before, False)] if before else [], [(after, False)] if after else []
    return [*around[0], *pieces(body, known), *around[1]]


def pieces(text: str, before: str) -> Iterator[Piece]:
    """Yield the text in pieces, each with whether it is not in ``before`` or not at its place."""
    new, old = _WORDS.findall(text), _WORDS.findall(before)
    for kind, _, _, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if words := "".join(new[start:end]):
            yield words, kind != "equal" and not words.isspace()
