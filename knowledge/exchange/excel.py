"""Excel to a sheet: values only, and within bounds that a packed file cannot talk its way out of."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any

from openpyxl import load_workbook

from knowledge.exchange.tables import Record, laid_out
from knowledge.exchange.values import MAX_COLUMNS, MAX_ROWS, Cell, Sheet, Unreadable
from knowledge.sentence import say

MAX_UNPACKED = 64 * 1024 * 1024  # bytes of all parts together
MAX_PARTS = 2000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ENTITIES = tuple("<!ENTITY".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def excel_sheet(content: bytes) -> Sheet:
    """Read the first worksheet that holds something; rows are numbered as Excel numbers them.

    Raises:
        Unreadable: it is no workbook of today's Excel, too large, or empty.
    """
    computed = _within_bounds(content)
    empty: Unreadable | None = None
    try:
        values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(content), read_only=True, keep_links=False) if computed else values
        for shown, written in zip(values.worksheets, formulas.worksheets, strict=True):
            try:
                return laid_out(_records(shown, written))
            except Unreadable as reason:
                empty = empty or reason
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever the XML of a damaged file runs into
        raise _damaged() from error
    raise empty or Unreadable(say("The file is empty."))


def _within_bounds(content: bytes) -> bool:
    """Look at the sizes in the table of contents, for zipfile unpacks no more; tell whether there are formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable(say("This Excel file is too large once it is unpacked."))
            texts = [package.read(part) for part in parts]
            if any(entity in text for text in texts for entity in _ENTITIES):
                raise _damaged()  # Excel writes none: they would only make a short text endless
            return any(_FORMULA.search(text) for text in texts)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise _damaged() from None


def _records(values: Any, formulas: Any) -> Iterator[Record]:
    sheets = [values] if formulas is values else [values, formulas]
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its own size is not believed
    rows = zip_longest(*(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True) for sheet in sheets), fillvalue=())
    for number, (shown, *others) in enumerate(rows, start=1):
        written = others[0] if others else shown
        if number > MAX_ROWS + 1:
            raise Unreadable(say("The file has too many rows: at most %(most)s are read.", most=MAX_ROWS))
        # A formula whose outcome the file does not hold comes as it is written, and is told to people.
        cells = zip_longest(shown, written)
        yield number, [_cell(formula if value is None else value) for value, formula in cells], ()


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | bool | int | float | date):
        return value.date() if isinstance(value, datetime) else value
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _damaged() -> Unreadable:
    return Unreadable(
        say("Balie cannot read this Excel file."),
        say("Open it in Excel and choose: Save as, Excel workbook (.xlsx). A file with a password cannot be read."),
    )
