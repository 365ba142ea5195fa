"""``balie faq``: the knowledge base on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from knowledge.faq import Entry
from knowledge.suggest import build
from knowledge.suggest.meaning import Model, installed

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_RANKED = 10


@click.group()
def faq() -> None:
    """Standaardantwoorden: zoeken en beproeven."""


@faq.command()
@click.option("--kb", required=True, type=READABLE, help="Antwoorden, één JSON-object per regel.")
@click.option("--queries", required=True, type=READABLE, help="Berichten, één per regel.")
@click.option("--learn", type=READABLE, help="Bevestigde formuleringen: JSON met text en gold per regel.")
@click.option("--semantic/--lexical", default=False, help="Ook op betekenis (extra 'semantic'), of alleen op woorden.")
def rank(kb: Path, queries: Path, learn: Path | None, semantic: bool) -> None:
    """Schrijf per bericht de best passende antwoorden, met hun zekerheid en de tijd in milliseconden."""
    if semantic and not installed():
        raise click.ClickException("De extra 'semantic' is niet geïnstalleerd: pip install 'balie[semantic]'")
    confirmed: dict[str, list[str]] = {}
    for row in _rows(learn) if learn else ():
        if row.get("gold"):
            confirmed.setdefault(row["gold"], []).append(row["text"])
    entries = [_entry(row) for row in _rows(kb)]
    ranker = build(entries, confirmed=confirmed, model=Model() if semantic else None)
    for text in queries.read_text(encoding="utf-8").splitlines():
        started = perf_counter()
        found = ranker.rank(text, limit=MOST_RANKED)
        took = 1000 * (perf_counter() - started)
        ranked = [[scored.entry.key, round(scored.score, 4)] for scored in found]
        click.echo(json.dumps({"ranked": ranked, "ms": round(took, 3)}))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                yield dict(json.loads(line))
            except ValueError as error:
                raise click.ClickException(f"{path.name}, regel {number}: dit is geen JSON-object.") from error


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        key=row["id"],
        question=row["question"],
        variants=tuple(row.get("variants", ())),
        answer=row.get("answer", ""),
        department=row.get("department", ""),
        language=row.get("lang", "nl"),
    )


COMMANDS: tuple[click.Command, ...] = (faq,)

if __name__ == "__main__":
    faq()
