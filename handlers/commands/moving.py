"""``balie migrate``: from one database to another."""

from __future__ import annotations

import os

import click

from handlers.commands.telling import tell, told
from knowledge.sentence import say


@click.command()
@click.argument("road", metavar="sqlite-to-postgres", type=click.Choice(["sqlite-to-postgres"]))
def migrate(road: str) -> None:
    """Neem alles mee van SQLite naar PostgreSQL. Stop Balie eerst."""
    from rich.progress import Progress

    from bot import settings
    from bot.errors import CannotStart
    from bot.store.moving import move

    with told(), Progress(transient=True) as progress:
        found = settings.read(os.environ)
        if not found.database_url:
            raise CannotStart(say("Set BALIE_DATABASE to the PostgreSQL database where everything must go."))
        task = progress.add_task("")
        sizes = move(
            found.database,
            found.database_url,
            progress=lambda there, whole: progress.update(task, total=whole, completed=there),
        )
    tell(say("PostgreSQL holds all %(count)d rows, and the account is whole. Start Balie.", count=sum(sizes.values())))


COMMANDS: tuple[click.Command, ...] = (migrate,)
