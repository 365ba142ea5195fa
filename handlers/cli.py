"""The command line: a surface like the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# command -> where it is; nothing else is imported, so that `balie check` starts at once
COMMANDS = {
    "demo": "handlers.commands.running",
    "run": "handlers.commands.running",
    "backup": "handlers.commands.keeping",
    "restore": "handlers.commands.keeping",
    "verify": "handlers.commands.keeping",
    "migrate": "handlers.commands.moving",
    "invite": "handlers.commands.inviting",
    "erase": "handlers.commands.erasing",
    "check": "handlers.commands.rules",
    "route": "handlers.commands.rules",
    "replay": "handlers.commands.rules",
    "init": "handlers.commands.rules",
    "schema": "handlers.commands.rules",
    "faq": "handlers.commands.faq",
    "cards": "handlers.commands.cards",
    "manifest": "handlers.commands.slack",
}


class Lazy(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        commands: tuple[click.Command, ...] = import_module(COMMANDS[cmd_name]).COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.command(cls=Lazy)
@click.version_option(package_name="balie")
def main(**_: Any) -> None:
    """Webcare vanuit de teamchat."""


if __name__ == "__main__":
    main()
