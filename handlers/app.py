"""The one composition root: settings and rulebook in, running program out."""

from __future__ import annotations

import asyncio
import secrets as randomness
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection
from starlette.applications import Starlette

from bot import links, outcomes, upkeep
from bot.answers import Answers
from bot.canary import Canary, no_canary
from bot.card import Draftsman
from bot.clock import Clock, ShiftedClock, SystemClock
from bot.deliver import Poster
from bot.desk_watch import DeskWatch
from bot.errors import CannotStart, StoreUnavailable
from bot.front_office import FrontOffice
from bot.health import Checkup
from bot.intake import Intake
from bot.invites import Invites
from bot.jobs import handlers_of
from bot.ports import Desk, PublicChannel
from bot.receiving import Receiving
from bot.rules import Rules
from bot.settings import Settings
from bot.showing import Shower, announce
from bot.store import Store, flights, jobs, open_store
from bot.work import Lanes, Work
from handlers.canary import canary_of
from handlers.link_visitor import Visitor
from handlers.loading import Reloader, load, seeds
from handlers.metrics import metrics_route
from handlers.vectors import Vectors
from handlers.way_out import WayOut, way_out
from handlers.web.app import Playground, web_app
from handlers.web.desk import WebDesk
from handlers.web.player import Player
from handlers.web.server import server_of
from handlers.web.square import Square
from handlers.wording import Wording
from knowledge.rulebook.values import Account
from knowledge.sentence import Sentence, say
from knowledge.suggest.meaning import Model, installed

if TYPE_CHECKING:
    from starlette.routing import Route

    from handlers.desks.slack.desk import SlackDesk

RESTART_PAUSE = 5.0
ANSWER = 3.0  # seconds that the database has to answer who asks whether we are ready
FINISH = 7.0  # seconds for what is in flight when we stop; with all that follows, gone within 10
CLOSING = 1.0  # seconds for connections to be closed politely

