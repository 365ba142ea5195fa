"""Reads the rulebook and the known answers, and takes over what changes in them while Balie runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import CannotStart
from bot.rules import Rules, local_day
from bot.showing import announce
from bot.store import Store
from knowledge import faq
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from knowledge.rulebook.faults import BrokenRulebook
from knowledge.rulebook.reading import read
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say

EVERY = 2.0  # seconds between looks at the files

log = structlog.get_logger()


def load(rules: Path, answers: Path | None, *, clock: Clock) -> Rules:
    """Read both files; raises BrokenRulebook with every fault, or CannotStart when a file is not there."""
    rulebook = read(_text(rules), name=rules.name)
    return Rules(rulebook, Advisor(rulebook, _entries(answers), today=_today(rulebook, clock)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloader:
    """Looks at the files; a sound change counts at once, a broken one is told and changes nothing."""

    rules: Rules
    paths: tuple[Path, Path | None]
    store: Store
    clock: Clock

    async def run(self) -> None:
        seen = self._stamps()
        while True:
            await asyncio.sleep(EVERY)
            now = self._stamps()
            if now != seen:
                seen = now
                await self._take_over()

    async def _take_over(self) -> None:
        path = self.paths[0]
        try:
            fresh = await asyncio.to_thread(load, *self.paths, clock=self.clock)
        except BrokenRulebook as broken:
            first = broken.faults[0]
            await self._tell(
                say(
                    "The change in %(file)s does not count yet; the rules of before go on. "
                    "%(fault)s Check it with: balie check",
                    file=broken.name or path.name,
                    fault=first.sentence,
                )
            )
        except CannotStart as missing:
            await self._tell(missing.sentence)
        else:
            self.rules.replace(fresh.rulebook, fresh.advisor)
            log.info("rules reloaded", file=str(path))

    async def _tell(self, sentence: Sentence) -> None:
        log.warning("rules not reloaded", file=str(self.paths[0]))
        now = self.clock.now()
        await self.store.write(lambda c: announce(c, f"rules {now.isoformat()}", sentence, now=now))

    def _stamps(self) -> list[tuple[int, int] | None]:
        return [_stamp(path) for path in self.paths if path]


def _entries(answers: Path | None) -> tuple[Entry, ...]:
    return faq.read(_text(answers), name=answers.name) if answers else ()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CannotStart(say("There is no file %(path)s. Make one with: balie init", path=str(path))) from None
    except (OSError, UnicodeDecodeError):
        raise CannotStart(say("Balie cannot read %(path)s. Is it a text file in UTF-8?", path=str(path))) from None


def _today(rulebook: Rulebook, clock: Clock) -> Callable[[], date]:
    return lambda: local_day(rulebook, clock.now())


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
