"""Where the cards of a conversation stand, and that each shows the newest state."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import Action, State
from bot.model import Card, Face, Place, Shown
from bot.store import placements
from tests.flow.conftest import Balie, done, wrong
from tests.flow.town import JAN, PETER, TOWN, channel


def roles(balie: Balie) -> dict[str, str]:
    """The newest message of each channel: in which part its card stands there."""
    return {balie.desk.messages[message][0]: role for message, role in balie.desk.roles.items()}


async def test_the_owner_gets_the_card_and_who_reads_along_too(balie: Balie) -> None:
    await balie.mention("Mijn kliko is niet geleegd.")
    assert roles(balie) == {"afval": "owner", "west": "reader"}


async def test_what_no_rule_takes_comes_to_the_catch_all(balie: Balie) -> None:
    await balie.mention("Wat een mooie avond.")
    assert roles(balie) == {"webcare": "owner"}


async def test_every_card_changes_in_place(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM))
    await balie.work.idle()
    assert len(balie.desk.messages) == 2
    assert {shown.version for _, shown in balie.desk.messages.values()} == {card.version}


async def test_forwarding_moves_the_card_and_leaves_a_link(balie: Balie) -> None:
    card = await balie.mention()
    moved = done(await balie.decide(card, Action.FORWARD, topic="hulp"))
    await balie.work.idle()

    assert (moved.department, moved.topic, moved.state) == ("Zorg", "Hulp in huis", State.OPEN)
    assert roles(balie) == {"afval": "past", "west": "reader", "zorg": "owner"}
    assert ("zorg", "Jan Koning forwarded this to Zorg.") in [
        (place, str(line.text)) for place, line in balie.desk.lines
    ]


async def test_forwarding_to_who_reads_along_makes_that_card_the_owners(balie: Balie) -> None:
    done(await balie.decide(await balie.mention(), Action.FORWARD, department="west"))
    await balie.work.idle()
    assert roles(balie) == {"afval": "past", "west": "owner"}
    assert len(balie.desk.messages) == 2


async def test_forwarded_back_it_stands_below_as_a_new_card(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.FORWARD, department="zorg"))
    done(await balie.decide(card, Action.FORWARD, department="afval"))
    await balie.work.idle()
    in_afval = [role for message, role in balie.desk.roles.items() if balie.desk.messages[message][0] == "afval"]
    assert in_afval == ["past", "owner"]


async def test_the_third_forward_goes_to_the_coordinator(balie: Balie) -> None:
    card = await balie.mention()
    for department in ("zorg", "afval", "zorg"):
        card = done(await balie.decide(card, Action.FORWARD, department=department))
    await balie.work.idle()
    assert card.department == "Webcare"
    assert roles(balie)["webcare"] == "owner"


@pytest.mark.parametrize("target", [{}, {"department": "elders"}, {"department": "afval"}, {"topic": "container"}])
async def test_forwarding_nowhere_is_refused(balie: Balie, target: dict[str, str]) -> None:
    assert wrong(await balie.decide(await balie.mention(), Action.FORWARD, **target)) == {"department"}


async def test_a_channel_that_is_gone_sends_its_card_to_the_catch_all_with_a_word_about_it(balie: Balie) -> None:
    balie.desk.gone.add("afval")
    card = await balie.mention()
    assert card.department == "Afval"
    assert roles(balie) == {"west": "reader", "webcare": "owner"}
    assert ("webcare", "web has no channel afval (any more). Its messages come here.") in [
        (place, str(line.text)) for place, line in balie.desk.lines
    ]
    done(await balie.decide(card, Action.CLAIM))
    await balie.work.idle()
    assert balie.desk.cards("webcare")[0].state is State.CLAIMED


async def test_where_a_channel_of_readers_is_gone_the_catch_all_reads_along(balie: Balie) -> None:
    balie.desk.gone.add("west")
    await balie.mention()
    assert roles(balie) == {"afval": "owner", "webcare": "reader"}


async def test_a_link_in_a_channel_that_is_gone_brings_no_card_back(balie: Balie) -> None:
    card = await balie.mention()
    balie.desk.gone.add("afval")
    done(await balie.decide(card, Action.FORWARD, department="zorg"))
    await balie.work.idle()
    assert "webcare" not in roles(balie)


async def test_a_gone_catch_all_is_tried_again_and_nothing_is_lost(balie: Balie) -> None:
    balie.desk.gone.add("webcare")
    with pytest.raises(ValueError, match="empty"):
        await balie.mention("Wat een mooie avond.")
    balie.desk.gone.clear()
    await balie.later(timedelta(minutes=6))
    assert roles(balie) == {"webcare": "owner"}


async def test_a_card_that_could_not_be_shown_is_shown_later(balie: Balie) -> None:
    balie.desk.failures = 2
    with pytest.raises(ValueError, match="empty"):
        await balie.mention()
    await balie.later()
    assert roles(balie) == {"afval": "owner", "west": "reader"}


async def test_changes_while_a_card_is_being_shown_are_not_lost_and_come_as_one(balie: Balie) -> None:
    """The desk is slow; three changes happen meanwhile; one more update shows the last."""
    card = await balie.mention()
    started, go = asyncio.Event(), asyncio.Event()
    shows: list[int] = []
    quick = balie.desk.show

    async def slow(card: Card, place: Place, shown: Shown | None) -> Shown:
        if place.channel.channel == "afval":
            shows.append(card.version)
            started.set()
            await go.wait()
        return await quick(card, place, shown)

    balie.desk.show = slow  # type: ignore[method-assign]
    done(await balie.decide(card, Action.CLAIM))
    working = asyncio.create_task(balie.work.idle())
    await started.wait()
    for action, by in ((Action.TAKE_OVER, PETER), (Action.RELEASE, PETER), (Action.CLAIM, JAN)):
        last = done(await balie.decide(await balie.card(card), action, by=by))
    go.set()
    await working

    assert shows == [card.version + 1, last.version]
    assert balie.desk.cards("afval")[-1].version == last.version


async def test_a_follow_up_on_what_was_answered_gets_a_fresh_card_and_the_old_one_shrinks(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    await balie.write_again(card, "En de glasbak is vol.")

    in_afval = [message for message, (place, _) in balie.desk.messages.items() if place == "afval"]
    assert [balie.desk.roles[message] for message in in_afval] == ["past", "owner"]
    fresh = balie.desk.messages[in_afval[1]][1]
    assert (fresh.face, fresh.mention.text, fresh.follow_ups) == (Face.OPEN, "En de glasbak is vol.", 1)
    assert fresh.context == ""


async def test_what_answers_us_shows_what_it_answers(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    again = await balie.write_again(card, "Hoe laat?", parent_id="own-1")
    assert again.context == "Wij komen morgen langs. ^JK"


async def test_a_follow_up_on_what_is_open_changes_the_card_in_place(balie: Balie) -> None:
    card = await balie.mention()
    await balie.write_again(card)
    assert len(balie.desk.messages) == 2
    assert balie.newest_card().follow_ups == 1


async def test_a_department_without_a_channel_has_its_cards_in_the_catch_all(balie: Balie) -> None:
    silent = replace(TOWN.departments["afval"], channels=())
    balie.rules.rulebook = replace(TOWN, departments={**TOWN.departments, "afval": silent})
    await balie.mention()
    assert roles(balie)["webcare"] == "owner"


async def test_a_department_that_left_the_rulebook_loses_no_card(balie: Balie) -> None:
    card = await balie.mention()
    rest = {key: one for key, one in TOWN.departments.items() if key != "afval"}
    balie.rules.rulebook = replace(TOWN, departments=rest)
    claimed = done(await balie.decide(await balie.card(card), Action.CLAIM))
    await balie.work.idle()
    assert (claimed.state, claimed.department) == (State.CLAIMED, "Webcare")


async def test_a_department_with_two_channels_has_the_card_in_both(balie: Balie) -> None:
    both = replace(TOWN.departments["afval"], channels=(channel("afval"), channel("afval-nacht")))
    balie.rules.rulebook = replace(TOWN, departments={**TOWN.departments, "afval": both})
    card = done(await balie.decide(await balie.mention(), Action.CLAIM))
    await balie.work.idle()
    assert [balie.desk.cards(place)[0].state for place in ("afval", "afval-nacht")] == [State.CLAIMED] * 2
    places = await balie.store.read(lambda c: placements.of_conversation(c, card.conversation_id))
    assert {place.shown_version for place in places} == {card.version}
