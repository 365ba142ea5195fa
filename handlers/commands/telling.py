"""How a command says what went wrong: in sentences, and with exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from handlers.wording import Wording
from knowledge.sentence import Sentence


def wording(language: str = "nl") -> Wording:
    return Wording(language, zone=ZoneInfo("Europe/Amsterdam"))


def tell(sentence: Sentence) -> None:
    click.echo(wording().text(sentence))


@contextmanager
def told() -> Iterator[None]:
    """Turn every reason not to start into its sentences, without a traceback."""
    from bot.errors import CannotStart
    from bot.settings import BrokenSettings
    from knowledge.rulebook.faults import BrokenRulebook

    try:
        yield
    except BrokenSettings as broken:
        fail(*broken.faults)
    except CannotStart as reason:
        fail(reason.sentence)
    except BrokenRulebook as broken:
        click.echo(f"{broken.name}:", err=True)
        fail(*(fault.sentence for fault in broken.faults))


def fail(*sentences: Sentence) -> NoReturn:
    """Print sentences and stop with exit code 1."""
    for sentence in sentences:
        click.echo(wording().text(sentence), err=True)
    sys.exit(1)
