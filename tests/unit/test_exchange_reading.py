"""Files with answers, as towns really have them, and as they should not be."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.exchange import Row, Unreadable, guess, read, rows
from knowledge.faq import Entry

HEAD = "Vraag;Antwoord;Afdeling"
LINES = f"{HEAD}\r\nHoe vraag ik een paspoort aan?;Maak een afspraak: één week wachten.;Burgerzaken\r\n"


def taken(content: bytes | str, name: str = "antwoorden.csv", columns: dict[str, str] | None = None) -> tuple[Row, ...]:
    return rows(read(content.encode() if isinstance(content, str) else content, name), columns)


def entries(content: bytes | str, name: str = "antwoorden.csv") -> list[Entry]:
    found = taken(content, name)
    assert [row.complaints for row in found if row.complaints] == []
    return [row.entry for row in found if row.entry]


def complaints(content: bytes | str, name: str = "antwoorden.csv") -> list[tuple[int, str]]:
    return [(row.number, str(sentence)) for row in taken(content, name) for sentence in row.complaints]


def book(*table: list[object], title: str = "Blad1", **others: list[list[object]]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for line in table:
        sheet.append(line)
    for name, lines in others.items():
        other = workbook.create_sheet(name)
        for line in lines:
            other.append(line)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


# --- CSV ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    assert entries(LINES.encode(encoding))[0].answer == "Maak een afspraak: één week wachten."


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_sign_between_the_cells_is_found_out(sign: str) -> None:
    (entry,) = entries(LINES.replace(";", sign))
    assert (entry.question, entry.department) == ("Hoe vraag ik een paspoort aan?", "Burgerzaken")


def test_excel_may_say_which_sign_it_uses() -> None:
    assert complaints("sep=,\r\nvraag,antwoord\r\nWaar?,Hier; of daar\r\n") == []
    assert taken("sep=,\r\nvraag,antwoord\r\nWaar?,Hier\r\n")[0].number == 3


def test_commas_in_texts_do_not_count_when_the_headings_have_semicolons() -> None:
    text = "Vraag;Antwoord\r\nWaar, wanneer, hoe, en bij wie?;Hier, nu, zo, en bij ons, graag, dank\r\n"
    assert entries(text)[0].answer == "Hier, nu, zo, en bij ons, graag, dank"


def test_a_text_may_go_over_several_lines_and_hold_quotes() -> None:
    text = 'Vraag;Antwoord\n"Waar?";"Regel een.\nRegel ""twee""; klaar."\n"Hoe?";Zo\n'
    assert [entry.answer for entry in entries(text)] == ['Regel een.\nRegel "twee"; klaar.', "Zo"]


def test_a_title_above_the_headings_is_passed_over() -> None:
    assert entries(f"Antwoorden van de gemeente\r\n\r\n{LINES}")[0].department == "Burgerzaken"


def test_empty_rows_count_for_the_number_but_are_no_rows() -> None:
    found = taken("Vraag;Antwoord\r\n\r\n;;\r\nWaar?;Hier\r\n")
    assert [(row.number, row.entry is not None) for row in found] == [(4, True)]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ('"Waar?;Hier', "quotation marks"),
        ('"Waar" is het?;Hier', "quotation marks"),
        ("Waar?;Hier;;te veel", "more cells"),
        ("Waar?", "Answer text is empty"),
        (";Hier", "Question is empty"),
        ("?!;Hier", "no words"),
        ("Waar?;=HYPERLINK(1)", "formula"),
        ("Waar?;" + "x" * 10_001, "too long"),
        ("x" * 301 + "?;Hier", "too long"),
        ("Waar?;" + "x" * 1_000_000, "too long"),
    ],
    ids=lambda value: value[:20],
)
def test_one_broken_row_is_named_and_the_others_are_read(broken: str, words: str) -> None:
    text = f"Vraag;Antwoord\r\nEerst?;Een\r\n{broken}\r\nDaarna?;Twee\r\n"
    found = taken(text)
    assert [row.entry.question for row in found if row.entry] == ["Eerst?", "Daarna?"]
    (wrong,) = [row for row in found if row.complaints]
    assert wrong.number == 3
    assert words in str(wrong.complaints[0])


def test_many_broken_rows_are_a_broken_file() -> None:
    with pytest.raises(Unreadable, match="More than 100 rows"):
        taken("Vraag;Antwoord\n" + 'a"b;"c\n' * 300)


@pytest.mark.timeout(60)
def test_ten_megabytes_in_one_cell_are_told_soon() -> None:
    text = "Vraag;Antwoord;Andere vragen\nWaar?;" + "\u202eblij " * 1_000_000 + ";\nHoe?;Zo;" + "ja" * 500_000
    assert [number for number, _ in complaints(text)] == [2, 3]


# --- Excel -------------------------------------------------------------------------------------------------------


def test_an_excel_file_is_read_with_its_days_numbers_and_booleans() -> None:
    content = book(
        ["Nr", "Vraag", "Antwoord", "Geldig t/m", "Controleren vóór", "Formeel"],
        [17, "Waar?", "Hier", date(2027, 3, 1), "01-04-2027", False],
    )
    (entry,) = entries(content, "antwoorden.xlsx")
    assert entry.valid_until == date(2027, 3, 1)
    assert entry.review_by == date(2027, 4, 1)
    assert entry.formal is False
    assert entry.key == "17"


def test_the_first_worksheet_with_answers_is_read() -> None:
    content = book(Vragen=[["Vraag", "Antwoord"], ["Waar?", "Hier"]])
    assert entries(content, "a.xlsx")[0].answer == "Hier"


def test_an_excel_file_with_another_name_is_known_by_what_is_in_it() -> None:
    assert entries(book(["Vraag", "Antwoord"], ["Waar?", "Hier"]), "download")[0].answer == "Hier"


def test_a_formula_without_an_outcome_is_told_with_its_column() -> None:
    content = book(["Vraag", "Antwoord"], ["Waar?", "=A1&B1"], ["Hoe?", "Zo"])
    assert complaints(content, "a.xlsx") == [
        (2, "Column 'Antwoord' holds a formula. Type the text that must stand there.")
    ]


def test_a_far_corner_does_not_cost_a_sheet_of_memory() -> None:
    workbook = Workbook()
    workbook.active.append(["Vraag", "Antwoord"])
    workbook.active["XFD5000"] = "ver weg"
    content = io.BytesIO()
    workbook.save(content)
    with pytest.raises(Unreadable, match="no row"):
        taken(content.getvalue(), "a.xlsx")


def test_a_zip_bomb_is_not_unpacked() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    assert len(content.getvalue()) < 100_000
    with pytest.raises(Unreadable, match="too large once it is unpacked"):
        taken(content.getvalue(), "a.xlsx")


def rewritten(content: bytes, old: str, new: str) -> bytes:
    """Return a workbook whose worksheet says something else."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(changed, "w") as target:
        for part in package.infolist():
            text = package.read(part).decode()
            target.writestr(part.filename, text.replace(old, new) if "worksheets" in part.filename else text)
    return changed.getvalue()


