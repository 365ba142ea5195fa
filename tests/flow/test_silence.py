"""An account that falls silent is connected anew, and the coordinator is told once, and once more when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.clock import real_now
from bot.errors import StoreUnavailable
from bot.model import Mentioned
from bot.pulse import Contact, Seen
from bot.receiving import LOOK, Receiving
from bot.store import pulses
from handlers.public.bluesky import Bluesky
from handlers.public.telegram import Telegram
from handlers.web.square import ABILITIES
from tests.flow.conftest import Balie, a_mention
from tests.flow.town import MONDAY

SILENCE = timedelta(seconds=0.15)
A_MOMENT = timedelta(seconds=0.02)


def receiving(balie: Balie, **pauses: Any) -> Receiving:
    balie.channel.abilities = replace(balie.channel.abilities, silence=SILENCE)
    pauses = {"look": A_MOMENT, "blocked_pause": A_MOMENT, **pauses}
    return Receiving(balie.channel, store=balie.store, intake=balie.intake, clock=balie.clock, **pauses)


@pytest.fixture
async def watched(balie: Balie) -> AsyncIterator[Receiving]:
    built = receiving(balie)
    running = asyncio.create_task(built.run())
    yield built
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def told(balie: Balie) -> list[str]:
    await balie.work.idle()
    return [str(notice.text) for _, notice in balie.desk.lines]


async def test_a_silent_account_is_connected_anew_and_told_once(balie: Balie, watched: Receiving) -> None:
    await until(lambda: watched.pulse.contact is Contact.CONNECTED)
    balie.platform.mood = "silent"
    await until(lambda: balie.channel.runs >= 4)
    assert watched.pulse.contact is Contact.SILENT
    lines = await told(balie)
    assert len(lines) == 1
    assert "Nothing has been heard from @gemeenteveldwijk" in lines[0]

    balie.platform.mood = ""
    await until(lambda: watched.pulse.contact is Contact.CONNECTED)
    await until_told(balie, 2)
    assert "works again" in (await told(balie))[1]


async def until_told(balie: Balie, number: int) -> None:
    async with asyncio.timeout(10):
        while len(await told(balie)) < number:
            await asyncio.sleep(0.02)


async def test_an_account_that_answers_is_left_alone(balie: Balie, watched: Receiving) -> None:
    await asyncio.sleep(3 * SILENCE.total_seconds())
    assert balie.channel.runs == 1
    assert await told(balie) == []


async def test_an_account_that_was_asked_to_wait_is_left_alone_until_then(balie: Balie, watched: Receiving) -> None:
    await until(lambda: watched.pulse.contact is Contact.CONNECTED)
    balie.platform.mood = "silent"
    balie.channel.heard = real_now() + timedelta(hours=1)
    await asyncio.sleep(4 * SILENCE.total_seconds())
    assert balie.channel.runs == 1
    assert await told(balie) == []


async def test_a_channel_that_breaks_down_again_and_again_counts_as_silent(
    balie: Balie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.receiving.AGAIN", A_MOMENT)
    balie.platform.mood = "broken"
    running = asyncio.create_task(receiving(balie).run())
    await until_told(balie, 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_blocked_account_is_told_with_what_to_do_and_its_answers_go_out_when_it_is_back(
    balie: Balie, watched: Receiving
) -> None:
    balie.platform.faults = ["blocked"]
    card = await balie.place(await balie.mention())
    await balie.later()
    balie.platform.mood = "revoked"
    await until(lambda: balie.channel.runs >= 3)
    assert "Set a new password for plein" in (await told(balie))[0]
    assert len(await told(balie)) == 1
    balie.platform.mood = ""
    await until_told(balie, 2)
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


async def test_the_next_leader_goes_on_with_what_was_told(balie: Balie) -> None:
    balie.platform.mood = "silent"
    for _ in range(2):
        running = asyncio.create_task(receiving(balie).run())
        await asyncio.sleep(3 * SILENCE.total_seconds())
        await until_told(balie, 1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(await told(balie)) == 1


async def test_what_could_not_be_written_down_is_told_later(balie: Balie, watched: Receiving) -> None:
    await until(lambda: watched.pulse.contact is Contact.CONNECTED)
    lead, tries = balie.store.lead, []

    async def fail(fn: Callable[[Connection], Any]) -> Any:
        tries.append(fn)
        if len(tries) < 3:
            raise StoreUnavailable("full")
        return await lead(fn)

    balie.store.lead = fail  # type: ignore[method-assign]
    balie.platform.mood = "silent"
    await until_told(balie, 1)


async def test_it_is_kept_when_a_citizen_was_last_heard_and_how_long_that_took(balie: Balie) -> None:
    late, later = (a_mention(posted_at=MONDAY - timedelta(seconds=span)) for span in (600, 90))
    await balie.receive(Mentioned(event_id="late", mention=late), Mentioned(event_id="later", mention=later))
    assert (await balie.store.read(pulses.seen))["plein"] == Seen(at=MONDAY, lag=timedelta(seconds=90))
    balie.clock.forward(timedelta(hours=1))
    await balie.receive(Mentioned(event_id="late", mention=late))  # once more is not heard again
    assert (await balie.store.read(pulses.seen))["plein"].at == MONDAY


@pytest.mark.parametrize("abilities", [Bluesky.abilities, Telegram.abilities, ABILITIES], ids=lambda one: one.title)
def test_silence_is_noticed_and_mended_within_five_minutes(abilities: Any) -> None:
    assert abilities.silence + LOOK < timedelta(minutes=5)
