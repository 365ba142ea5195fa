"""A table with far too many columns is read as soon as any other."""

from __future__ import annotations

import time

import pytest

from knowledge.exchange import read
from knowledge.exchange.values import MAX_COLUMNS

WIDE = 700_000  # columns; reading every heading took six seconds


@pytest.mark.parametrize("above", ["", "Onze antwoorden\n"], ids=["headings first", "a title above"])
def test_a_million_columns_keep_nobody_waiting(above: str) -> None:
    headings = ";".join(["vraag", "antwoord", *(f"k{number}" for number in range(WIDE))])
    cells = ";".join(["Hoe laat?", "Om negen uur.", *("x" for _ in range(WIDE))])
    begun = time.process_time()
    sheet = read(f"{above}{headings}\n{cells}\n".encode(), "breed.csv")
    assert time.process_time() - begun < 2
    assert len(sheet.columns) == MAX_COLUMNS
    assert sheet.lines[0].cells[:2] == ("Hoe laat?", "Om negen uur.")


def test_a_cell_too_many_is_told_however_many_there_are() -> None:
    sheet = read(b"vraag;antwoord\nHoe laat?;Om negen uur;en om tien uur" + b";x" * 1000 + b"\n", "breed.csv")
    assert "more cells than there are headings" in str(sheet.lines[0].complaints[0])
