"""``balie run | demo``: the program itself."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import webbrowser
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.commands.telling import tell, told
from knowledge.sentence import say

if TYPE_CHECKING:
    from bot.settings import Settings

SAMPLE_ANSWERS = "starter/veldwijk.yaml"
SAMPLE_RULES = "rulebook/samples/small_town.yaml"  # where no routing_rules.yaml is, as in the container image

listening = [
    click.option("--host", default=None, help="Adres om op te luisteren."),
    click.option("--port", default=None, type=click.IntRange(0, 65_535), help="Poort om op te luisteren."),
]


@click.command()
@listening[0]
@listening[1]
def run(host: str | None, port: int | None) -> None:
    """Start Balie met de kanalen en de balies die zijn ingesteld."""
    from bot import settings

    with told():
        found = _listening(settings.read(os.environ), host, port)
        _serve(found, demo=False)


@click.command()
@listening[0]
@listening[1]
@click.option("--open/--no-open", "show", default=True, help="Open de pagina in de browser.")
def demo(host: str | None, port: int | None, show: bool) -> None:
    """Laat Balie zien: het plein en de balie op één pagina, zonder accounts."""
    from bot import settings

    with told(), tempfile.TemporaryDirectory(prefix="balie-demo-") as folder:
        found = _listening(settings.read(os.environ), host, port)
        if "BALIE_DATA" not in os.environ:
            found = replace(found, data=Path(folder))
        found = replace(found, database_url="")
        found = replace(
            found,
            rules=found.rules if found.rules.exists() else _sample(SAMPLE_RULES),
            answers=found.answers or _sample(SAMPLE_ANSWERS),
        )
        _serve(found, demo=True, show=show)


def _serve(settings: Settings, *, demo: bool, show: bool = False) -> None:
    from handlers import logs
    from handlers.app import build
    from handlers.serving import serve

    logs.set_up(settings.log, secrets=settings.secrets)
    _must_be_free(settings)
    program = build(settings, demo=demo)
    tell(say("Balie stands at %(address)s (stop with Ctrl+C).", address=settings.address))
    if show and (os.environ.get("DISPLAY") or os.name == "nt" or os.uname().sysname == "Darwin"):
        webbrowser.open(settings.address)
    with suppress(KeyboardInterrupt):
        _run(serve(program))


def _sample(name: str) -> Path:
    return Path(str(files("knowledge") / name))


def _run(program: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where it is there."""
    factory = import_module("uvloop").new_event_loop if find_spec("uvloop") else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(program)


def _listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=settings.port if port is None else port)


def _must_be_free(settings: Settings) -> None:
    from bot.errors import CannotStart

    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as exc:
            sentence = say(
                "Balie cannot listen on %(host)s port %(port)s. Something else does, or it is not allowed. "
                "Choose another one with --port.",
                host=settings.host,
                port=str(settings.port),
            )
            raise CannotStart(sentence) from exc


COMMANDS: tuple[click.Command, ...] = (run, demo)
