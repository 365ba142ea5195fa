"""The one composition root: settings and rulebook in, running program out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette

from bot import links, upkeep
from bot.answers import Answers
from bot.canary import Canary, no_canary
from bot.card import Draftsman
from bot.clock import Clock, ShiftedClock, SystemClock
from bot.deliver import Poster
from bot.errors import CannotStart, StoreUnavailable
from bot.front_office import FrontOffice
from bot.health import Checkup
from bot.intake import Intake
from bot.invites import Invites
from bot.jobs import handlers_of
from bot.ports import Desk, PublicChannel
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
from handlers.web.sessions import kept_secret
from handlers.web.square import Square
from handlers.wording import Wording
from knowledge.faq import Entry
from knowledge.rulebook.values import Account
from knowledge.sentence import Sentence, say
from knowledge.suggest.meaning import Model, installed

if TYPE_CHECKING:
    from starlette.routing import Route

    from handlers.desks.slack.desk import SlackDesk

ANSWER = 3.0  # seconds that the database has to answer who asks whether we are ready

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What everything else stands on."""

    settings: Settings
    clock: Clock
    rules: Rules
    store: Store
    intake: Intake
    out: WayOut
    wording: Wording
    seed: tuple[Entry, ...]  # the answers of the file


def channel_of(account: Account, ground: Ground) -> PublicChannel | None:
    """Return the channel of an account; None when its password is not set. A new platform is a new case here."""
    settings, intake, out = ground.settings, ground.intake, ground.out
    password = settings.passwords.get(account.key, "")
    match account.channel:
        case "square":
            path = settings.data / f"{account.key}.square.db"
            return Square(account, path=path, memory=intake, clock=ground.clock, public_url=settings.address)
        case "bluesky" if password:
            from handlers.public.bluesky import Bluesky

            return Bluesky(account, password, intake, out=out)
        case "telegram" if password:
            from handlers.public.telegram import Telegram

            return Telegram(account, password, intake, out=out, public_url=settings.public_url)
    return None


def build(settings: Settings, *, demo: bool = False) -> Program:
    """Put the program together; raises CannotStart or BrokenRulebook."""
    canaries: dict[str, str] = {}  # filled below: their voices need the channels, and those the intake
    ground = _ground(settings, canaries, demo=demo)
    rules, store, clock = ground.rules, ground.store, ground.clock
    channels = _channels(ground)
    desk = WebDesk(memory=ground.intake, wording=ground.wording, clock=clock)
    slack = _slack(ground)
    desks: dict[tuple[str, str], Desk] = {("web", ""): desk, **{("slack", one.workspace): one for one in slack}}
    canary = canary_of(
        settings,
        store=store,
        intake=ground.intake,
        channels=channels,
        desks=desks,
        clock=clock,
        wording=ground.wording,
        out=ground.out,
    )
    canaries.update(canary.authors if canary else {})
    lanes = Lanes()
    looking = links.Links(store, rules, clock, Visitor(ground.out))
    poster = Poster(store=store, rules=rules, channels=channels, clock=clock, intake=ground.intake)
    shower = Shower(store=store, draftsman=Draftsman(rules, channels), desks=desks, clock=clock)
    kinds = {
        **handlers_of(poster, shower, upkeep.Upkeep(clock)),
        flights.KIND: canary.show if canary else no_canary,
        links.JOB[0]: looking.look,
    }
    checkup = Checkup(store=store, rules=rules, channels=channels, desks=desks, lanes=lanes, clock=clock)
    playground = _playground(channels, clock, rules) if isinstance(clock, ShiftedClock) else None
    office = FrontOffice(store, rules, channels, clock)
    answers = Answers(store, rules, clock, channels=channels)
    web = web_app(
        office=office,
        desk=desk,
        rulebook=lambda: rules.rulebook,
        wording=ground.wording,
        clock=clock,
        secret=settings.secret or kept_secret(settings.data),
        public_url=settings.address,
        ready=partial(_ready, store, clock),
        playground=playground,
        invites=None if demo else Invites(store),
        answers=answers,
        memory=ground.intake,
        links=None if demo else looking,
        health=checkup.look,
        version=VERSION,
        more=(
            *_slack_route(slack),
            *_telegram_route(channels, ground.intake),
            metrics_route(checkup.look, token=settings.metrics_token, version=VERSION),
        ),
    )
    return Program(
        settings=settings,
        clock=clock,
        rules=rules,
        store=store,
        intake=ground.intake,
        office=office,
        work=Work(store, clock, kinds, lanes),
        channels=channels,
        desks=desks,
        answers=answers,
        reloader=_reloader(ground, answers, demo=demo),
        web=web,
        player=playground.player if playground else None,
        canary=canary,
    )


def _ground(settings: Settings, canaries: Mapping[str, str], *, demo: bool) -> Ground:
    clock = ShiftedClock() if demo else SystemClock()
    rules, seed = load(settings.rules, clock=clock), seeds(settings.answers)
    store = open_store(settings.database, url=settings.database_url)
    town = rules.rulebook.town
    return Ground(
        settings=settings,
        clock=clock,
        rules=rules,
        store=store,
        intake=Intake(store, rules, clock, canaries=canaries),
        out=way_out(settings),
        wording=Wording(town.language, zone=town.zone, now=clock.now),
        seed=seed,
    )


async def _ready(store: Store, clock: Clock) -> dict[str, str]:
    try:
        async with asyncio.timeout(ANSWER):
            await store.read(lambda c: jobs.waiting(c, now=clock.now()))
    except (StoreUnavailable, TimeoutError):
        return {"store": "the database does not answer"}
    return {}


def _reloader(ground: Ground, answers: Answers, *, demo: bool) -> Reloader:
    settings = ground.settings
    vectors = Vectors(settings.data / "vectors.npz") if installed() and not demo else None
    return Reloader(
        rules=ground.rules,
        paths=(settings.rules, settings.answers),
        answers=answers,
        store=ground.store,
        clock=ground.clock,
        seed=ground.seed,
        vectors=vectors,
        model=Model(vectors) if vectors is not None else None,
    )


def _channels(ground: Ground) -> dict[str, PublicChannel]:
    channels: dict[str, PublicChannel] = {}
    for account in ground.rules.rulebook.accounts.values():
        channel = channel_of(account, ground)
        if channel:
            channels[account.key] = channel
        else:
            log.warning("account not connected: no password or unknown channel", account=account.key)
    return channels


def _slack(ground: Ground) -> list[SlackDesk]:
    """Return a desk for each Slack workspace in the rules; none, and nothing imported, without tokens."""
    settings, rules = ground.settings, ground.rules
    if not settings.slack:
        return []
    from handlers.desks.slack.checking import workspaces
    from handlers.desks.slack.desk import SlackDesk, keys_of

    async def tell(subject: str, sentence: Sentence) -> None:
        now = ground.clock.now()
        await ground.store.write(lambda c: announce(c, subject, sentence, now=now))

    return [
        SlackDesk(
            keys_of(settings.slack, workspace),
            workspace=workspace,
            memory=ground.intake,
            wording=ground.wording,
            rulebook=lambda: rules.rulebook,
            tell=tell,
            out=ground.out,
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
