"""One contract for every desk: a card stands there once, shows the true state, and its faults are told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import PlaceGone, ShowFailed
from bot.model import Face, Notice, Place, Shown, Visibility
from handlers.gallery.samples import JAN, a_card, cards
from knowledge.sentence import say
from tests.contract.desks import DESKS, DeskStage
from tests.servers.faults import Fault


@pytest.fixture(params=DESKS.values(), ids=DESKS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[DeskStage]:
    async with request.param() as built:
        yield built


@pytest.fixture(params=[kind for kind in DESKS.values() if kind.keeps_messages], ids=lambda kind: kind.__name__)
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[DeskStage]:
    """A desk that keeps messages of its own."""
    async with request.param() as built:
        yield built


def place(stage: DeskStage, role: str = "owner") -> Place:
    return Place(channel=stage.here, role=role)


async def persistently(stage: DeskStage, where: Place, shown: Shown | None) -> Shown:
    """Show a card as the worker does: again and again until it stands."""
    for _ in range(20):
        try:
            return await stage.desk.show(a_card(), where, shown)
        except ShowFailed as wait:
            await asyncio.sleep(min(2.5, wait.after.total_seconds()))
    raise AssertionError("it never stood there")


async def test_showing_returns_where_the_card_stands_and_which_version(stage: DeskStage) -> None:
    shown = await stage.desk.show(a_card(version=3), place(stage), None)
    assert shown.message
    assert shown.version == 3
    again = await stage.desk.show(a_card(version=4), place(stage), shown)
    assert (again.message, again.version) == (shown.message, 4)


@pytest.mark.parametrize(("name", "card"), list(cards()), ids=[name for name, _ in cards()])
async def test_every_state_can_be_shown_as_new_and_as_a_change(chat: DeskStage, name: str, card: object) -> None:
    shown = await chat.desk.show(a_card(version=1), place(chat), None)
    after = await chat.desk.show(card, place(chat), shown)  # type: ignore[arg-type]
    assert after.message == shown.message
    await chat.desk.show(replace(card, conversation_id=99), place(chat), None)  # type: ignore[type-var]
    assert len(chat.cards(chat.here)) == 2


async def test_a_change_updates_the_same_message(chat: DeskStage) -> None:
    shown = await chat.desk.show(a_card(), place(chat), None)
    await chat.desk.show(a_card(Face.CLAIMED, holder=JAN), place(chat), shown)
    (card,) = chat.cards(chat.here)
    assert card.startswith("In behandeling")


async def test_the_card_stands_in_its_own_channel_only(chat: DeskStage) -> None:
    await chat.desk.show(a_card(), place(chat), None)
    assert chat.cards(chat.elsewhere) == []


async def test_a_private_message_shows_none_of_its_words(chat: DeskStage) -> None:
    private = a_card(mention={"text": "Mijn geheim", "visibility": Visibility.PRIVATE})
    await chat.desk.show(private, place(chat), None)
    assert "geheim" not in chat.cards(chat.here)[0]


async def test_an_old_card_shrinks_and_has_nothing_left_to_click(chat: DeskStage) -> None:
    shown = await chat.desk.show(a_card(), place(chat), None)
    await chat.desk.show(a_card(), Place(channel=chat.elsewhere), None)
    await persistently(chat, place(chat, "past"), shown)
    (card,) = chat.cards(chat.here)
    assert "Beantwoorden" not in card
    assert "Mijn kliko" not in card


@pytest.mark.parametrize(
    "fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.NO_JSON, Fault.TOO_MANY]
)
async def test_what_failed_can_be_tried_again_and_stands_there_once(chat: DeskStage, fault: Fault) -> None:
    await chat.fail(fault)
    with pytest.raises(ShowFailed) as failed:
        await chat.desk.show(a_card(), place(chat), None)
    assert not isinstance(failed.value, PlaceGone)
    if fault is Fault.TOO_MANY:
        assert timedelta(seconds=2) <= failed.value.after <= timedelta(seconds=10)
    await persistently(chat, place(chat), None)
    assert len(chat.cards(chat.here)) == 1


async def test_a_channel_that_does_not_exist_any_more_is_said_so(chat: DeskStage) -> None:
    shown = await chat.desk.show(a_card(), place(chat), None)
    await chat.archive(chat.here)
    with pytest.raises(PlaceGone):
        await chat.desk.show(a_card(), place(chat), None)
    with pytest.raises(PlaceGone):
        await chat.desk.show(a_card(version=9), place(chat), shown)
    with pytest.raises(PlaceGone):
        await chat.desk.say(place(chat), Notice(text=say("Reminder for %(name)s.", name="Jan")))


async def test_a_line_is_said_in_the_language_of_the_town(stage: DeskStage) -> None:
    shown = await stage.desk.show(a_card(), place(stage), None)
    await stage.desk.say(place(stage), Notice(text=say("Reminder for %(name)s.", name="Jan")), under=shown)
    assert "Jan" in stage.lines(stage.here)[-1]
    assert "Reminder" not in stage.lines(stage.here)[-1]
