"""``balie faq import | export | imports | undo``: answers in and out of files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.telling import fail, tell, told, wording
from knowledge.exchange import (
    ENDINGS,
    FIELDS,
    MAX_BYTES,
    Kind,
    Plan,
    Row,
    Sheet,
    Unreadable,
    guess,
    read,
    written,
)
from knowledge.sentence import Sentence, say

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.answers import Answers
    from bot.rules import Rules

PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    answers: Answers
    rules: Rules


@contextmanager
def _base() -> Iterator[_Base]:
    """Open the answers of the town, beside a Balie that runs."""
    from bot import settings
    from bot.answers import Answers
    from bot.clock import SystemClock
    from bot.store import open_store
    from handlers.loading import load

    with told():
        found = settings.read(os.environ)
        rules = load(found.rules, clock=SystemClock())
        store = open_store(found.database, url=found.database_url, server=False)
    try:
        with told():
            yield _Base(answers=Answers(store, rules, SystemClock()), rules=rules)
    finally:
        store.close()


@click.command("import")
@click.argument("path", metavar="BESTAND", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Laat alleen zien wat er zou veranderen.")
@click.option("--column", "chosen", multiple=True, metavar="VELD=KOLOM", help="Bijvoorbeeld question=Vraag.")
@click.option("--skip-broken", is_flag=True, help="Neem de rijen die goed zijn toch over.")
@click.option("--file-wins", is_flag=True, help="Is een antwoord hier ook gewijzigd? Neem dan het bestand.")
def import_(path: Path, dry_run: bool, chosen: tuple[str, ...], skip_broken: bool, file_wins: bool) -> None:
    """Neem antwoorden over uit een bestand, of uit een map met bewaarde webpagina's."""
    from rich.console import Console
    from rich.progress import Progress

    with _base() as base:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            rows, places = _rows(path, base=base, chosen=chosen, progress=progress)
            plan = asyncio.run(_plan(base, rows, path))
        _report(plan, places)
        if plan.counts()[Kind.BROKEN] and not (skip_broken or dry_run):
            fail(say("Nothing was imported. Mend the rows that are not right, or use --skip-broken."))
        if dry_run:
            tell(say("Nothing was changed: this was a try."))
            return
        conflicts = [change.key for change in plan.changes if change.kind is Kind.CONFLICT] if file_wins else []
        asyncio.run(_take_over(base, plan, path, conflicts))


def _rows(path: Path, *, base: _Base, chosen: Sequence[str], progress: Progress) -> tuple[list[Row], dict[int, str]]:
    """Return the rows of a file, or of all pages in a folder, and how people know each of them."""
    from handlers.exchange import rows_of

    files = sorted(each for each in path.rglob("*") if each.suffix.lower() in PAGES) if path.is_dir() else [path]
    if not files:
        fail(say("There is no saved web page (.html) in %(path)s.", path=str(path)))
    task = progress.add_task("", total=len(files))
    found: list[Row] = []
    places: dict[int, str] = {}
    for file in files:
        try:
            sheet = _sheet(file)
            rows = rows_of(sheet, _columns(sheet, chosen), base.rules.rulebook)
        except Unreadable as reason:
            if len(files) == 1:
                fail(*reason.sentences)
            rows = (Row(number=1, complaints=reason.sentences),)
        for row in rows:
            number = len(found) + 1 if len(files) > 1 else row.number
            found.append(replace(row, number=number))
            places[number] = f"{file.relative_to(path)} {row.number}" if len(files) > 1 else str(row.number)
        progress.advance(task)
    return found, places


def _sheet(file: Path) -> Sheet:
    if file.suffix.lower() not in ENDINGS:
        raise Unreadable(say("Choose a file that ends in: %(endings)s.", endings=", ".join(ENDINGS)))
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError:
        raise Unreadable(say("Balie cannot read %(path)s.", path=str(file))) from None
    return read(content, file.name)


