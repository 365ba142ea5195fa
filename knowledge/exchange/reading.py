"""A file as it came in, to a sheet, and a sheet to rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from knowledge.exchange.columns import MANY, guess
from knowledge.exchange.decoding import decoded, no_text
from knowledge.exchange.documents import json_sheet, yaml_sheet
from knowledge.exchange.filled import filled, listed
from knowledge.exchange.guarding import is_formula, unguarded
from knowledge.exchange.markup import is_html, plain
from knowledge.exchange.questions import page_sheet
from knowledge.exchange.tables import csv_sheet
from knowledge.exchange.values import MAX_BYTES, NAMES, Cell, Line, Row, Sheet, Unreadable
from knowledge.faq import Entry
from knowledge.sentence import say

ENDINGS = (".xlsx", ".xlsm", ".csv", ".txt", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".html", ".htm")


def read(content: bytes, name: str) -> Sheet:
    """Return what stands in a file; its name tells which kind it is.

    Raises:
        Unreadable: nothing in it can be used.
    """
    if not content.strip():
        raise Unreadable(say("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Unreadable(say("The file is too large: at most %(most)s MB is read.", most=MAX_BYTES // 1024 // 1024))
    ending = PurePath(name).suffix.lower()
    if content.startswith(b"PK") or ending in (".xlsx", ".xlsm"):
        from knowledge.exchange.excel import excel_sheet  # 150 ms that only an Excel file has to pay

        return excel_sheet(content)
    match ending:
        case ".csv" | ".txt" | ".tsv":
            return csv_sheet(decoded(content))
        case ".json" | ".jsonl":
            return json_sheet(decoded(content))
        case ".yaml" | ".yml":
            return yaml_sheet(decoded(content))
        case ".html" | ".htm":
            return page_sheet(decoded(content))
    raise no_text()


def rows(sheet: Sheet, columns: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    """Make an entry of each line; ``columns`` says which column is which field, guessed when it is not given.

    Raises:
        Unreadable: no column holds the questions, or none the answers.
    """
    columns = guess(sheet.columns) if columns is None else columns
    for field in ("question", "answer"):
        if field not in columns.values():
            raise Unreadable(
                say(
                    "No column holds this: %(name)s. The columns are: %(columns)s.",
                    name=NAMES[field],
                    columns=", ".join(sheet.columns),
                )
            )
    return tuple(_row(line, sheet, columns) for line in sheet.lines)


def _row(line: Line, sheet: Sheet, columns: Mapping[str, str]) -> Row:
    if line.complaints:
        return Row(number=line.number, complaints=line.complaints)
    try:
        cells = _cells(line, sheet, columns)
    except Unreadable as reason:
        return Row(number=line.number, complaints=reason.sentences)
    made = filled(cells)
    if not isinstance(made, Entry):
        return Row(number=line.number, complaints=tuple(made.values()))
    return Row(number=line.number, entry=made, fields=frozenset(cells))


def _cells(line: Line, sheet: Sheet, columns: Mapping[str, str]) -> dict[str, Cell]:
    """Return what the line says of each field; of a field that it says nothing about, nothing."""
    cells: dict[str, Cell] = {}
    for column, cell in zip(sheet.columns, line.cells, strict=True):
        field = columns.get(column)
        if field and cell is not None:
            text = _text(_unguarded(cell, column) if sheet.spreadsheet else cell)
            cells[field] = (*listed(cells[field]), *listed(text)) if field == MANY and field in cells else text
    return cells


def _unguarded(cell: Cell, column: str) -> Cell:
    if isinstance(cell, str) and is_formula(cell):
        words = say("Column '%(column)s' holds a formula. Type the text that must stand there.", column=column)
        raise Unreadable(words)
    return unguarded(cell) if isinstance(cell, str) else cell


def _text(cell: Cell) -> Cell:
    if isinstance(cell, tuple):
        return tuple(plain(each) if is_html(each) else each for each in cell)
    return plain(cell) if isinstance(cell, str) and is_html(cell) else cell
