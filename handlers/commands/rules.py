"""``balie check | route | replay | init | schema``: the rules of the town on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from knowledge.sentence import Sentence, say

# What a command needs is imported in it: reading a file, routing and translating together cost half a second.
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.wording import Wording
    from knowledge.advice import Message, Route
    from knowledge.routing import Router
    from knowledge.rulebook.reading import Reading
    from knowledge.rulebook.values import Rulebook

RULES = "routing_rules.yaml"
SAMPLE = "samples/small_town.yaml"
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
of_file = click.option(
    "--file", "path", type=READABLE, default=RULES, show_default=True, help="Het bestand met de regels."
)


@click.command()
@click.argument("path", metavar="[BESTAND]", type=READABLE, default=RULES)
@click.option("--live", "on_line", is_flag=True, help="Probeer ook of Balie in elk kanaal een kaart kan plaatsen.")
def check(path: Path, on_line: bool) -> None:
    """Controleer de regels en probeer de voorbeelden erin."""
    from knowledge.rulebook.examples import wrong_examples

    reading = _examine(path)
    rulebook, wording = reading.rulebook, _wording(reading.rulebook.town.language)
    for warning in reading.warnings:
        click.echo(wording.text(say("Please look. %(fault)s", fault=warning.sentence)))
    wrong = wrong_examples(rulebook, _router(rulebook).route)
    for fault in wrong:
        click.echo(wording.text(fault.sentence))
    if wrong:
        total = len(rulebook.examples)
        sentence = say(
            "%(name)s: %(wrong)s of %(total)s examples come out otherwise.",
            name=path.name,
            wrong=len(wrong),
            total=total,
        )
        _fail(wording, sentence)
    click.echo(wording.text(_in_order(path, rulebook)))
    if on_line:
        _check_live(rulebook)


@click.command()
@click.argument("text", metavar="TEKST")
@of_file
@click.option("--account", default="", help="Alsof het bericht bij dit account binnenkwam.")
@click.option("--channel", default="", help="Alsof het bericht via dit kanaal binnenkwam.")
@click.option("--language", default="", help="De taal die de schrijver koos, zoals nl of en.")
def route(text: str, path: Path, account: str, channel: str, language: str) -> None:
    """Laat zien waar een bericht terechtkomt, en waarom."""
    from handlers.commands.explanation import explain
    from knowledge.advice import Message

    rulebook = _examine(path).rulebook
    found = _router(rulebook).route(Message(text=text, account=account, channel=channel, language=language))
    wording = _wording(rulebook.town.language)
    for name, value in explain(found, rulebook):
        click.echo(f"{wording.text(name) + ':':<17} {wording.text(value)}")


@click.command()
@click.argument("recording", metavar="BERICHTEN", type=READABLE)
@of_file
@click.option("--with", "changed", type=READABLE, help="Gewijzigde regels: laat zien wat er anders gaat.")
@click.option("--show", default=20, show_default=True, help="Hooguit zoveel berichten in de lijst.")
def replay(recording: Path, path: Path, changed: Path | None, show: int) -> None:
    """Laat zien waar eerdere berichten terechtkomen: een JSON-object per regel, met 'text'."""
    from handlers.commands.replaying import changes, counts, recorded

    rulebook = _examine(path).rulebook
    wording = _wording(rulebook.town.language)
    messages, faults = recorded(recording.read_text(encoding="utf-8", errors="replace"))
    before = _routes(rulebook, messages)
    if changed is None:
        lines = counts(before, rulebook)
    else:
        lines = changes(messages, before, _routes(_examine(changed).rulebook, messages), show=show)
    for line in lines:
        click.echo(wording.text(line))
    for fault in faults:
        click.echo(wording.text(fault.sentence), err=True)
    if faults:
        _fail(wording, say("%(name)s: these lines were left out.", name=recording.name))


@click.command()
@click.argument("path", metavar="[BESTAND]", type=click.Path(dir_okay=False, path_type=Path), default=RULES)
def init(path: Path) -> None:
    """Schrijf regels voor een kleine gemeente, om mee te beginnen."""
    wording = _wording()
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_sample())
    except FileExistsError:
        _fail(wording, say("%(name)s is there already. Give another name.", name=str(path)))
    except OSError as error:
        _fail(
            wording, say("%(name)s cannot be written: %(reason)s", name=str(path), reason=error.strerror or str(error))
        )
    click.echo(wording.text(say("%(name)s is written. Fill in your own town, then run: balie check", name=str(path))))


@click.command()
@click.option("--language", default="nl", show_default=True, help="De taal van de uitleg: nl of en.")
def schema(language: str) -> None:
    """Schrijf het JSON Schema van de regels, voor hulp in je editor."""
    from knowledge.rulebook.schema import json_schema

    click.echo(json.dumps(json_schema(_wording(language).text), indent=2, ensure_ascii=False))


def _examine(path: Path) -> Reading:
    """Read the file, or say every fault in it and stop."""
    from knowledge.rulebook.faults import BrokenRulebook
    from knowledge.rulebook.reading import examine

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _fail(_wording(), say("%(name)s is no text in UTF-8. Save it as UTF-8.", name=path.name))
    try:
        return examine(text, name=path.name, today=datetime.now(UTC).astimezone().date())
    except BrokenRulebook as broken:
        wording = _wording()
        for fault in broken.faults:
            click.echo(wording.text(fault.sentence))
        _fail(wording, say("%(name)s cannot be used. Faults: %(count)s.", name=path.name, count=len(broken.faults)))


def _router(rulebook: Rulebook) -> Router:
    from knowledge.routing import Router

    return Router(rulebook)


def _routes(rulebook: Rulebook, messages: Sequence[Message]) -> list[Route]:
    router = _router(rulebook)
    return [router.route(message) for message in messages]


def _wording(language: str = "nl") -> Wording:
    from zoneinfo import ZoneInfo

    from handlers.wording import Wording

    return Wording(language, zone=ZoneInfo("Europe/Amsterdam"))


def _check_live(rulebook: Rulebook) -> None:
    import asyncio
    import os

    from bot import settings
    from handlers.commands.slack import live
    from handlers.commands.telling import told
    from handlers.way_out import way_out

    with told():
        found = settings.read(os.environ)
        if not asyncio.run(live(rulebook, found.slack, out=way_out(found))):
            raise click.exceptions.Exit(1)


def _in_order(path: Path, rulebook: Rulebook) -> Sentence:
    return say(
        "%(name)s is in order: %(departments)s departments, %(topics)s topics, %(rules)s rules. "
        "All %(examples)s examples come out right.",
        name=path.name,
        departments=len(rulebook.departments),
        topics=len(rulebook.topics),
        rules=len(rulebook.rules),
        examples=len(rulebook.examples),
    )


def _sample() -> str:
    from importlib.resources import files

    return (files("knowledge.rulebook") / SAMPLE).read_text(encoding="utf-8")


def _fail(wording: Wording, sentence: Sentence) -> NoReturn:
    click.echo(wording.text(sentence), err=True)
    raise click.exceptions.Exit(1)


COMMANDS: tuple[click.Command, ...] = (check, route, replay, init, schema)
