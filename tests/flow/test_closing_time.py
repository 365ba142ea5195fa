"""A quarter of an hour before the office closes, people are asked what they still hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.closing_time import PERSON
from bot.conversation import Action, State
from bot.model import Card, Place
from bot.store import Store
from handlers.web.desk import WebDesk
from handlers.wording import Wording
from knowledge.rulebook.values import DeskChannel, OpenHours, Rulebook
from tests.flow import slack_world
from tests.flow.colleague import colleague
from tests.flow.conftest import Balie, build, done
from tests.flow.slack_world import TOWN_IN_SLACK, World, world
from tests.flow.town import FATIMA, MONDAY, TOWN
from tests.servers.slack import labels, text_of

HERE = ZoneInfo("Europe/Amsterdam")
WEEK = OpenHours(key="kantoor", week=dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(17)))))
SLOW = timedelta(hours=8)  # the norm: a claim lasts into the next day
MINUTE = timedelta(minutes=1)


def at(clock: str, day: int = 23) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=HERE)


def with_hours(rulebook: Rulebook) -> Rulebook:
    return replace(rulebook, hours={"kantoor": WEEK}, norm=SLOW)


@pytest.fixture
def rulebook() -> Rulebook:
    return with_hours(TOWN)


async def until(balie: Balie | World, moment: datetime) -> None:
    await balie.later(moment - balie.clock.now())


async def held(balie: Balie, **changes: str) -> Card:
    return done(await balie.decide(await balie.mention(**changes), Action.CLAIM))


def asked(balie: Balie) -> list[tuple[str, str]]:
    return [(where, str(notice.text)) for where, notice in balie.desk.lines]


async def test_the_holder_is_asked_once_and_keeps_the_claim(balie: Balie) -> None:
    card = await held(balie)
    await until(balie, at("16:44"))
    assert asked(balie) == []
    await until(balie, at("16:46"))
    question = f"You still have 1 message, from ('@burger',). It is almost {at('17:00')}. Let go or go on?"
    assert asked(balie) == [("jan", question.replace(str(at("17:00")), str(MONDAY + 180 * MINUTE)))]
    await until(balie, at("17:30"))
    assert len(asked(balie)) == 1
    assert (await balie.card(card)).state is State.CLAIMED


async def test_several_messages_are_one_question(balie: Balie) -> None:
    for author in ("een", "twee", "een"):
        await held(balie, author_id=author, author=f"@{author}")
    await until(balie, at("16:46"))
    assert [line[:52] for _, line in asked(balie)] == ["You still have 3 messages, from ('@een', '@twee'). I"]


@pytest.mark.parametrize("what", [Action.RELEASE, Action.APPROVE, Action.CLOSE])
async def test_nothing_is_asked_about_what_one_no_longer_holds(balie: Balie, what: Action) -> None:
    fields = {Action.APPROVE: {"text": "Ja."}, Action.CLOSE: {"reason": "thanks"}}.get(what, {})
    done(await balie.decide(await held(balie), what, **fields))
    await until(balie, at("16:46"))
    assert asked(balie) == []


async def test_what_one_was_asked_or_set_aside_is_not_what_one_holds(balie: Balie) -> None:
    await held(balie)
    aside = await balie.mention(author_id="twee")
    done(await balie.decide(aside, Action.REMIND, until=at("18:00")))
    asks = done(await balie.decide(await balie.mention(author_id="drie"), Action.CLAIM, by=FATIMA))
    done(await balie.decide(asks, Action.ASK, by=FATIMA, colleague="jan", until=at("18:00")))
    await balie.work.idle()
    balie.desk.lines.clear()
    await until(balie, at("16:46"))
    assert [(where, line.split(",")[0]) for where, line in asked(balie)] == [
        ("jan", "You still have 1 message"),
        ("fatima", "You still have 1 message"),
    ]


async def test_who_takes_it_over_is_asked_and_the_other_is_not(balie: Balie) -> None:
    done(await balie.decide(await held(balie), Action.TAKE_OVER, by=FATIMA))
    await balie.work.idle()
    balie.desk.lines.clear()
    await until(balie, at("16:46"))
    assert [where for where, _ in asked(balie)] == ["fatima"]


@pytest.mark.parametrize("rulebook", [replace(with_hours(TOWN), norm=3 * SLOW)], ids=["a norm of three days"])
async def test_what_is_still_held_the_next_day_is_asked_about_again(balie: Balie) -> None:
    await held(balie)
    await until(balie, at("16:46"))
    await until(balie, at("16:44", day=24))
    assert [where for where, _ in asked(balie)] == ["jan"]
    await until(balie, at("16:46", day=24))
    assert [where for where, _ in asked(balie)] == ["jan", "jan"]


async def test_nobody_is_asked_after_the_office_closed(balie: Balie) -> None:
    """Balie was down at a quarter to five."""
    await held(balie)
    balie.clock.forward(at("17:05") - balie.clock.now())
    await balie.work.idle()
    assert asked(balie) == []


async def test_where_nobody_ever_closes_nobody_is_asked(store: Store) -> None:
    balie = build(store, replace(TOWN, norm=timedelta(days=3)))
    await held(balie)
    await balie.later(timedelta(days=1))
    assert asked(balie) == []


async def test_on_the_web_the_question_stands_on_my_desk_and_on_nobody_elses(balie: Balie) -> None:
    wording = Wording("nl", zone=HERE, now=balie.clock.now)
    desk = WebDesk(memory=balie.intake, wording=wording, clock=balie.clock)
    await held(balie)
    await until(balie, at("16:46"))
    (_, notice) = balie.desk.lines[0]
    await desk.say(Place(channel=DeskChannel(desk="web", workspace="", channel="jan"), role=PERSON), notice)

    question = "Je hebt nog 1 bericht, van @burger. Het is bijna 17:00. Loslaten of verder?"
    async with colleague(balie, "jan") as jan, colleague(balie, "fatima") as fatima:
        await jan.go("/balie?kanaal=mijn")
        assert question in jan.text
        await jan.go("/balie?kanaal=afval")
        assert question not in jan.text
        await fatima.go("/balie?kanaal=mijn")
        assert question not in fatima.text


@pytest.fixture
async def slack(store: Store) -> AsyncIterator[World]:
    async with world(store, rulebook=with_hours(TOWN_IN_SLACK)) as built:
        built.slack.channel(slack_world.JAN)
        yield built


async def test_in_slack_one_can_let_go_of_each_in_the_message_itself(slack: World) -> None:
    for author in ("een", "twee"):
        await slack.press(slack_world.JAN, await slack.mention(author_id=author, author=f"@{author}"), "Oppakken")
    await slack.work.idle()
    await until(slack, at("16:46"))
    (question,) = slack.slack.channels[slack_world.JAN].messages
    assert question["text"] == "Je hebt nog 2 berichten, van @een, @twee. Het is bijna 17:00. Loslaten of verder?"
    assert labels(question) == ["Loslaten", "Loslaten"]
    assert "@een · Afval" in text_of(question)

    await slack.press(slack_world.JAN, question, "Loslaten")
    await slack.work.idle()
    assert labels(question) == ["Loslaten"]
    assert "Losgelaten: @een." in text_of(question)
    mine = await slack.office.mine(slack_world.slack_identity(slack_world.JAN))
    assert [card.mention.author for card in mine] == ["@twee"]


async def test_a_colleague_who_cannot_be_reached_in_slack_stops_nothing(slack: World) -> None:
    await slack.press(slack_world.FATIMA, await slack.mention(), "Oppakken")
    await slack.work.idle()
    await until(slack, at("16:46"))
    await until(slack, at("16:58"))
    assert slack.slack.refused == []
