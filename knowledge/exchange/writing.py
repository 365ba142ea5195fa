"""Entries to a file in any of the formats that can be read; what is read back is what was written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import PurePath
from typing import Any

from knowledge.exchange.guarding import guarded
from knowledge.exchange.values import FIELDS, Unreadable
from knowledge.faq import Entry
from knowledge.sentence import say
from knowledge.text import clean

CELL = 32_000  # characters; Excel cuts at 32,767
WIDTHS: Mapping[str, int] = {"question": 45, "answer": 70, "variants": 45, "short": 45, "source": 30}
WRITTEN = (".xlsx", ".csv", ".json", ".yaml", ".html")


def written(entries: Iterable[Entry], name: str, headings: Mapping[str, str] | None = None) -> bytes:
    """Return a file with these entries; its name tells the format, ``headings`` are the words for the columns.

    Raises:
        Unreadable: the name has no ending that we know.
    """
    entries = tuple(entries)
    names = {field: (headings or {}).get(field, field) for field in FIELDS}
    match PurePath(name).suffix.lower():
        case ".csv":
            return _csv(_table(entries, names))
        case ".xlsx":
            return _excel(_table(entries, names))
        case ".json":
            return json.dumps([_object(entry) for entry in entries], ensure_ascii=False, indent=2).encode()
        case ".yaml" | ".yml":
            return _yaml(entries).encode()
        case ".html" | ".htm":
            return _page(entries).encode()
    raise Unreadable(say("Choose a name that ends in: %(endings)s.", endings=", ".join(WRITTEN)))


def _object(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


# --- tables ------------------------------------------------------------------------------------------------------


def _table(entries: Sequence[Entry], names: Mapping[str, str]) -> list[list[str]]:
    """Return the headings and a row for each entry; what no cell can hold goes on in more columns of that name."""
    rows = [[_pieces(name, getattr(entry, name)) for name in FIELDS] for entry in entries]
    widths = [max((len(row[place]) for row in rows), default=1) for place in range(len(FIELDS))]
    heads = [
        names[name] + (f" {number}" if number > 1 else "")
        for name, width in zip(FIELDS, widths, strict=True)
        for number in range(1, width + 1)
    ]
    return [heads] + [
        [guarded(cell) for cells, width in zip(row, widths, strict=True) for cell in (cells + [""] * width)[:width]]
        for row in rows
    ]


def _pieces(name: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return ["u" if value else "je"]
    if not isinstance(value, tuple):
        return [value.isoformat() if isinstance(value, date) else clean(str(value or ""))]
    pieces = [""]
    for each in value:
        line = " ".join(clean(each).split()) + "\n"  # a line end behind each: a | within is no sign then
        if len(pieces[-1]) + len(line) > CELL:
            pieces.append("")
        pieces[-1] += line
    return pieces


def _csv(table: Sequence[Sequence[str]]) -> bytes:
    """Write as Dutch Excel opens it at a click: a mark for UTF-8, semicolons, everything in quotes."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _excel(table: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, NamedStyle
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "Antwoorden"
    text_style = NamedStyle("text", alignment=Alignment(wrap_text=True, vertical="top"))
    book.add_named_style(text_style)
    for number, row in enumerate(table, start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place)
            cell.value, cell.data_type = text, "s"  # a text, also when it looks like an error or a number
            cell.style = "text"
            if number == 1:
                cell.font = Font(bold=True)
    for place, name in enumerate(FIELDS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, 16)
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


_NO_TEXTS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # to some reader of YAML

# --- texts -------------------------------------------------------------------------------------------------------


def _yaml(entries: Sequence[Entry]) -> str:
    """Write what ``knowledge.faq.read`` reads; parts that are as they always are stay away."""
    lines = ["entries:"]
    for entry in entries:
        plain = entry.key[0].isalpha() and entry.key not in _NO_TEXTS
        lines.append(f"  {entry.key}:" if plain else f'  "{entry.key}":')
        for name in FIELDS[1:]:
            value = getattr(entry, name)
            if name not in _ALWAYS or value != _ALWAYS[name]:
                lines += _part(name, value)
    return "\n".join(lines) + "\n"


_ALWAYS: Mapping[str, object] = {
    name: getattr(Entry(key="", question="", answer=""), name) for name in FIELDS if name not in ("question", "answer")
}


def _part(name: str, value: object) -> list[str]:
    if isinstance(value, tuple):
        return [f"    {name}:", *(f"      - {_quoted(each)}" for each in value)]
    if isinstance(value, bool):
        return [f"    {name}: {'true' if value else 'false'}"]
    if isinstance(value, date):
        return [f"    {name}: '{value.isoformat()}'"]
    text = str(value)
    if "\n" in text and _as_it_stands(text):
        return [f"    {name}: |-", *(f"      {line}" if line else "" for line in text.split("\n"))]
    return [f"    {name}: {_quoted(text)}"]


def _as_it_stands(text: str) -> bool:
    lines = text.split("\n")
    return all(line == line.rstrip() and (line.isprintable()) for line in lines) and not (
        lines[0][:1] in ("", " ") or not lines[-1]
    )


def _quoted(text: str) -> str:
    """Return a text between double quotes, as JSON and YAML both read it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def _page(entries: Sequence[Entry]) -> str:
    """Write a web page that marks its questions for search engines (schema.org FAQPage, as microdata)."""
    lines = [
        "<!doctype html>",
        '<html lang="nl"><head><meta charset="utf-8"><title>Veelgestelde vragen</title></head>',
        '<body itemscope itemtype="https://schema.org/FAQPage">',
    ]
    for entry in entries:
        link = f'<link itemprop="url" href="{escape(entry.source)}">' if entry.source else ""
        paragraphs = "".join(
            f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in entry.answer.split("\n\n")
        )
        lines.append(
            f'<section itemscope itemprop="mainEntity" itemtype="https://schema.org/Question">{link}'
            f'<h2 itemprop="name">{escape(entry.question)}</h2>'
            f'<div itemscope itemprop="acceptedAnswer" itemtype="https://schema.org/Answer">'
            f'<div itemprop="text">{paragraphs}</div></div></section>'
        )
    return "\n".join([*lines, "</body></html>", ""])