def test_entities_in_an_excel_file_are_refused() -> None:
    content = rewritten(book(["Vraag", "Antwoord"], ["Waar?", "Hier"]), "Hier", "&b;")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '
    with pytest.raises(Unreadable, match="cannot read this Excel file"):
        taken(rewritten(content, "<worksheet ", bomb), "a.xlsx")


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    content = book(["Vraag", "Antwoord"], ["Waar?", "Hier"], ["Hoe?", "Zo"])
    assert len(entries(rewritten(content, 'ref="A1:B3"', 'ref="A1:B2"'), "a.xlsx")) == 2
    assert len(entries(rewritten(content, 'ref="A1:B3"', 'ref="A1:XFD1048576"'), "a.xlsx")) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\x00" * 40,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        book(["Vraag", "Antwoord"], ["Waar?", "Hier"])[:-200],
    ],
    ids=["no zip", "old Excel", "cut off"],
)
def test_a_damaged_or_old_excel_file_says_how_to_save_it(content: bytes) -> None:
    with pytest.raises(Unreadable, match="cannot read this Excel file"):
        taken(content, "a.xlsx")


# --- JSON and YAML -----------------------------------------------------------------------------------------------

OBJECT = {"id": "paspoort", "question": "Waar?", "answer": "Hier", "variants": ["In welk huis?"]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([OBJECT]),
        json.dumps({"faqs": [OBJECT]}),
        json.dumps({"paspoort": {key: OBJECT[key] for key in ("question", "answer", "variants")}}),
        json.dumps(OBJECT),
        json.dumps(OBJECT) + "\n\n" + json.dumps({**OBJECT, "id": "b", "question": "Hoe?"}) + "\n",
        json.dumps([{**OBJECT, "answer": {"@type": "Answer", "text": "Hier"}}]),
    ],
)
def test_json_is_read_in_the_shapes_that_people_have(text: str) -> None:
    entry = entries(text, "a.json")[0]
    assert (entry.key, entry.answer, entry.variants) == ("paspoort", "Hier", ("In welk huis?",))


