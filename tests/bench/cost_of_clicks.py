"""What a click in Slack costs, from bolt to the commit and the answer, beside bolt's dispatch to an empty listener.

Each click changes something: a conversation is taken and let go again, in a transaction with `synchronous=FULL` that
sets a timer, asks for the cards to be shown, keeps the click with its answer and writes a line of the audit. The clicks
come one after another, so each waits for its own fsync. Bolt is measured twice: as it is documented, where it looks
every 10 ms whether the listener answered, and in the mode that we use too, where it waits for the listener.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Connection

from bot.store import Store, open_store, small
from handlers.desks.slack.calls import quiet
from tests.bench import ROUNDS, Result, ratio
from tests.flow.slack_world import JAN, World, world
from tests.flow.town import MONDAY
from tests.servers.slack import Json

CLICKS = 100
Took = tuple[float, float]  # microseconds of one click: processor time, and on the clock


def empty(*, waits: bool) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="-")

    app = AsyncApp(logger=quiet, signing_secret="-", authorize=authorize, process_before_response=waits)

    async def listener(ack: Callable[[], Awaitable[Any]]) -> None:
        await ack()

    app.action(re.compile(r"balie\..*"))(listener)
    return app


async def timed(step: Callable[[int], Awaitable[None]], number: int = CLICKS) -> Took:
    """Return what one of so many costs, one after another."""
    processor, clock = time.process_time(), time.perf_counter()
    for each in range(number):
        await step(each)
    return (time.process_time() - processor) / number * 1e6, (time.perf_counter() - clock) / number * 1e6


async def dispatched(app: AsyncApp, bodies: Sequence[Json]) -> Took:
    async def click(number: int) -> None:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=bodies[number]))
        assert answer.status == 200

    return await timed(click)


async def committed(store: Store) -> Took:
    """The least that is durable: one row, one trip."""

    async def commit(number: int) -> None:
        def keep(connection: Connection) -> None:
            small.keep(connection, "bench", "row", str(number), at=MONDAY)

        await store.write(keep)

    return await timed(commit)


def clicks(balie: World, take: Json, let_go: Json, number: int) -> list[Json]:
    """Return clicks that each have their effect; without a channel, so that no card is drawn behind them."""
    made = [deepcopy((take, let_go)[place % 2]) for place in range(CLICKS)]
    for place, body in enumerate(made):
        body["actions"][0]["action_ts"] = f"{number}.{place}"
        body["channel"], body["container"]["channel_id"] = {}, ""
    return made


async def measure(store: Store) -> dict[str, list[Took]]:
    took: dict[str, list[Took]] = {name: [] for name in ("lean", "documented", "commit", "ours")}
    async with world(store, cards_a_minute=0) as balie:
        free = deepcopy(await balie.mention())
        take = balie.slack.press_payload(JAN, free, "Oppakken")
        await balie.press(JAN, free, "Oppakken")
        await balie.work.idle()
        let_go = balie.slack.press_payload(JAN, balie.newest(), "Loslaten")
        await balie.press(JAN, balie.newest(), "Loslaten")
        assert balie.desk.app
        for number in range(ROUNDS):
            bodies = clicks(balie, take, let_go, number)
            took["lean"].append(await dispatched(empty(waits=True), bodies))
            took["documented"].append(await dispatched(empty(waits=False), bodies))
            took["commit"].append(await committed(store))
            took["ours"].append(await dispatched(balie.desk.app, bodies))
            await balie.settled()
            await balie.work.idle()
        history = await store.read(
            lambda c: c.exec_driver_sql("SELECT count(*) FROM audit WHERE result = 'ok'").scalar()
        )
        assert history == 1 + 2 + ROUNDS * CLICKS, "a click had no effect"
    return took


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = open_store(Path(folder) / "balie.db")
        took = uvloop.run(measure(store))
        store.close()
    names = {
        "lean": "bolt with an empty listener, in our mode",
        "documented": "bolt with an empty listener, as documented",
        "commit": "one row, committed",
        "ours": "a click, decided and kept",
    }
    for place, kind in enumerate(("processor time", "on the clock")):
        times = {name: [each[place] for each in rounds] for name, rounds in took.items()}
        for name, words in names.items():
            yield Result(name=f"{words}, {kind}", value=median(times[name]), unit="us")
        for name, mode in (("documented", "as documented"), ("lean", "in our mode")):
            yield Result(
                name=f"bolt {mode} beside a click, {kind}",
                value=ratio(times[name], times["ours"]),
                unit="x",
                at_least=0.4,
                against="a click, decided and kept",
            )
