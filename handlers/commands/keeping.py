"""``balie backup | restore | verify``: keeping what was done."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path

import click

from handlers.commands.telling import tell, told
from knowledge.sentence import say

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", metavar="[BESTAND]", type=FILE, required=False)
def backup(target: Path | None) -> None:
    """Maak een kopie van de database, ook als Balie draait."""
    from rich.progress import Progress

    from bot import settings
    from bot.store import backup as copies

    with told(), Progress(transient=True) as progress:
        found = settings.read(os.environ)
        target = target or found.data / f"balie-{datetime.now():%Y%m%d-%H%M%S}.db"  # noqa: DTZ005, a name for people
        task = progress.add_task("")

        def show(done: int, whole: int) -> None:
            progress.update(task, total=whole, completed=done)

        if found.database_url:
            from bot.store import backup_shared as shared

            shared.backup(found.database_url, target, progress=show)
        else:
            copies.backup(found.database, target, progress=lambda left, whole: show(whole - left, whole))
    tell(say("The backup stands in %(path)s.", path=str(target)))


@click.command()
@click.argument("source", metavar="BESTAND", type=FILE)
def restore(source: Path) -> None:
    """Zet een kopie terug. Stop Balie eerst."""
    from bot import settings
    from bot.clock import real_now
    from bot.store import backup as copies

    with told():
        found = settings.read(os.environ)
        if found.database_url:
            from bot.store import backup_shared as shared

            count = shared.restore(source, found.database_url, now=real_now(), real_now=real_now())
            there = say("The backup is back. What was there before is kept in the schema before_restore.")
        else:
            count = copies.restore(source, found.database, now=real_now(), real_now=real_now())
            there = say("The backup is back. The old database stands beside it, with the ending .before-restore.")
    tell(there)
    if count:
        tell(say("Balie first looks whether %(count)d replies were posted already; then it goes on.", count=count))


@click.command()
def verify() -> None:
    """Controleer of niemand iets aan het verslag heeft veranderd."""
    from bot import settings
    from bot.store import audit, open_store

    with told():
        found = settings.read(os.environ)
        store = open_store(found.database, url=found.database_url, server=False)
        faults, lines = asyncio.run(store.read(lambda c: (audit.faults(c), audit.count(c))))
        store.close()
    for fault in faults:
        tell(fault)
    if faults:
        raise click.exceptions.Exit(1)
    tell(say("The account of what was done is whole: %(count)d lines.", count=lines))


COMMANDS: tuple[click.Command, ...] = (backup, restore, verify)