def test_a_broken_line_of_json_is_named() -> None:
    text = json.dumps(OBJECT) + '\n{"question": \n[1]\n' + json.dumps({**OBJECT, "id": "b", "question": "Hoe?"})
    assert [row.number for row in taken(text, "a.jsonl") if row.complaints] == [2, 3]


def test_what_json_leaves_out_is_not_said_and_null_is_empty() -> None:
    first, second = taken(json.dumps([OBJECT | {"owner": None}, OBJECT | {"id": "b"}]), "a.json")
    assert "owner" in first.fields
    assert "owner" not in second.fields


YAML = """
entries:
  paspoort:
    question: Waar haal ik een paspoort?
    answer: Bij de balie.
  rijbewijs:
    question: Waar haal ik een rijbewijs?
    short: alleen dit
  reisdocument: zomaar een text
  paspoort:
    question: Nog een keer?
    answer: Nee.
"""


def test_a_yaml_file_names_each_broken_entry_with_its_line() -> None:
    found = taken(YAML, "faq.yaml")
    assert [(row.number, row.entry is not None) for row in found] == [(3, True), (6, False), (9, False), (10, False)]


def test_what_a_yaml_file_leaves_out_is_empty() -> None:
    assert "valid_until" in taken(YAML, "faq.yaml")[0].fields


# --- web pages ---------------------------------------------------------------------------------------------------

LINKED = """<html><head><link rel="canonical" href="https://veldwijk.example/paspoort"><script>alert(1)</script>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},
{"@type":["FAQPage"],"mainEntity":[{"@type":"Question","name":"Wat kost een paspoort?","acceptedAnswer":
{"@type":"Answer","text":"<p>Een paspoort kost <b>€ 80</b>.</p><script>alert(2)<\\/script><p>Kijk op
<a href='https://veldwijk.example/kosten'>de site</a>.</p>"}},{"@type":"Question","name":"Zonder antwoord"}]}]}</script>
<script type="application/ld+json">{broken</script></head><body>x</body></html>"""

MICRODATA = """<div itemscope itemtype="http://schema.org/FAQPage"><div itemscope itemprop="mainEntity"
itemtype="https://schema.org/Question"><h3 itemprop="name">Wat kost een <em>paspoort</em>?</h3>
<div itemscope itemprop="acceptedAnswer" itemtype="https://schema.org/Answer"><script>alert(1)</script>
<meta itemprop="author" content="x"><div itemprop="text">Een paspoort kost € 80.<ul><li>Neem een foto mee<li>En geld
</ul></div></div></div></div>"""


