"""Reads the rulebook and the known answers, and takes over what changes in them while Balie runs: here or elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic

import structlog
from sqlalchemy import Connection

from bot.answers import SHELL, Answers
from bot.clock import Clock
from bot.errors import CannotStart, StoreUnavailable
from bot.model.answers import Origin, TakenOver, Verdict
from bot.rules import Rules, local_day
from bot.showing import announce
from bot.store import Store, answers, phrasings
from handlers.vectors import Vectors
from knowledge import faq
from knowledge.advisor import Advisor
from knowledge.exchange import Plan, Row
from knowledge.faq import Entry
from knowledge.rulebook.faults import BrokenRulebook
from knowledge.rulebook.reading import read
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say
from knowledge.suggest.meaning import Model

EVERY = 2.0  # seconds between looks at the files and the base
PAUSE = 60.0  # seconds between trainings when only wordings were learned
SEED = "answers file"  # as a source of imports
Wordings = Mapping[str, Sequence[str]]  # by key of their answer, the newest first

log = structlog.get_logger()


def load(rules: Path, *, clock: Clock) -> Rules:
    """Read the rulebook; raises BrokenRulebook with every fault, or CannotStart when the file is not there.

    Nothing is known to answer yet: that stands in the database, and a ``Reloader`` brings it.
    """
    rulebook = read(_text(rules), name=rules.name)
    return Rules(rulebook, Advisor(rulebook, today=_today(rulebook, clock)))


def seeds(answers: Path | None) -> tuple[Entry, ...]:
    """Read the file that seeds the base; raises BrokenFaq with every fault, or CannotStart when it is not there."""
    return faq.read(_text(answers), name=answers.name) if answers else ()


@dataclass(slots=True, kw_only=True)
class Reloader:
    """Looks at the files and the base; a sound change counts at once, a broken one is told and changes nothing."""

    rules: Rules
    paths: tuple[Path, Path | None]
    answers: Answers
    store: Store
    clock: Clock
    seed: tuple[Entry, ...] = ()  # what the file with answers says at the start
    vectors: Vectors | None = None  # where the model keeps what it made
    model: Model | None = None  # None: answers are found by their words alone
    understands: bool = False  # the model counts: it takes long the first time, and Balie does not wait for it
    seen: list[tuple[int, int] | None] = field(default_factory=list)
    version: tuple[int, int] = (-1, -1)  # of the answers, and of what was learned about them
    trained: float = 0.0  # when, on the clock of the process

    async def begin(self) -> None:
        """Seed the base and learn it by heart, before anything is taken in."""
        self.seen = self._stamps()
        await self._seed(self.seed)
        await self._know(self.rules.rulebook)

    async def run(self) -> None:
        """Take over changes until cancelled; what answers mean is learned first, while Balie works by their words."""
        try:
            await self._understand()
            while True:
                await asyncio.sleep(EVERY)
                try:
                    await self.look()
                except StoreUnavailable:
                    log.warning("the base was not looked at: the database does not answer")
        finally:
            if self.vectors is not None:
                self.vectors.stop()

    async def _understand(self) -> None:
        if self.model:
            self.understands = True
            await self._know(self.rules.rulebook)

    async def look(self) -> None:
        """Take over what changed since the last look."""
        now = self._stamps()
        if now != self.seen:
            self.seen = now
            await self._take_over()
        elif await self._out_of_date():
            await self._know(self.rules.rulebook)

    async def _out_of_date(self) -> bool:
        """A changed answer counts at once; what was learned counts after a pause, for training takes seconds."""
        version = await self.store.read(answers.counters)
        if version[0] != self.version[0]:
            return True
        return version != self.version and monotonic() - self.trained > PAUSE

    async def _take_over(self) -> None:
        path = self.paths[0]
        try:
            fresh = await asyncio.to_thread(load, path, clock=self.clock)
            entries = await asyncio.to_thread(seeds, self.paths[1])
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
            await self._seed(entries)
            await self._know(fresh.rulebook)
            log.info("rules reloaded", file=str(path))

    async def _seed(self, entries: Sequence[Entry]) -> None:
        """Take the file over by the rule of every import; of several processes that start, one gets to do it."""
        path = self.paths[1]
        rows = [Row(number=number, entry=entry) for number, entry in enumerate(entries, start=1)]
        while rows and path:
            found = await self.answers.plan(rows, source=SEED, by=SHELL)
            assert isinstance(found, Plan)  # noqa: S101
            taken = await self.answers.take_over(found, source=SEED, name=path.name, by=SHELL, origin=Origin.SEED)
            if isinstance(taken, TakenOver):
                log.info("answers imported", file=str(path), written=taken.counts["written"])
                return

    async def _know(self, rulebook: Rulebook) -> None:
        """Build what advises off the event loop, and put it in the place of the old one as a whole."""
        self.version, entries, confirmed, rejected = await self.store.read(_known)
        self.trained = monotonic()
        advisor = await asyncio.to_thread(
            Advisor,
            rulebook,
            entries,
            confirmed=confirmed,
            rejected=rejected,
            model=self.model if self.understands else None,
            today=_today(rulebook, self.clock),
        )
        self.rules.replace(rulebook, advisor)
        if self.vectors is not None and self.understands:
            await asyncio.to_thread(self.vectors.save)
        log.info("answers known", entries=len(entries), wordings=sum(map(len, confirmed.values())))

    async def _tell(self, sentence: Sentence) -> None:
        log.warning("rules not reloaded", file=str(self.paths[0]))
        now = self.clock.now()
        await self.store.write(lambda c: announce(c, f"rules {now.isoformat()}", sentence, now=now))

    def _stamps(self) -> list[tuple[int, int] | None]:
        return [_stamp(path) for path in self.paths if path]


def _known(connection: Connection) -> tuple[tuple[int, int], tuple[Entry, ...], Wordings, Wordings]:
    """Return one consistent look at the base: its version, what may be suggested, and what was learned."""
    return (
        answers.counters(connection),
        tuple(answers.live(connection).values()),
        phrasings.by_entry(connection, Verdict.CONFIRMED),
        phrasings.by_entry(connection, Verdict.REJECTED),
    )


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
