"""CSV to a sheet: the sign between the cells is found out, and broken rows are named while the others are read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.exchange.columns import guess
from knowledge.exchange.values import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Cell, Line, Sheet, Unreadable
from knowledge.sentence import Sentence, say

SIGNS = (";", ",", "\t", "|")
HEADING_WITHIN = 10  # rows: above the headings there may be a title
MOST_BROKEN = 100
_SIGN = re.compile(r"sep=(.)\r?\n", re.I)

csv.field_size_limit(MAX_BYTES)  # for the whole process: a long cell is told, and not a reason to stop

Record = tuple[int, Sequence[Cell], tuple[Sentence, ...]]  # number, cells, complaints


def csv_sheet(text: str) -> Sheet:
    """Read a CSV file; rows are numbered as Excel numbers them.

    Raises:
        Unreadable: there is nothing in it, or it is no table.
    """
    told = _SIGN.match(text)
    if told:
        text = text[told.end() :]
    sign = told[1] if told else _sign(text)
    return laid_out(_records(text, sign, first=2 if told else 1))


def _sign(text: str) -> str:
    """Choose the sign that gives the most headings we know, then the most cells."""
    lines = text[:100_000].splitlines()[:HEADING_WITHIN]
    return max(SIGNS, key=lambda sign: max((_worth(line.split(sign, MAX_COLUMNS)) for line in lines), default=(0, 0)))


def _worth(cells: Sequence[str]) -> tuple[int, int]:
    return len(guess([cell.strip('" ') for cell in cells])), len(cells)


def _records(text: str, sign: str, *, first: int) -> Iterator[Record]:
    """Yield each row; after one that cannot be read, go on with the next line."""
    lines = text.splitlines(keepends=True)
    number, start, broken = first, 0, 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=sign, strict=True)
        try:
            for cells in reader:
                yield number, cells, ()
                number += 1
            return
        except csv.Error:
            broken += 1
            if broken > MOST_BROKEN:
                raise Unreadable(say("More than %(count)s rows cannot be read.", count=MOST_BROKEN)) from None
            start += _read_before(reader, lines[start:], sign)
            yield number, lines[start].rstrip("\r\n").split(sign), (_quotes(),)
            number, start = number + 1, start + 1


def _read_before(reader: Iterable[object], lines: Sequence[str], sign: str) -> int:
    """Return how many lines the sound rows before the broken one took."""
    done = 0
    again = csv.reader(lines, delimiter=sign, strict=True)
    try:
        for _ in again:
            done = again.line_num
    except csv.Error:
        pass
    return done


def _quotes() -> Sentence:
    return say("The quotation marks in this row are not right: one is missing, or there is one too many.")


def laid_out(records: Iterable[Record]) -> Sheet:
    """Find the headings and put every row under them.

    Raises:
        Unreadable: without headings, without rows, or with too many.
    """
    rows = [record for record in _within(records) if record[2] or any(_some(cell) for cell in record[1])]
    place = _heading(rows)
    columns = _named(rows[place][1])
    lines = tuple(_line(record, columns) for record in rows[place + 1 :])
    if not lines:
        raise Unreadable(say("There is no row under the headings of this file."))
    return Sheet(columns=columns, lines=lines, spreadsheet=True)


def _within(records: Iterable[Record]) -> Iterator[Record]:
    for count, record in enumerate(records):
        if count > MAX_ROWS:
            raise Unreadable(say("The file has too many rows: at most %(most)s are read.", most=MAX_ROWS))
        number, cells, complaints = record
        yield number, cells[: MAX_COLUMNS + 1], complaints  # one more tells that there are too many


def _heading(rows: Sequence[Record]) -> int:
    """Return which row holds the headings: of the first ones, the one with most that are known, then most filled."""
    candidates = [place for place, row in enumerate(rows[:HEADING_WITHIN]) if not row[2]]
    if not candidates:
        raise Unreadable(say("The file is empty."))

    def worth(place: int) -> tuple[int, int]:
        cells = [str(cell) for cell in rows[place][1] if _some(cell)]
        return len(guess(cells)), min(len(cells), 2) if place == candidates[0] else 0

    return max(candidates, key=worth)


def _named(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the headings, each with a name of its own; a column without one is called by its letter."""
    names: list[str] = []
    width = max((place for place, cell in enumerate(cells, 1) if _some(cell)), default=0)
    for place, cell in enumerate(cells[: min(width, MAX_COLUMNS)]):
        name = " ".join(str(cell).split())[:80] if _some(cell) else _letter(place)
        count = 2
        unique = name
        while unique in names:
            unique, count = f"{name} {count}", count + 1
        names.append(unique)
    return tuple(names)


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def _line(record: Record, columns: Sequence[str]) -> Line:
    number, cells, complaints = record
    if not complaints and any(_some(cell) for cell in cells[len(columns) :]):
        complaints = (
            say("This row has more cells than there are headings. Is a text with a ; or , in it without quotes?"),
        )
    padded = (*cells, *[""] * len(columns))[: len(columns)]
    return Line(number=number, cells=tuple("" if cell is None else cell for cell in padded), complaints=complaints)


def _some(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None and cell != ()