def test_the_questions_of_a_page_are_read_from_its_linked_data() -> None:
    (entry,) = entries(LINKED, "pagina.html")
    assert entry.question == "Wat kost een paspoort?"
    assert entry.answer == "Een paspoort kost € 80.\n\nKijk op de site (https://veldwijk.example/kosten)."
    assert entry.source == "https://veldwijk.example/paspoort"


def test_the_questions_of_a_page_are_read_from_its_microdata() -> None:
    (entry,) = entries(MICRODATA, "pagina.htm")
    assert entry.question == "Wat kost een paspoort?"
    assert entry.answer == "Een paspoort kost € 80.\n\n- Neem een foto mee\n- En geld"


def test_a_page_without_marked_questions_says_so() -> None:
    with pytest.raises(Unreadable, match="no questions"):
        taken("<html><body><h1>Vraag?</h1><p>Antwoord</p></body></html>", "pagina.html")


def test_a_page_says_nothing_about_an_owner() -> None:
    assert taken(MICRODATA, "pagina.html")[0].fields == {"question", "answer"}


def test_html_in_a_cell_becomes_plain_text_and_no_script_survives() -> None:
    (entry,) = entries('vraag;antwoord\nWaar?;"<p onclick=""x()"">Hier<script>alert(1)</script><br>of daar</p>"\n')
    assert entry.answer == "Hier\nof daar"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "page", ["<div>" * 60_000, "<section>" * 60_000, "<x-y>" * 60_000], ids=["div", "section", "x"]
)
def test_a_page_that_would_keep_a_program_busy_is_refused(page: str) -> None:
    with pytest.raises(Unreadable):
        taken(page, "pagina.html")


# --- what is in the cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("Geldig tot", "31-12-2026", "valid_until", date(2026, 12, 31)),
        ("Geldig tot", "2026-12-31 00:00:00", "valid_until", date(2026, 12, 31)),
        ("Reviewdatum", "1/2/2027", "review_by", date(2027, 2, 1)),
        ("Taal", "Engels", "language", "en"),
        ("Taal", "nl-NL", "language", "nl"),
        ("Aanspreekvorm", "je", "formal", False),
        ("Andere vragen", "Een? | Twee?", "variants", ("Een?", "Twee?")),
        ("Andere vragen", "Hebt {u|je} een? | Twee?", "variants", ("Hebt {u|je} een?", "Twee?")),
        ("ID", "VRG 12", "key", "vrg-12"),
        ("ID", "afval-2", "key", "afval-2"),
        ("Link", "https://veldwijk.example/x", "source", "https://veldwijk.example/x"),
    ],
)
def test_cells_are_read_as_people_write_them(column: str, cell: str, field: str, value: object) -> None:
    (entry,) = entries(f'Vraag;Antwoord;{column}\nWaar?;Hier;"{cell}"\n')
    assert getattr(entry, field) == value


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Geldig tot", "eind mei", "is no date"),
        ("Geldig tot", "31-02-2027", "is no date"),
        ("Taal", "Klingon", "is no language"),
        ("Aanspreekvorm", "gij", "write u or je"),
        ("Link", "javascript:alert(1)", "is no link"),
        ("Link", "http://veldwijk.example", "is no link"),
        ("Link", "https://veldwijk.example/a b", "is no link"),
        ("Kort antwoord", "x" * 281, "281 characters, at most 280"),
        ("Andere vragen", "|".join(str(number) for number in range(201)), "201"),
    ],
)
def test_a_wrong_cell_is_told_in_words(column: str, cell: str, words: str) -> None:
    ((number, told),) = complaints(f'Vraag;Antwoord;{column}\nWaar?;Hier;"{cell}"\n')
    assert number == 2
    assert words in told


def test_other_alphabets_get_a_name_of_their_own() -> None:
    text = "Vraag;Antwoord\nكيف أحصل على جواز سفر؟;موعد\nКак получить паспорт?;Запись\nجواز;موعد\n"
    keys = [entry.key for entry in entries(text)]
    assert len(set(keys)) == 3
    assert all(key.startswith("vraag-") for key in keys)


