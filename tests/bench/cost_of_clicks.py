"""What a click in Slack costs, from bolt to the commit and the answer: `python -m tests.bench.cost_of_clicks`.

The ratio compares with bolt's own dispatch of the same click to an empty listener; at least 0.40 is wanted.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from copy import deepcopy
from pathlib import Path
from statistics import median

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.store import open_store
from handlers.desks.slack.calls import quiet
from tests.flow.slack_world import JAN, World, world
from tests.servers.slack import Json

CLICKS = 200
ROUNDS = 5


def empty() -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="-")

    app = AsyncApp(logger=quiet, signing_secret="-", authorize=authorize, process_before_response=True)

    async def listener(ack: object) -> None:
        await ack()  # type: ignore[operator]

    app.action("balie.claim")(listener)
    return app


async def timed(app: AsyncApp, bodies: list[Json]) -> float:
    """Return the seconds of one click, one after another."""
    begun = time.perf_counter()
    for body in bodies:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        assert answer.status == 200
    return (time.perf_counter() - begun) / len(bodies)


def clicks(balie: World, message: Json, number: int) -> list[Json]:
    """Return clicks that are each decided and kept; without a channel, so that no card is drawn behind them."""
    made = [balie.slack.press_payload(JAN, message, "Oppakken") for _ in range(CLICKS)]
    for place, body in enumerate(made):
        body["actions"][0]["action_ts"] = f"{number}.{place}"
        body["channel"], body["container"]["channel_id"] = {}, ""
    return made


async def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "balie.db")
        await store.leadership.gained()
        async with world(store) as balie:
            message, bare, ours = deepcopy(await balie.mention()), [], []
            assert balie.desk.app
            for number in range(ROUNDS):
                bare.append(await timed(empty(), clicks(balie, message, -number - 1)))
                ours.append(await timed(balie.desk.app, clicks(balie, message, number)))
                await balie.settled()
        await store.leadership.leave()
        store.close()
    print(f"{'bolt with an empty listener':38} {median(bare) * 1000:6.2f} ms")
    print(f"{'a click, decided and kept':38} {median(ours) * 1000:6.2f} ms")
    print(f"{'ratio (at least 0.40)':38} {median(b / o for b, o in zip(bare, ours, strict=True)):6.2f}")


if __name__ == "__main__":
    asyncio.run(measure())
