"""What the surfaces share when answers go in and out of files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from handlers.wording import Wording
from knowledge.exchange import NAMES, Change, Kind, Row, Sheet, named, rows
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say
from knowledge.text import letters

KINDS: Mapping[Kind, Sentence] = {
    Kind.NEW: say("new"),
    Kind.CHANGED: say("changed"),
    Kind.UNCHANGED: say("the same"),
    Kind.CONFLICT: say("changed here too"),
    Kind.BROKEN: say("not right"),
}


def headings(wording: Wording) -> dict[str, str]:
    """Return the words for the columns, field -> heading."""
    return {field: wording.text(name) for field, name in NAMES.items()}


def rows_of(sheet: Sheet, columns: Mapping[str, str], rulebook: Rulebook) -> tuple[Row, ...]:
    """Return the rows of a sheet, with departments and topics by their keys; raises Unreadable."""
    names = {
        "department": {each.name: key for key, each in rulebook.departments.items()},
        "topic": {each.name: key for key, each in rulebook.topics.items()},
    }
    return named(rows(sheet, columns), names)


def source_of(name: str) -> str:
    """Return where a file comes from: its name without what makes a next version of it another one."""
    stem = re.sub(r"\d+|\b(?:kopie|copy|versie|v|def|definitief|nieuw)\b", " ", letters(PurePath(name).stem))
    return " ".join(stem.split()) or "file"


def told(changes: Iterable[Change], places: Mapping[int, str]) -> Iterable[Sentence]:
    """Say of each row what would happen to it; those that stay the same are left out."""
    for change in changes:
        place = places.get(change.number, str(change.number))
        if change.kind is Kind.BROKEN:
            yield from (say("Row %(row)s: %(sentence)s", row=place, sentence=each) for each in change.complaints)
        elif change.kind is not Kind.UNCHANGED and change.entry:
            sentence = say(
                "Row %(row)s, %(kind)s: %(question)s",
                row=place,
                kind=KINDS[change.kind],
                question=change.entry.question,
            )
            fields = tuple(NAMES[field] for field in change.fields)
            yield say("%(sentence)s (%(fields)s)", sentence=sentence, fields=fields) if fields else sentence