def test_only_emoji_are_no_question() -> None:
    assert "no words" in complaints("Vraag;Antwoord\n😀😀;Hier\n")[0][1]


def test_hidden_signs_are_taken_out() -> None:
    (entry,) = entries("Vraag;Antwoord\nWa\u200bar?;\u202ereih\u202c\x7f Hier\n")
    assert (entry.question, entry.answer) == ("Waar?", "reih Hier")


def test_long_questions_that_begin_alike_get_different_names() -> None:
    begin = "Hoe vraag ik een vergunning aan voor het plaatsen van een "
    one, two = entries(f"Vraag;Antwoord\n{begin}schuur;Zo\n{begin}hek;Zo\n")
    assert one.key != two.key
    assert max(len(one.key), len(two.key)) <= 40


# --- columns -----------------------------------------------------------------------------------------------------


def test_columns_are_guessed_by_their_headings() -> None:
    found = guess(["ID", "VRAAG ", "Antwoord (lang)", "Andere vraag 1", "Andere vraag 2", "Afdeling", "Prijs", "Titel"])
    assert found == {
        "ID": "key",
        "VRAAG ": "question",
        "Antwoord (lang)": "answer",
        "Andere vraag 1": "variants",
        "Andere vraag 2": "variants",
        "Afdeling": "department",
    }


def test_a_heading_of_several_words_is_guessed_when_none_is_plainer() -> None:
    assert guess(["Vraag van de inwoner", "Ons antwoord"]) == {
        "Vraag van de inwoner": "question",
        "Ons antwoord": "answer",
    }
    assert guess(["Vraag van de inwoner", "Vraag"]) == {"Vraag": "question"}


def test_columns_with_unknown_headings_can_be_matched_by_hand() -> None:
    text = "Wat wil men weten;Wat zeggen wij\nWaar?;Hier\n"
    with pytest.raises(Unreadable, match="No column holds this: Question"):
        taken(text)
    (row,) = taken(text, columns={"Wat wil men weten": "question", "Wat zeggen wij": "answer"})
    assert row.entry
    assert row.entry.answer == "Hier"


def test_two_columns_with_the_same_heading_both_have_a_name() -> None:
    assert read(b"Vraag;Vraag;Antwoord\na;b;c\n", "a.csv").columns == ("Vraag", "Vraag 2", "Antwoord")


# --- nothing to read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b" \r\n ", "a.xlsx"),
        (b"Vraag;Antwoord\r\n", "a.csv"),
        (b"\xef\xbb\xbf", "a.csv"),
        (b"[]", "a.json"),
        (b"{}", "a.json"),
        (b"null", "a.json"),
        (b'"text"', "a.json"),
        (b"{", "a.jsonl"),
        (b"[" * 100_000, "a.json"),
        (b"entries: {}", "a.yaml"),
        (b"entries: [a", "a.yaml"),
        (b"- a", "a.yaml"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.csv"),
        (b"%PDF-1.7", "antwoorden.pdf"),
        (b"\xff\xfe\x00", "a.csv"),
        (b"vraag\n1", "a.csv"),
        (b"<html></html>", "a.html"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(content: bytes, name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        taken(content, name)
    assert refused.value.sentences


def test_a_file_that_is_too_large_is_refused_at_once() -> None:
    with pytest.raises(Unreadable, match="at most 10 MB"):
        read(b"x" * (10 * 1024 * 1024 + 1), "a.csv")


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.text(alphabet="Vraag;Antwoord,\"'\r\n\t=<>p/{}[]:|-", max_size=300).map(str.encode),
        st.binary(max_size=60).map(lambda tail: LINES.encode() + tail),
        st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail),
    ),
    st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.yaml", "a.html", "a.xlsx", "a"]),
)
def test_nothing_crashes_the_reader(content: bytes, name: str) -> None:
    with contextlib.suppress(Unreadable):
        assert all((row.entry is None) == bool(row.complaints) for row in taken(content, name))
