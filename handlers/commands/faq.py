"""``balie faq``: the knowledge base on the command line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from handlers.commands import exchanging
from handlers.commands.telling import fail
from knowledge.faq import Entry
from knowledge.sentence import say
from knowledge.suggest import build
from knowledge.suggest.meaning import Model, installed

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_RANKED = 10


@click.group()
def faq() -> None:
    """Standaardantwoorden: uit een bestand halen, in een bestand zetten, en meten of ze gevonden worden."""


@faq.command()
@click.option("--kb", required=True, type=READABLE, help="Antwoorden: een JSON-object per regel.")
@click.option("--queries", required=True, type=READABLE, help="Berichten: een per regel.")
@click.option("--learn", type=READABLE, help="Bevestigde formuleringen: een JSON-object met text en gold per regel.")
@click.option("--semantic/--lexical", default=False, help="Zoek ook op betekenis (extra 'semantic'), of op woorden.")
def rank(kb: Path, queries: Path, learn: Path | None, semantic: bool) -> None:
    """Schrijf per bericht de antwoorden die het best passen, met de zekerheid en de tijd in milliseconden."""
    if semantic and not installed():
        fail(say("Searching by meaning needs an extra: pip install 'balie[semantic]'"))
    confirmed: dict[str, list[str]] = defaultdict(list)
    for row in _rows(learn, needed=("text", "gold")) if learn else ():
        confirmed[row["gold"]].append(row["text"])
    entries = [_entry(row) for row in _rows(kb, needed=("id", "question"))]
    ranker = build(entries, confirmed=confirmed, model=Model() if semantic else None)
    for text in queries.read_text(encoding="utf-8").split("\n")[:-1]:
        started = perf_counter()
        found = ranker.rank(text, limit=MOST_RANKED)
        took = 1000 * (perf_counter() - started)
        ranked = [[scored.entry.key, round(scored.score, 4)] for scored in found]
        click.echo(json.dumps({"ranked": ranked, "ms": round(took, 3)}))


def _rows(path: Path, *, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in needed):
            sentence = say(
                "%(name)s, line %(line)s: a JSON object with %(needed)s must stand here.",
                name=path.name,
                line=number,
                needed=", ".join(needed),
            )
            fail(sentence)
        yield row


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        key=row["id"],
        question=row["question"],
        variants=tuple(row.get("variants", ())),
        answer=row.get("answer", ""),
        department=row.get("department", ""),
        language=row.get("lang", "nl"),
    )


for command in exchanging.COMMANDS:
    faq.add_command(command)

COMMANDS: tuple[click.Command, ...] = (faq,)

if __name__ == "__main__":
    faq()
