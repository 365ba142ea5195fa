"""What a monitoring system reads: numbers for who has the token, and never a citizen's word or a secret."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot.clock import real_now
from bot.desk_watch import DeskWatch
from bot.errors import StoreUnavailable
from bot.health import Checkup
from bot.model import Mentioned
from bot.pulse import Contact
from bot.receiving import Receiving
from bot.store import flights
from bot.store.flights import Flight
from handlers.metrics import metrics_route
from knowledge.sentence import say
from tests.flow.conftest import Balie, a_mention
from tests.flow.town import MONDAY

TOKEN = "kanarie-token-kanarie-token-kanarie"
CITIZEN = "kanariepiet"


def checkup(balie: Balie) -> Checkup:
    return Checkup(
        store=balie.store,
        rules=balie.rules,
        channels={"plein": balie.channel},
        desks={("web", ""): balie.desk},
        lanes=balie.work.lanes,
        clock=balie.clock,
    )


def http(balie: Balie, *, token: str = TOKEN) -> httpx.AsyncClient:
    app = Starlette(routes=[metrics_route(checkup(balie).look, token=token, version="1.2.3")])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://balie")


async def read(balie: Balie) -> dict[str, float]:
    """Return every number under its name and labels."""
    async with http(balie) as client:
        answer = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        f"{sample.name}{''.join(f',{name}={value}' for name, value in sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
async def test_who_has_no_token_reads_nothing(balie: Balie, given: str) -> None:
    async with http(balie) as client:
        answer = await client.get("/metrics", headers=[(b"authorization", given.encode("latin-1"))])
    assert (answer.status_code, answer.text) == (401, "")


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
async def test_where_no_token_is_set_the_page_is_not_there(balie: Balie, given: str) -> None:
    async with http(balie, token="") as client:
        assert (await client.get("/metrics", headers={"authorization": given})).status_code == 404


async def test_the_queue_is_counted_with_how_long_it_waits(balie: Balie) -> None:
    for number in range(3):
        await balie.receive(Mentioned(event_id=f"e{number}", mention=a_mention()))
    balie.clock.forward(timedelta(seconds=90))
    numbers = await read(balie)
    assert numbers["balie_jobs_due,kind=show,lane=show:web:"] == 6  # the owner's channel and one that reads along
    assert numbers["balie_jobs_oldest_seconds,kind=show,lane=show:web:"] == 90
    assert numbers["balie_cards_not_shown,why=new"] == 6
    await balie.work.idle()
    numbers = await read(balie)
    assert "balie_jobs_due,kind=show,lane=show:web:" not in numbers
    assert numbers["balie_cards_not_shown,why=new"] == 0


async def test_a_timer_of_later_is_no_work_that_waits(balie: Balie) -> None:
    await balie.place(await balie.mention())
    await balie.work.idle()
    numbers = await read(balie)
    assert numbers["balie_jobs_due,kind=post,lane=post:plein"] == 0
    assert numbers["balie_jobs_later,kind=post,lane=post:plein"] == 1
    assert numbers["balie_jobs_oldest_seconds,kind=post,lane=post:plein"] == 0


async def test_a_card_that_a_desk_does_not_take_is_counted(balie: Balie) -> None:
    balie.desk.failures = 100
    await balie.receive(Mentioned(event_id="e", mention=a_mention()))
    for _ in range(6):
        await balie.later()
    assert (await read(balie))["balie_cards_not_shown,why=new"] == 2


async def test_answers_that_wait_for_somebody_are_counted(balie: Balie) -> None:
    balie.platform.faults += ["blocked"]
    card = await balie.place(await balie.mention())
    await balie.resolved(card)
    numbers = await read(balie)
    assert (numbers["balie_replies,state=blocked"], numbers["balie_replies,state=unsure"]) == (1, 0)


async def test_a_lane_that_must_wait_says_how_long(balie: Balie) -> None:
    balie.work.lanes.pause("post:plein", timedelta(seconds=60))
    numbers = await read(balie)
    assert 55 < numbers["balie_lane_paused_seconds,lane=post:plein"] <= 60


async def test_each_account_says_when_it_was_last_heard(balie: Balie) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, silence=timedelta(minutes=4))
    receiving = Receiving(
        balie.channel, store=balie.store, intake=balie.intake, clock=balie.clock, look=timedelta(seconds=0.01)
    )
    before = await read(balie)
    assert before["balie_account_up,account=plein"] == 0
    running = asyncio.create_task(receiving.run())
    async with asyncio.timeout(10):
        while receiving.pulse.contact is not Contact.CONNECTED:
            await asyncio.sleep(0.01)
    event = Mentioned(event_id="e", mention=a_mention(posted_at=MONDAY - timedelta(seconds=7)))
    await receiving._receive("plein", [event])
    balie.platform.mood = "revoked"
    async with asyncio.timeout(10):
        while (await read(balie))["balie_account_blocked,account=plein"] == 0:
            await asyncio.sleep(0.02)
    numbers = await read(balie)
    assert numbers["balie_account_up,account=plein"] == 0
    assert numbers["balie_account_lag_seconds,account=plein"] == 7
    assert numbers["balie_account_heard_timestamp_seconds,account=plein"] > 1_700_000_000
    assert numbers["balie_account_event_timestamp_seconds,account=plein"] > 1_700_000_000
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_canary_says_whether_it_arrives_and_how_fast(balie: Balie) -> None:
    assert "balie_canary_up,account=plein" not in await read(balie)
    sent = real_now()
    flight = Flight(mark="balie-0", sent=sent, arrived=sent + timedelta(seconds=2.5))
    await balie.store.lead(lambda c: flights.keep(c, "plein", flight))
    numbers = await read(balie)
    assert (numbers["balie_canary_up,account=plein"], numbers["balie_canary_seconds,account=plein"]) == (1, 2.5)
    await balie.store.lead(lambda c: flights.keep(c, "plein", replace(flight, arrived=None, late=True)))
    numbers = await read(balie)
    assert numbers["balie_canary_up,account=plein"] == 0
    assert "balie_canary_seconds,account=plein" not in numbers


@pytest.mark.parametrize("trouble", [None, say("It is out.")], ids=["fine", "in trouble"])
async def test_each_desk_says_whether_it_is_connected(balie: Balie, trouble: object) -> None:
    balie.desk.trouble = trouble  # type: ignore[assignment]
    await DeskWatch({("web", ""): balie.desk}, balie.store).look()
    assert (await read(balie))["balie_desk_up,desk=web,workspace="] == (0 if trouble else 1)


async def test_who_leads_and_what_writing_costs_is_told(balie: Balie) -> None:
    await balie.mention()
    numbers = await read(balie)
    assert numbers["balie_leader"] == numbers["balie_led"] == numbers["balie_database_up"] == 1
    assert numbers["balie_commit_seconds_count"] > 0
    assert numbers["balie_commit_seconds_sum"] > 0
    assert numbers["balie_commits_failed_total"] == 0
    assert numbers["balie_info,version=1.2.3"] == 1


async def test_without_a_database_it_says_so_and_nothing_else(balie: Balie, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(_: object) -> object:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(balie.store, "read", gone)
    assert await read(balie) == {"balie_info,version=1.2.3": 1, "balie_database_up": 0}


async def test_no_word_of_a_citizen_and_no_secret_is_among_the_numbers(balie: Balie) -> None:
    balie.platform.faults += ["500 after"]
    await balie.place(await balie.mention(f"kliko {CITIZEN}", author=f"@{CITIZEN}", author_id=CITIZEN))
    await balie.later()
    async with http(balie) as client:
        text = (await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})).text
    assert "balie_jobs_due" in text
    assert "kanarie" not in text
