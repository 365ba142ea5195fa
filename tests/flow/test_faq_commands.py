"""`balie faq import`, `export`, `imports` and `undo`, over a real database, as an administrator types them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import main

RULES = Path(__file__).parents[2] / "routing_rules.yaml"
FILE = "Vraag;Antwoord;Afdeling\nHoe vraag ik een paspoort aan?;Maak een afspraak.;\nHoe laat open?;Om negen uur.;\n"

Balie = Callable[..., Result]


@pytest.fixture
def balie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Balie:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BALIE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BALIE_RULES", str(RULES))
    (tmp_path / "data").mkdir()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["faq", *arguments])

    return run


def put(text: str, name: str = "antwoorden.csv") -> str:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def exported(balie: Balie) -> dict[str, str]:
    assert balie("export", "uit.csv").exit_code == 0
    with open("uit.csv", encoding="utf-8-sig", newline="") as file:
        return {row["Vraag"]: row["Antwoord"] for row in csv.DictReader(file, delimiter=";")}


def test_a_file_is_taken_over_and_every_new_row_is_told(balie: Balie) -> None:
    result = balie("import", put(FILE))
    assert result.exit_code == 0, result.output
    assert "Rij 2, nieuw: Hoe vraag ik een paspoort aan?" in result.output
    assert "2 nieuw" in result.output
    assert exported(balie)["Hoe laat open?"] == "Om negen uur."


def test_a_try_changes_nothing(balie: Balie) -> None:
    result = balie("import", put(FILE), "--dry-run")
    assert "Er is niets veranderd: dit was een proef." in result.output
    assert exported(balie) == {}


def test_the_same_file_again_changes_nothing(balie: Balie) -> None:
    balie("import", put(FILE))
    assert "Alles uit dit bestand staat al in Balie." in balie("import", put(FILE)).output


def test_a_changed_row_names_what_differs(balie: Balie) -> None:
    balie("import", put(FILE))
    result = balie("import", put(FILE.replace("negen", "tien")))
    assert "Rij 3, gewijzigd: Hoe laat open? (Antwoord)" in result.output
    assert exported(balie)["Hoe laat open?"] == "Om tien uur."


def test_with_a_row_that_is_not_right_nothing_is_taken_over(balie: Balie) -> None:
    result = balie("import", put(FILE + "Alleen een vraag;;\n"))
    assert result.exit_code == 1
    assert "Rij 4: Antwoord is leeg." in result.output
    assert "Er is niets overgenomen." in result.output
    assert exported(balie) == {}


def test_rows_that_are_not_right_can_be_passed_over(balie: Balie) -> None:
    result = balie("import", put(FILE + "Alleen een vraag;;\n"), "--skip-broken")
    assert result.exit_code == 0
    assert len(exported(balie)) == 2


def test_columns_can_be_named_by_hand(balie: Balie) -> None:
    put("Wat wil men?;Wat zeggen wij?\nWaar?;Hier\n")
    assert "Geen kolom is gekozen voor: Vraag" in balie("import", "antwoorden.csv").output
    chosen = ("--column", "question=Wat wil men?", "--column", "answer=Wat zeggen wij?")
    assert balie("import", "antwoorden.csv", *chosen).exit_code == 0
    assert exported(balie) == {"Waar?": "Hier"}
    assert "Kolommen: Wat wil men?" in balie("import", "antwoorden.csv", "--column", "question=Vraag").output


PAGE = """<div itemscope itemtype="https://schema.org/Question"><h2 itemprop="name">{}</h2>
<div itemscope itemprop="acceptedAnswer" itemtype="https://schema.org/Answer"><p itemprop="text">{}</p></div></div>"""


def test_a_folder_of_pages_is_taken_over_and_rows_are_known_by_their_page(balie: Balie) -> None:
    put(PAGE.format("Wat kost een paspoort?", "80 euro."), "site/paspoort.html")
    put(PAGE.format("Wat kost een paspoort?", "90 euro."), "site/prijzen.html")
    put("<p>Geen vragen</p>", "site/contact.html")
    result = balie("import", "site", "--skip-broken")
    assert "Rij paspoort.html 1, nieuw: Wat kost een paspoort?" in result.output
    assert "Rij prijzen.html 1: Dit is dezelfde vraag" in result.output
    assert "Rij contact.html 1: Op deze pagina staan geen vragen" in result.output
    assert exported(balie) == {"Wat kost een paspoort?": "80 euro."}


def test_an_import_is_listed_and_undone(balie: Balie) -> None:
    balie("import", put(FILE))
    balie("import", put(FILE.replace("negen", "tien")))
    assert "Import 2" in balie("imports").output
    assert "Import 2 is teruggedraaid. Aantal antwoorden: 1" in balie("undo").output
    assert exported(balie)["Hoe laat open?"] == "Om negen uur."
    assert "teruggedraaid" in balie("imports").output
    assert balie("import", put(FILE.replace("negen", "tien"))).exit_code == 0
    assert exported(balie)["Hoe laat open?"] == "Om tien uur."


def test_what_went_out_comes_in_unchanged(balie: Balie) -> None:
    balie("import", put(FILE))
    for name in ("uit.xlsx", "uit.csv", "uit.json", "uit.yaml", "uit.html"):
        assert balie("export", name).exit_code == 0
        assert "2 hetzelfde" in balie("import", name, "--dry-run").output


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"%PDF"])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(balie: Balie, content: bytes) -> None:
    Path("iets.csv").write_bytes(content)
    result = balie("import", "iets.csv")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "bestand" in result.output


def test_a_department_may_be_called_by_its_name(balie: Balie) -> None:
    balie("import", put("Vraag;Antwoord;Afdeling\nKliko?;Geef het door.;AFVAL\n"))
    balie("export", "uit.json")
    assert '"department": "afval"' in Path("uit.json").read_text(encoding="utf-8")
