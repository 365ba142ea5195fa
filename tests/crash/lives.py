"""Lives of one process: it is killed at a chosen point, started again, and asked how things stand.

Reads cases as lines of JSON and writes one line with the outcome of each. The process that reads forks one child for
every life, so that a kill is a real one and the imports are paid once. What kills stands here; the product knows
nothing of it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from bot.conversation import Action
from bot.deliver import Poster
from bot.model import Face, Mentioned, Posted, Recovery, Reply, Told
from bot.store import Store, jobs, open_store, placements, tables
from bot.work import Settle
from tests.flow.conftest import Balie, a_click, a_mention, build
from tests.flow.town import JAN, MONDAY
from tests.servers.platform import FakeChannel, Platform

AT_ONCE = 6
PATIENCE = 30.0  # seconds that a life may take on a busy machine
LIFE = timedelta(minutes=30)  # on the clock of the town; a later life begins after what an earlier one put off
TEXT = "Wij komen morgen langs."


@dataclass(frozen=True, kw_only=True)
class Case:
    """When the first life ends (``point``, ``number``), and what the platform does to the first post of every life."""

    recovery: str
    fault: str = ""
    read_lag: float = 0.0
    point: str = ""  # "before commit", "after commit", "before call", "after call"
    number: int = 0
    blind: bool = False  # the rule switched off: after a doubt simply post again
    parts: bool = False
    url: str = ""  # of a PostgreSQL database of its own; none: a SQLite file


class Fate:
    """Kills this process when a point is passed for the chosen time."""

    def __init__(self, case: Case) -> None:
        self._ends = (case.point, case.number)
        self.passed: Counter[str] = Counter()

    def at(self, point: str) -> None:
        self.passed[point] += 1
        if (point, self.passed[point]) == self._ends:
            os.kill(os.getpid(), signal.SIGKILL)

    def follow(self, store: Store) -> None:
        """Pass a point just before and just after every commit."""
        transact = store._transact

        def deadly(fn: Any) -> Any:
            def inside(connection: Any) -> Any:
                result = fn(connection)
                self.at("before commit")
                return result

            result = transact(inside)
            self.at("after commit")
            return result

        store._transact = deadly  # type: ignore[method-assign]


class DeadlyChannel(FakeChannel):
    """Passes a point before every post and after the platform dealt with it."""

    fate: Fate

    async def post(self, reply: Reply) -> Posted:
        self.fate.at("before call")
        try:
            return await super().post(reply)
        finally:
            self.fate.at("after call")


async def _post_again(self: Poster, channel: Any, outgoing: Reply, stored: Any, job: Any) -> Settle:
    return await self._send(channel, outgoing, job)


def _balie(case: Case, folder: Path, fate: Fate, *, life: int) -> Balie:
    store = open_store(folder / "balie.db", url=case.url)
    platform = Platform(
        file=folder / "platform.json", read_lag=case.read_lag, timeout=0.12, faults=[case.fault] if case.fault else []
    )
    if case.blind:
        Poster._recover = _post_again  # type: ignore[method-assign]
    balie = build(
        store,
        recovery=Recovery(case.recovery),
        platform=platform,
        start=MONDAY + life * LIFE,
        channel=DeadlyChannel,
    )
    balie.channel.fate = fate  # type: ignore[attr-defined]
    fate.follow(store)
    return balie


async def _live(case: Case, folder: Path, *, life: int) -> dict[str, Any]:
    """Take the mention in, place an answer, and work until nothing changes any more."""
    fate = Fate(case if life == 1 else replace(case, point="", number=0))
    balie = _balie(case, folder, fate, life=life)
    await balie.store.leadership.gained()
    await balie.store.write(jobs.release_all)
    acknowledged, clicked = folder / "acknowledged", folder / "clicked"
    if not acknowledged.exists():  # a platform delivers again what was not acknowledged
        mention = a_mention(post_id="post-1", thread_id="post-1", text="Mijn kliko is niet geleegd.")
        await balie.receive(Mentioned(event_id="event-1", mention=mention))
        acknowledged.touch()
    await balie.work.idle()
    if not clicked.exists():  # and a person who got no answer clicks again
        card = await balie.office.card(1, JAN)
        assert card, "the mention is lost"
        answer = await balie.decide(
            card,
            Action.APPROVE,
            text=" ".join([TEXT] * 15) if case.parts else TEXT,
            split=case.parts,
            click=a_click("c1"),
        )
        assert not isinstance(answer, Told) or "posted" in str(answer.sentence), answer
        clicked.touch()
    await _until_settled(balie)
    return {**await _outcome(balie), "passed": dict(fate.passed)}


async def _until_settled(balie: Balie) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        await balie.later()
        card = await balie.office.card(1, JAN)
        if card and card.face not in (Face.WAITING, Face.SENDING):
            return
        await asyncio.sleep(0.01)


async def _outcome(balie: Balie) -> dict[str, Any]:
    await balie.work.idle()
    card = await balie.office.card(1, JAN)
    assert card
    places = await balie.store.read(lambda c: placements.of_conversation(c, 1))
    counted = {
        table.name: await balie.store.read(lambda c, t=table: c.execute(select(func.count()).select_from(t)).scalar())
        for table in (tables.conversation, tables.mention, tables.reply)
    }
    return {
        "face": card.face,
        "texts": balie.platform.texts(),
        "cards_up_to_date": all(place.shown_version == card.version for place in places),
        **counted,
    }


def _fork(case: Case, folder: Path, *, life: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        outcome = asyncio.run(_live(case, folder, life=life))
        (folder / "outcome.json").write_text(json.dumps(outcome))
    except BaseException as exc:
        (folder / "outcome.json").write_text(json.dumps({"broken": repr(exc)}))
    os._exit(0)


def main() -> None:
    room = Path(tempfile.mkdtemp(prefix="lives-"))
    empty = room / "empty.db"
    open_store(empty).close()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    waiting = [(number, Case(**json.loads(line))) for number, line in enumerate(sys.stdin)]
    running: dict[int, tuple[int, Case, int]] = {}
    gc.freeze()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number, case = waiting.pop(0)
            (room / str(number)).mkdir()
            shutil.copy(empty, room / str(number) / "balie.db")
            running[_fork(case, room / str(number), life=1)] = (number, case, 1)
        child, status = os.wait()
        number, case, life = running.pop(child)
        folder = room / str(number)
        if os.WIFSIGNALED(status) and life == 1:
            running[_fork(case, folder, life=2)] = (number, case, 2)
            continue
        outcome = json.loads((folder / "outcome.json").read_text())
        print(json.dumps({**asdict(case), "lives": life, **outcome}), flush=True)
        shutil.rmtree(folder)
    shutil.rmtree(room)


if __name__ == "__main__":
    main()