VERSION = version("balie")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything that runs in one process for one town."""

    settings: Settings
    clock: Clock
    rules: Rules
    store: Store
    intake: Intake
    office: FrontOffice
    work: Work
    channels: Mapping[str, PublicChannel]
    desks: Mapping[tuple[str, str], Desk]
    answers: Answers
    reloader: Reloader
    web: Starlette
    player: Player | None = None
    canary: Canary | None = None


def channel_of(
    account: Account, settings: Settings, *, intake: Intake, clock: Clock, out: WayOut
) -> PublicChannel | None:
    """Return the channel of an account; None when its password is not set. A new platform is a new case here."""
    password = settings.passwords.get(account.key, "")
    match account.channel:
        case "square":
            path = settings.data / f"{account.key}.square.db"
            return Square(account, path=path, memory=intake, clock=clock, public_url=settings.address)
        case "bluesky" if password:
            from handlers.public.bluesky import Bluesky

            return Bluesky(account, password, intake, out=out)
        case "telegram" if password:
            from handlers.public.telegram import Telegram

            return Telegram(account, password, intake, out=out, public_url=settings.public_url)
    return None


def build(settings: Settings, *, demo: bool = False) -> Program:
    """Put the program together; raises CannotStart or BrokenRulebook."""
    clock = ShiftedClock() if demo else SystemClock()
    rules, seed = load(settings.rules, clock=clock), seeds(settings.answers)
    store = open_store(settings.database, url=settings.database_url)
    canaries: dict[str, str] = {}  # filled below: their voices need the channels, and those the intake
    intake = Intake(store, rules, clock, canaries=canaries)
    out = way_out(settings)
    channels = _channels(settings, rules, intake=intake, clock=clock, out=out)
    town = rules.rulebook.town
    wording = Wording(town.language, zone=town.zone, now=clock.now)
    desk = WebDesk(memory=intake, wording=wording, clock=clock)
    slack = _slack(settings, rules, store=store, memory=intake, wording=wording, clock=clock, out=out)
    desks: dict[tuple[str, str], Desk] = {("web", ""): desk, **{("slack", one.workspace): one for one in slack}}
    canary = canary_of(
        settings,
        store=store,
        intake=intake,
        channels=channels,
        desks=desks,
        clock=clock,
        wording=wording,
        out=out,
    )
    canaries.update(canary.authors if canary else {})
    office = FrontOffice(store, rules, channels, clock)
    answers = Answers(store, rules, clock, channels=channels)
    vectors = Vectors(settings.data / "vectors.npz") if installed() and not demo else None
    poster = Poster(store=store, rules=rules, channels=channels, clock=clock, intake=intake)
    shower = Shower(store=store, draftsman=Draftsman(rules, channels), desks=desks, clock=clock)
    playground = _playground(channels, clock, rules) if isinstance(clock, ShiftedClock) else None
    lanes = Lanes()
    checkup = Checkup(store=store, rules=rules, channels=channels, desks=desks, lanes=lanes, clock=clock)
    looking = links.Links(store, rules, clock, Visitor(out))
    kinds = {
        **handlers_of(poster, shower, upkeep.Upkeep(clock)),
        flights.KIND: canary.show if canary else no_canary,
        links.JOB[0]: looking.look,
    }
    work = Work(store, clock, kinds, lanes)

    async def ready() -> dict[str, str]:
        try:
            async with asyncio.timeout(ANSWER):
                await store.read(lambda c: jobs.waiting(c, now=clock.now()))
        except (StoreUnavailable, TimeoutError):
            return {"store": "the database does not answer"}
        return {}

    web = web_app(
        office=office,
        desk=desk,
        rulebook=lambda: rules.rulebook,
        wording=wording,
        clock=clock,
        secret=settings.secret or _kept_secret(settings.data),
        public_url=settings.address,
        ready=ready,
        playground=playground,
        invites=None if demo else Invites(store),
        answers=answers,
        memory=intake,
        links=None if demo else looking,
        health=checkup.look,
        version=VERSION,
        more=(
            *_slack_route(slack),
            *_telegram_route(channels, intake),
            metrics_route(checkup.look, token=settings.metrics_token, version=VERSION),
        ),
    )
    return Program(
        settings=settings,
        clock=clock,
        rules=rules,
        store=store,
        intake=intake,
        office=office,
        work=work,
        channels=channels,
        desks=desks,
        answers=answers,
        reloader=Reloader(
            rules=rules,
            paths=(settings.rules, settings.answers),
            answers=answers,
            store=store,
            clock=clock,
            seed=seed,
            vectors=vectors,
            model=Model(vectors) if vectors is not None else None,
        ),
        web=web,
        player=playground.player if playground else None,
        canary=canary,
    )


async def serve(program: Program) -> None:
    """Run until a signal asks to stop: then take nothing in, finish what is in flight, and let go."""
    server = server_of(program.web, program.settings)
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, server.handle_exit, asked, None)
    async with running(program):
        await server.serve()


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[None]:
    """Receive, show and post, all but the web server, until the block ends."""
    await program.reloader.begin()
    everywhere = [
        lead(program),
        program.store.listen(),
        program.reloader.run(),
        *(desk.run(program.office) for desk in program.desks.values() if desk.everywhere),
        *([program.player.run()] if program.player else []),
    ]
    tasks = [asyncio.create_task(each) for each in everywhere]
    try:
        yield
    finally:
        until = time.monotonic() + FINISH
        await _stop(tasks)
        await program.work.finish(within=until - time.monotonic())
        closing = [asyncio.create_task(channel.aclose()) for channel in program.channels.values()]
        closing += [asyncio.create_task(desk.aclose()) for desk in program.desks.values()]
        closing += [asyncio.create_task(program.canary.aclose())] if program.canary else []
        await asyncio.wait(closing, timeout=CLOSING)
        await program.store.leadership.leave()
        program.store.close()


async def lead(program: Program) -> None:
    """Poll, hold the sessions with platforms and do the jobs, whenever this process is the one that does."""
    leadership = program.store.leadership
    while True:
        if await leadership.gained():
            await program.work.drop()
        try:
            async with _leading(program):
                await leadership.lost()
        except Exception:
            log.exception("cannot lead")
            await leadership.leave()
            await asyncio.sleep(RESTART_PAUSE)


@asynccontextmanager
async def _leading(program: Program) -> AsyncIterator[None]:
    """Do what only the leader does until the block ends; what is in flight then goes on."""
    await _begin(program)
    taking_in = [
        *(receiving(program, channel).run() for channel in program.channels.values()),
        *(desk.run(program.office) for desk in program.desks.values() if not desk.everywhere),
        DeskWatch(program.desks, program.store).run(),
        *([program.canary.run()] if program.canary else []),
    ]
    tasks = [asyncio.create_task(each) for each in (*taking_in, program.work.run())]
    try:
        yield
    finally:
        await _stop(tasks)


def receiving(program: Program, channel: PublicChannel) -> Receiving:
    return Receiving(channel, store=program.store, intake=program.intake, clock=program.clock)


async def _begin(program: Program) -> None:
    """After a restart nobody works on anything; what was blocked may go out with a new password."""
    now = program.clock.now()
    accounts = list(program.channels)

    def begin(connection: Connection) -> None:
        jobs.release_all(connection)
        upkeep.schedule(connection, now=now)
        if program.player is None:  # the pages of the demo's town do not exist
            links.schedule(connection, now=now)
        for account in accounts:
            outcomes.reconnected(connection, now, account)

    await program.store.lead(begin)


def _channels(
    settings: Settings, rules: Rules, *, intake: Intake, clock: Clock, out: WayOut
) -> dict[str, PublicChannel]:
    channels: dict[str, PublicChannel] = {}
    for account in rules.rulebook.accounts.values():
        channel = channel_of(account, settings, intake=intake, clock=clock, out=out)
        if channel:
            channels[account.key] = channel
        else:
            log.warning("account not connected: no password or unknown channel", account=account.key)
    return channels


def _slack(
    settings: Settings, rules: Rules, *, store: Store, memory: Intake, wording: Wording, clock: Clock, out: WayOut
) -> list[SlackDesk]:
    """Return a desk for each Slack workspace in the rules; none, and nothing imported, without tokens."""
    if not settings.slack:
        return []
    from handlers.desks.slack.checking import workspaces
    from handlers.desks.slack.desk import SlackDesk, keys_of

    async def tell(subject: str, sentence: Sentence) -> None:
        now = clock.now()
        await store.write(lambda c: announce(c, subject, sentence, now=now))

    return [
        SlackDesk(
            keys_of(settings.slack, workspace),
            workspace=workspace,
            memory=memory,
            wording=wording,
            rulebook=lambda: rules.rulebook,
            tell=tell,
            out=out,
        )
        for workspace in workspaces(rules.rulebook)
    ]


def _slack_route(desks: Sequence[SlackDesk]) -> tuple[Route, ...]:
    if not desks:
        return ()
    from handlers.desks.slack.webhook import slack_route

    return (slack_route(desks),)


def _telegram_route(channels: Mapping[str, PublicChannel], intake: Intake) -> tuple[Route, ...]:
    if not any(channel.account.channel == "telegram" for channel in channels.values()):
        return ()
    from handlers.public.telegram import Telegram, telegram_route

    hooks = [channel.hook for channel in channels.values() if isinstance(channel, Telegram) and channel.hook]
    return (telegram_route(hooks, intake.receive),) if hooks else ()


def _playground(channels: Mapping[str, PublicChannel], clock: ShiftedClock, rules: Rules) -> Playground:
    square = next((channel for channel in channels.values() if isinstance(channel, Square)), None)
    if square is None:
        raise CannotStart(say("The demo needs an account with 'channel: square' in the rules."))
    player = Player(square, clock=clock, zone=rules.rulebook.town.zone)
    return Playground(square=square, player=player, clock=clock)


def _kept_secret(data: Path) -> str:
    """Return the secret that signs cookies; made at the first start and readable only by us."""
    path, fresh = data / "secret", data / "secret.new"
    if not path.exists():
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(randomness.token_urlsafe(48), encoding="ascii")
        fresh.replace(path)  # whole or not at all: who is cut off here must not sign with nothing
    return path.read_text(encoding="ascii")


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
