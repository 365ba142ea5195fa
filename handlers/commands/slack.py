"""``balie manifest slack``, and the part of ``balie check --live`` that looks at Slack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from handlers.commands.telling import tell, wording

if TYPE_CHECKING:
    from handlers.way_out import WayOut
    from knowledge.rulebook.values import Rulebook


@click.command()
@click.argument("platform", type=click.Choice(["slack"]))
@click.option("--address", default="", metavar="URL", help="Voor ondertekend HTTP: het adres van Balie (https://...).")
def manifest(platform: str, address: str) -> None:
    """Geef de beschrijving van de app, om te plakken bij api.slack.com/apps."""
    from handlers.desks.slack.manifest import manifest as described

    click.echo(json.dumps(described(wording(), address=address.rstrip("/")), ensure_ascii=False, indent=2))


async def live(rulebook: Rulebook, tokens: Mapping[str, str], *, base_url: str = "", out: WayOut | None = None) -> bool:
    """Tell what is right and wrong in every Slack workspace of the rules; True when all is right.

    ``tokens``: the settings that begin with BALIE_SLACK_, without that beginning.
    """
    from handlers.desks.slack.calls import SLACK, Calls
    from handlers.desks.slack.checking import check, workspaces
    from handlers.desks.slack.desk import keys_of
    from handlers.way_out import DIRECT

    fine = True
    for workspace in workspaces(rulebook):
        calls = Calls(keys_of(tokens, workspace).bot_token, base_url=base_url or SLACK, out=out or DIRECT)
        try:
            async for found in check(calls, rulebook, workspace=workspace, wording=wording(rulebook.town.language)):
                tell(found.sentence)
                fine = fine and found.ok
        finally:
            await calls.aclose()
    return fine


COMMANDS: tuple[click.Command, ...] = (manifest,)
