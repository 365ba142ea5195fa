"""``balie invite``: one-time links to sign in at the embedded desk."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import click

from handlers.commands.telling import tell, told
from knowledge.sentence import say

HOURS = 24


@click.command()
@click.argument("user", metavar="NAAM")
@click.option("--revoke", is_flag=True, help="Beëindig alle links en sessies van deze collega.")
def invite(user: str, revoke: bool) -> None:
    """Maak een link waarmee een collega één keer kan inloggen."""
    from bot import settings
    from bot.clock import SystemClock, real_now
    from bot.errors import CannotStart
    from bot.invites import Invites
    from bot.store import open_store
    from handlers.loading import load

    with told():
        found = settings.read(os.environ)
        rulebook = load(found.rules, clock=SystemClock()).rulebook
        users = {i.user: member for member in rulebook.members.values() for i in member.identities if i.desk == "web"}
        if user not in users:
            known = ", ".join(sorted(users)) or "-"
            raise CannotStart(
                say("The rules have nobody with 'web: %(user)s'. Known are: %(known)s.", user=user, known=known)
            )
        store = open_store(found.database, url=found.database_url, server=False)
        try:
            if revoke:
                asyncio.run(Invites(store).revoke(user))
                tell(say("%(name)s is signed out everywhere.", name=users[user].name))
                return
            token = asyncio.run(Invites(store).create(user, until=real_now() + timedelta(hours=HOURS)))
        finally:
            store.close()
    tell(say("Give this link to %(name)s. It works once, for %(hours)d hours:", name=users[user].name, hours=HOURS))
    click.echo(f"{found.address}/aanmelden/{token}")


COMMANDS: tuple[click.Command, ...] = (invite,)
