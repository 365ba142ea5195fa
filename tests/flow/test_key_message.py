"""Kernboodschap: what the spokesperson pins to a topic is the only suggestion there, until its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.model import Told, Wrong
from bot.model.answers import Pinned, Saved
from knowledge.advice import Suggestion
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from tests.flow.conftest import Balie
from tests.flow.town import FATIMA, JAN, MONDAY, PETER, TOWN

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    variants=("Mijn kliko is niet geleegd",),
    answer="Wij komen langs.",
    department="afval",
    topic="container",
)
TEXT = "Door de sneeuw halen wij vandaag niets op."
EVENING = MONDAY + timedelta(hours=5)


@pytest.fixture
async def base(balie: Balie) -> Answers:
    answers = Answers(balie.store, balie.rules, balie.clock)
    assert isinstance(await answers.save(KLIKO, seen_revision=0, by=PETER), Saved)
    balie.rules.replace(TOWN, Advisor(TOWN, [KLIKO], today=lambda: MONDAY.date()))
    return answers


async def pin(base: Answers, *, topic: str = "container", text: str = TEXT) -> int:
    pinned = await base.pin(topic, text, EVENING, by=PETER)
    assert isinstance(pinned, Pinned), pinned
    return pinned.id


def answer(suggestion: Suggestion | None) -> str:
    return suggestion.answer if suggestion else ""


async def test_it_is_the_only_suggestion_on_open_cards_and_new_ones(balie: Balie, base: Answers) -> None:
    before = await balie.mention()
    assert answer(before.suggestion) == "Wij komen langs."
    await pin(base)
    await balie.work.idle()
    assert {answer(card.suggestion) for card in balie.desk.cards("afval")} == {TEXT}
    new = await balie.mention(author_id="ander")
    assert new.suggestion
    assert (new.suggestion.answer, new.suggestion.pinned_at) == (TEXT, MONDAY)
    assert [each.answer for each in (await balie.dialog(new)).suggestions] == [TEXT]


async def test_it_goes_before_what_a_search_finds(balie: Balie, base: Answers) -> None:
    card = await balie.mention()
    await pin(base)
    found = await balie.office.search("kliko niet geleegd", card.conversation_id, JAN)
    assert [each.answer for each in found] == [TEXT, "Wij komen langs."]


async def test_its_time_brings_the_others_back(balie: Balie, base: Answers) -> None:
    await balie.mention()
    await pin(base)
    await balie.work.idle()
    await balie.later(timedelta(hours=5))
    assert answer(balie.newest_card().suggestion) == "Wij komen langs."


async def test_withdrawing_it_brings_the_others_back(balie: Balie, base: Answers) -> None:
    await balie.mention()
    number = await pin(base)
    await balie.work.idle()
    assert isinstance(await base.withdraw(number, by=PETER), Pinned)
    await balie.work.idle()
    assert answer(balie.newest_card().suggestion) == "Wij komen langs."
    assert isinstance(await base.withdraw(number, by=PETER), Told)


async def test_a_newer_one_takes_the_place_of_the_older(balie: Balie, base: Answers) -> None:
    await pin(base)
    await pin(base, text="Morgen halen wij alles op.")
    card = await balie.mention()
    assert answer(card.suggestion) == "Morgen halen wij alles op."
    assert [bool(each.withdrawn_at) for each in await base.pins(by=JAN)] == [False, True]


async def test_another_topic_keeps_its_own_suggestions(balie: Balie, base: Answers) -> None:
    await pin(base, topic="hulp")
    assert answer((await balie.mention()).suggestion) == "Wij komen langs."


async def test_the_text_for_danger_goes_before_it(balie: Balie, base: Answers) -> None:
    await pin(base)
    urgent = replace(TOWN, rules=tuple(replace(rule, urgent=True) for rule in TOWN.rules))
    balie.rules.replace(urgent, Advisor(urgent, [KLIKO]))
    card = await balie.mention("De kliko staat in brand!")
    offered = [each.answer for each in (await balie.dialog(card)).suggestions]
    assert "112" in offered[0]
    assert offered[1:] == [TEXT]


async def test_a_sign_of_self_harm_gets_the_text_of_the_protocol_and_nothing_else(balie: Balie, base: Answers) -> None:
    await pin(base)
    card = await balie.mention("Mijn kliko is niet geleegd en ik wil niet meer leven.")
    offered = [each.answer for each in (await balie.dialog(card)).suggestions]
    assert len(offered) == 1
    assert "113" in offered[0]


async def test_a_threat_gets_no_suggestion_at_all(balie: Balie, base: Answers) -> None:
    await pin(base)
    card = await balie.mention("Leeg mijn kliko of ik maak jullie allemaal dood.")
    assert card.route.protocol == "threat"
    assert card.suggestion is None


async def test_only_a_spokesperson_or_the_coordinator_pins(balie: Balie, base: Answers) -> None:
    for by in (JAN, FATIMA):
        assert isinstance(await base.pin("container", TEXT, EVENING, by=by), Told)
    number = await pin(base)
    assert isinstance(await base.withdraw(number, by=JAN), Told)


@pytest.mark.parametrize(
    ("topic", "text", "hours", "field"),
    [("nergens", TEXT, 1, "topic"), ("container", " ", 1, "text"), ("container", TEXT, -1, "until")],
)
async def test_a_mistake_is_told_at_its_field(base: Answers, topic: str, text: str, hours: int, field: str) -> None:
    wrong = await base.pin(topic, text, MONDAY + timedelta(hours=hours), by=PETER)
    assert isinstance(wrong, Wrong)
    assert set(wrong.fields) == {field}
