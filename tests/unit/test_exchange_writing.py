"""What goes out comes back as it was, and no spreadsheet runs anything of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from knowledge import faq
from knowledge.exchange import FIELDS, Kind, Unreadable, plan, read, rows, written
from knowledge.faq import Entry
from knowledge.text import clean

FULL = Entry(
    key="paspoort",
    question="Hoe vraag ik een paspoort aan?",
    answer="Maak een afspraak.\n\nNeem mee:\n- een foto; niet ouder dan 6 maanden\n- uw oude 'paspoort' \"mee\" 😀",
    variants=("nieuw paspoort", "pas verlopen | wat nu", "=paspoort"),
    short="Maak een afspraak.",
    department="Burgerzaken",
    topic="reisdocumenten",
    product="paspoort",
    source="https://veldwijk.example/paspoort",
    owner="Jan de Koning",
    valid_until=date(2027, 12, 31),
    review_by=date(2027, 1, 15),
    language="nl",
    formal=False,
)
PLAIN = Entry(key="open", question="Hoe laat gaat u open?", answer="no")
NAMES = ["a.csv", "a.xlsx", "a.json", "a.yaml", "a.html"]
HEADINGS = {"question": "Vraag", "answer": "Antwoord", "variants": "Andere vragen", "formal": "Aanspreekvorm"}

FORMULAS = ["=1+1", "+31 6", "-5", "@SUM(A1)", " =1", "\ufeff=1", "＝1", "'=1", "''-1", "\t=cmd|' /C calc'!A0", "%0A-3"]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_written_is_read_back_unchanged(name: str) -> None:
    again = rows(read(written([FULL, PLAIN], name, HEADINGS), name))
    found = plan(again, current={"paspoort": FULL, "open": PLAIN}, base={})
    assert [change.kind for change in found.changes] == [Kind.UNCHANGED, Kind.UNCHANGED]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json", "a.yaml"])
def test_every_part_of_an_entry_comes_back(name: str) -> None:
    again = rows(read(written([FULL, PLAIN], name, HEADINGS), name))
    assert [row.entry for row in again] == [FULL, PLAIN]
    assert again[0].fields == set(FIELDS)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    content = written([replace(PLAIN, answer=text, owner=text)], "a.csv").decode("utf-8-sig")
    assert content.count('"') == 2 * 2 * len(FIELDS)
    for row in csv.reader(io.StringIO(content), delimiter=";"):
        assert not any(
            cell.lstrip(" \t\ufeff\u200b").startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row
        )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_excel_file_is_a_formula(text: str) -> None:
    content = written([replace(PLAIN, answer=text)], "a.xlsx")
    sheet = load_workbook(io.BytesIO(content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).lstrip().startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_comes_back_as_it_was(name: str, text: str) -> None:
    text = clean(text).strip()
    entry = replace(PLAIN, answer=text)
    assert [row.entry for row in rows(read(written([entry], name), name))] == [entry]


def test_the_yaml_file_is_one_that_balie_reads_itself() -> None:
    assert faq.read(written([FULL, PLAIN], "a.yaml").decode()) == (FULL, PLAIN)


@pytest.mark.parametrize("key", ["no", "yes", "on", "null", "17", "0x1f", "1e5", "y"])
def test_an_id_that_yaml_takes_for_something_else_comes_back(key: str) -> None:
    entry = replace(PLAIN, key=key)
    assert [row.entry for row in rows(read(written([entry], "a.yaml"), "a.yaml"))] == [entry]


def test_the_page_holds_no_script_and_no_markup_of_the_answers() -> None:
    hostile = replace(PLAIN, question='<b>"Waar"?</b>', answer="<script>alert(1)</script>")
    page = written([hostile], "a.html").decode()
    assert "<script" not in page
    assert "<b>" not in page


def test_more_questions_than_a_cell_holds_go_on_in_the_next_column() -> None:
    many = replace(PLAIN, variants=tuple(f"{number} {'x' * 290}" for number in range(190)))
    assert [row.entry for row in rows(read(written([many, FULL], "a.xlsx"), "a.xlsx"))] == [many, FULL]


def test_a_format_that_does_not_exist_is_told() -> None:
    with pytest.raises(Unreadable, match=r"\.xlsx, \.csv, \.json, \.yaml, \.html"):
        written([PLAIN], "a.docx")


def test_nothing_is_still_a_file_with_headings() -> None:
    assert written([], "a.csv", HEADINGS).decode("utf-8-sig").startswith('"key";"Vraag";"Antwoord"')


signs = st.characters(exclude_categories=["Cs"], exclude_characters="<&")
texts = st.text(signs, max_size=60).map(lambda text: clean(text).strip())
lines = texts.map(lambda text: " ".join(text.split()))
questions = lines.map(lambda text: f"Vraag {text}".strip())
entries = st.builds(
    Entry,
    key=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,79}", fullmatch=True),
    question=questions,
    answer=texts.map(lambda text: f"{text}.".strip()),
    variants=st.lists(lines.filter(bool), max_size=4, unique=True).map(tuple),
    short=texts,
    department=lines,
    owner=lines,
    source=st.sampled_from(["", "https://veldwijk.example/a?b=c&d=é"]),
    valid_until=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    language=st.sampled_from(["nl", "fy"]),
    formal=st.booleans(),
)


@settings(deadline=None, max_examples=150)
@given(entries, st.sampled_from(NAMES))
def test_whatever_an_answer_holds_the_way_out_and_back_changes_nothing(entry: Entry, name: str) -> None:
    (row,) = rows(read(written([entry], name), name))
    (change,) = plan([row], current={entry.key: entry}, base={}).changes
    assert (change.kind, change.fields) == (Kind.UNCHANGED, ())
