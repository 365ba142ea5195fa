"""The real program behind the pages, on a port of its own: store, intake, office, work, square and desk."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from bot.answers import Answers
from bot.card import Draftsman
from bot.clock import ShiftedClock
from bot.deliver import Poster
from bot.front_office import FrontOffice
from bot.intake import Intake
from bot.jobs import handlers_of
from bot.ports import Memory
from bot.rules import Rules
from bot.showing import Shower
from bot.store import Store, open_store
from bot.upkeep import Upkeep
from bot.work import Lanes, Work
from handlers.web.app import Playground, web_app
from handlers.web.desk import WebDesk
from handlers.web.player import Player
from handlers.web.square import Square
from handlers.wording import Wording
from knowledge.advice import Advice, Message, Suggestion
from knowledge.advisor import Advisor
from knowledge.rulebook.values import Account, Rulebook
from tests.flow.town import TOWN

T = TypeVar("T")

SQUARE_TOWN = replace(
    TOWN,
    accounts={"plein": Account(key="plein", channel="square", name="@gemeenteveldwijk", tone="Kort en vriendelijk.")},
)
CONTAINER = Suggestion(
    entry="container-niet-geleegd",
    title="Container niet geleegd",
    answer="Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door.",
    score=0.9,
)
CALENDAR = Suggestion(
    entry="afvalkalender",
    title="Afvalkalender",
    answer="Op www.veldwijk.example/afvalkalender ziet u per adres wanneer wij welke bak legen.",
    score=0.4,
)


class SmallAdvisor(Advisor):
    """Routes by the rulebook; knows two answers, both about containers."""

    def advise(self, message: Message) -> Advice:
        advice = super().advise(message)
        known = (CONTAINER, CALENDAR) if "kliko" in message.text.lower() else ()
        return replace(advice, suggestions=known)

    def search(self, text: str) -> tuple[Suggestion, ...]:
        return (CALENDAR,) if "kalender" in text.lower() else ()


@dataclass
class Program:
    """One running program; its coroutines run in the thread of its own event loop."""

    url: str
    loop: asyncio.AbstractEventLoop
    store: Store
    office: FrontOffice
    square: Square
    clock: ShiftedClock
    intake: Intake
    player: Player
    answers: Answers
    hold: timedelta = timedelta(seconds=11)  # a little longer than a reply waits

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the program and wait for what it returns."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(10)

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Let something run in the program until it is cancelled."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)


class Running:
    """Starts a program in a thread and stops it again."""

    def __init__(
        self, folder: Path, *, rulebook: Rulebook = SQUARE_TOWN, advisor: Advisor | None = None, **options: Any
    ) -> None:
        self._folder = folder
        self._rulebook = rulebook
        self._advisor = advisor or SmallAdvisor(rulebook)
        self._options = options
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self.program: Program

    def __enter__(self) -> Program:
        self._thread.start()
        assert self._started.wait(20)
        return self.program

    def __exit__(self, *_: object) -> None:
        self.program.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        port = self._options.get("port") or free_port()
        url = f"http://127.0.0.1:{port}"
        program, tasks, server = self._build(url, port)
        self.program = program
        running = [asyncio.create_task(task) for task in tasks]
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        self._started.set()
        await self._stop.wait()
        server.should_exit = True
        await serving
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await program.square.aclose()
        program.store.close()

    def _build(self, url: str, port: int) -> tuple[Program, Iterable[Coroutine[Any, Any, Any]], uvicorn.Server]:
        start = self._options.get("start", datetime(2026, 11, 23, 13, 2, tzinfo=UTC))
        clock = ShiftedClock(start=start)
        rules = Rules(self._rulebook, self._advisor)
        store = open_store(self._folder / "balie.db")
        intake = Intake(store, rules, clock)
        memory: Memory = intake
        zone = self._rulebook.town.zone
        wording = Wording("nl", zone=zone, now=clock.now)
        square = Square(
            self._rulebook.accounts["plein"],
            path=self._folder / "square.db",
            memory=memory,
            clock=clock,
            public_url=url,
        )
        desk = WebDesk(memory=memory, wording=wording, clock=clock)
        channels = {"plein": square}
        poster = Poster(store=store, rules=rules, channels=channels, clock=clock, intake=intake)
        shower = Shower(store=store, draftsman=Draftsman(rules, channels), desks={("web", ""): desk}, clock=clock)
        office = FrontOffice(store, rules, channels, clock)
        work = Work(store, clock, handlers_of(poster, shower, Upkeep(clock)), Lanes())
        player = Player(square, clock=clock, zone=zone)
        answers = Answers(store, rules, clock, channels=channels)
        app = web_app(
            office=office,
            desk=desk,
            rulebook=lambda: rules.rulebook,
            wording=wording,
            clock=clock,
            secret="not a secret",
            public_url=url,
            ready=_all_well,
            playground=None if self._options.get("invites") else Playground(square=square, player=player, clock=clock),
            invites=self._options.get("invites"),
            answers=answers,
            memory=intake,
        )
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
        program = Program(
            url=url, loop=asyncio.get_running_loop(), store=store, office=office, square=square, clock=clock,
            intake=intake, player=player, answers=answers,
        )  # fmt: skip
        tasks = [square.run(intake.receive), work.run()]
        if self._options.get("play"):
            tasks.append(player.run())
        return program, tasks, uvicorn.Server(config)


async def _all_well() -> dict[str, str]:
    return {}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