def _columns(sheet: Sheet, chosen: Sequence[str]) -> dict[str, str]:
    """Return column -> field: what was chosen by hand, for the others what their headings say."""
    by_hand: dict[str, str] = {}
    for each in chosen:
        field, _, column = each.partition("=")
        if field not in FIELDS or column not in sheet.columns:
            fail(
                say("'%(written)s' is no choice of a column.", written=each),
                say("Fields: %(fields)s", fields=FIELDS),
                say("Columns: %(columns)s", columns=sheet.columns),
            )
        by_hand[column] = field
    guessed = {column: field for column, field in guess(sheet.columns).items() if field not in by_hand.values()}
    return guessed | by_hand


async def _plan(base: _Base, rows: Sequence[Row], path: Path) -> Plan:
    from bot.answers import SHELL
    from handlers.exchange import source_of

    found = await base.answers.plan(rows, source=source_of(path.name), by=SHELL)
    return found if isinstance(found, Plan) else fail(found.sentence)


def _report(plan: Plan, places: dict[int, str]) -> None:
    from handlers.exchange import KINDS
    from handlers.exchange import told as rows_told

    for sentence in rows_told(plan.changes, places):
        tell(sentence)
    counts = plan.counts()
    parts: list[Sentence] = [
        say("%(count)d %(kind)s", count=counts[kind], kind=KINDS[kind]) for kind in Kind if counts[kind]
    ]
    click.echo(wording().line(parts))


async def _take_over(base: _Base, plan: Plan, path: Path, conflicts: Sequence[str]) -> None:
    from bot.answers import SHELL
    from bot.model.answers import TakenOver
    from handlers.exchange import source_of

    taken = await base.answers.take_over(plan, source=source_of(path.name), name=path.name, by=SHELL, chosen=conflicts)
    if not isinstance(taken, TakenOver):
        fail(taken.sentence)
    if not taken.counts.get("written"):
        tell(say("Everything in this file stands in Balie already."))
        return
    tell(
        say(
            "%(count)d answers were taken over. Undo it with: balie faq undo %(number)s",
            count=taken.counts["written"],
            number=str(taken.import_id),
        )
    )


@click.command()
@click.argument("path", metavar="BESTAND", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(path: Path) -> None:
    """Schrijf alle antwoorden in een bestand: .xlsx, .csv, .json, .yaml of .html."""
    from bot.answers import SHELL
    from handlers.exchange import headings

    with _base() as base:
        kept = asyncio.run(base.answers.entries(by=SHELL))
        entries = [each.entry for each in kept if not each.retired]
        try:
            path.write_bytes(written(entries, path.name, headings(wording())))
        except Unreadable as reason:
            fail(*reason.sentences)
        except OSError:
            fail(say("Balie cannot write %(path)s.", path=str(path)))
    tell(say("%(count)d answers stand in %(path)s.", count=len(entries), path=str(path)))


@click.command()
def imports() -> None:
    """Laat zien wat er is overgenomen, het nieuwste eerst."""
    from bot.answers import SHELL

    with _base() as base:
        found = asyncio.run(base.answers.imports(by=SHELL))
    if not found:
        tell(say("Nothing was imported yet."))
    for each in found:
        parts: list[Sentence | str] = [
            say("Import %(number)s", number=str(each.id)),
            say("%(at)s, %(name)s", at=each.at, name=each.by.name),
            each.name,
            say("%(count)d answers written", count=each.counts.get("written", 0)),
        ]
        if each.undone_at:
            parts.append(say("undone, %(at)s", at=each.undone_at))
        click.echo(wording().line(parts))


@click.command()
@click.argument("number", metavar="[NUMMER]", type=int, required=False)
def undo(number: int | None) -> None:
    """Draai een import terug; zonder nummer de laatste."""
    from bot.answers import SHELL
    from bot.model.answers import Undone

    with _base() as base:
        found = asyncio.run(base.answers.imports(by=SHELL))
        number = number or next((each.id for each in found if not each.undone_at), None)
        if number is None:
            fail(say("Nothing was imported yet."))
        undone = asyncio.run(base.answers.undo_import(number, by=SHELL))
    if not isinstance(undone, Undone):
        fail(undone.sentence)
    tell(say("Import %(number)s is undone: %(count)d answers.", number=str(number), count=undone.count))
    for entry in undone.left:
        tell(say("Left as it is, because somebody changed it since: %(question)s", question=entry.question))


COMMANDS: tuple[click.Command, ...] = (import_, export, imports, undo)
