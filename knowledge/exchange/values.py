"""What a file with answers becomes on its way in: a sheet of cells, then rows that are an entry or say why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType

from knowledge.faq import Entry
from knowledge.sentence import Sentence, say

MAX_BYTES = 10 * 1024 * 1024  # of a file
MAX_ROWS = 20_000
MAX_COLUMNS = 80

Cell = str | date | bool | int | float | tuple[str, ...] | None

FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Entry))

# What people call the parts of an entry; the surfaces and the complaints use the same words.
NAMES: Mapping[str, Sentence] = MappingProxyType(
    {
        "key": say("Id"),
        "question": say("Question"),
        "answer": say("Answer text"),
        "variants": say("Other questions"),
        "short": say("Short answer"),
        "department": say("Department"),
        "topic": say("Topic"),
        "product": say("Product (UPL)"),
        "source": say("Link to the source"),
        "owner": say("Owner"),
        "valid_until": say("Valid until"),
        "review_by": say("Look again before"),
        "language": say("Language"),
        "formal": say("Form of address"),
    }
)


class Unreadable(Exception):
    """Nothing in the file can be used; ``sentences`` say why and what to do."""

    def __init__(self, *sentences: Sentence) -> None:
        self.sentences = sentences
        super().__init__("; ".join(str(sentence) for sentence in sentences))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a file; ``number`` is what people see beside it: the row in Excel, the line in a YAML file."""

    number: int
    cells: tuple[Cell, ...] = ()  # None: the file says nothing about it; an empty text: it must be empty
    complaints: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    spreadsheet: bool = False  # its cells may hold formulas, and texts that are guarded against being one


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry, or why there is none; ``fields`` are those that the file says anything about."""

    number: int
    entry: Entry | None = None
    complaints: tuple[Sentence, ...] = ()
    fields: frozenset[str] = frozenset(FIELDS)


def named(rows: Iterable[Row], names: Mapping[str, Mapping[str, str]]) -> tuple[Row, ...]:
    """Put the key for what a file calls by its name; ``names`` has field -> name -> key, in any case of letters."""
    folded = {field: {name.casefold(): key for name, key in known.items()} for field, known in names.items()}
    return tuple(_named(row, folded) for row in rows)


def _named(row: Row, names: Mapping[str, Mapping[str, str]]) -> Row:
    if row.entry is None:
        return row
    said = {field: getattr(row.entry, field) for field in names}
    keys = {field: names[field].get(name.casefold(), name) for field, name in said.items()}
    return row if keys == said else replace(row, entry=replace(row.entry, **keys))
