"""A second pair of eyes: nobody approves their own text, and what was approved is what stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import Action, State
from bot.model import Card, Draft, Face, Preview, Submitted, Visibility
from knowledge.rulebook.values import DeskIdentity, ProtocolClass, ProtocolRule, Topic
from tests.flow.conftest import Balie, done, told, wrong
from tests.flow.town import EVA, FATIMA, JAN, PETER, TOWN

QUESTION = "Wanneer komt de wmo over mijn traplift?"  # care: every reply there needs a second pair of eyes


async def submitted(balie: Balie, *, by: DeskIdentity = JAN, text: str = "Wij bellen u.") -> Card:
    card = await balie.mention(QUESTION)
    return done(await balie.decide(card, Action.SUBMIT, by=by, text=text))


async def test_an_author_can_not_place_where_four_eyes_are_asked(balie: Balie) -> None:
    card = await balie.mention(QUESTION)
    refused = told(await balie.decide(card, Action.APPROVE, by=JAN, text="Wij bellen u."))
    assert refused == "You may not post about Hulp in huis yourself. Have it checked; Peter Boer can approve."
    assert await balie.replies(card) == []


async def test_an_author_can_not_approve_their_own_text(balie: Balie) -> None:
    card = await submitted(balie)
    assert "Peter Boer can approve" in told(await balie.decide(card, Action.APPROVE, by=JAN, text="Wij bellen u."))
    await balie.later()
    assert balie.platform.texts() == []
    assert ("jan", "approve", "refused") in await balie.audit(card)


async def test_an_author_who_takes_over_and_submits_anew_is_still_the_author(balie: Balie) -> None:
    card = done(await balie.decide(await submitted(balie, by=FATIMA), Action.TAKE_OVER, by=JAN))
    card = done(await balie.decide(card, Action.SUBMIT, by=JAN, text="Wij bellen u."))
    assert "can approve" in told(await balie.decide(card, Action.APPROVE, by=JAN, text="Wij bellen u."))


async def test_who_approves_sees_exactly_what_will_stand_there(balie: Balie) -> None:
    card = await submitted(balie)
    dialog = await balie.dialog(card, by=PETER)
    preview = await balie.office.preview(Draft(conversation_id=card.conversation_id, by=PETER, text=dialog.text))
    assert isinstance(preview, Preview)

    done(await balie.decide(card, Action.APPROVE, by=PETER, text=dialog.text))
    await balie.later()

    assert balie.platform.texts() == [preview.text] == ["Wij bellen u. ^JK"]
    stored = (await balie.replies(card))[0]
    assert (stored.written_by, stored.approved_by) == ("jan", "peter")


async def test_who_approves_may_improve_the_text(balie: Balie) -> None:
    card = await submitted(balie, by=FATIMA)
    done(await balie.decide(card, Action.APPROVE, by=PETER, text="Wij bellen u morgen."))
    await balie.later()
    assert balie.platform.texts() == ["Wij bellen u morgen. ^FA"]


async def test_it_goes_back_with_a_note_and_the_text(balie: Balie) -> None:
    card = await submitted(balie, by=FATIMA)
    assert wrong(await balie.decide(card, Action.SEND_BACK, by=PETER)) == {"note"}

    back = done(await balie.decide(card, Action.SEND_BACK, by=PETER, note="Noem een dag."))
    dialog = await balie.dialog(back, by=FATIMA)
    assert (back.state, back.holder and back.holder.key) == (State.CLAIMED, "fatima")
    assert (dialog.text, dialog.note) == ("Wij bellen u.", "Noem een dag.")


async def test_an_author_may_take_it_back_without_a_note(balie: Balie) -> None:
    card = await submitted(balie, by=FATIMA)
    assert done(await balie.decide(card, Action.SEND_BACK, by=FATIMA)).state is State.CLAIMED


async def test_who_may_not_publish_can_not_send_back_what_somebody_else_wrote(balie: Balie) -> None:
    card = await submitted(balie, by=JAN)
    assert "no mandate" in told(await balie.decide(card, Action.SEND_BACK, by=FATIMA, note="Nee."))


async def test_where_no_second_pair_is_asked_an_approver_places_alone_and_an_agent_does_not(balie: Balie) -> None:
    card = await balie.mention("Mijn kliko is niet geleegd.")
    assert "Jan Koning, Peter Boer can approve" in told(await balie.decide(card, Action.APPROVE, by=FATIMA, text="Ja."))
    assert done(await balie.decide(card, Action.APPROVE, by=JAN, text="Ja.")).face is Face.WAITING


async def test_two_who_approve_at_once_make_one_post(balie: Balie) -> None:
    card = await submitted(balie, by=FATIMA)
    done(await balie.decide(card, Action.APPROVE, by=PETER, text="Wij bellen u."))
    late = told(await balie.decide(card, Action.APPROVE, by=JAN, text="Wij bellen u niet."))
    await balie.later()
    assert late.startswith("This is being posted already, by Peter Boer at ")
    assert balie.platform.texts() == ["Wij bellen u. ^FA"]


async def test_approving_an_old_card_is_refused(balie: Balie) -> None:
    """Sent back, rewritten and submitted again: the approver's card shows the earlier text."""
    first = await submitted(balie, by=FATIMA)
    back = done(await balie.decide(first, Action.SEND_BACK, by=PETER, note="Korter."))
    done(await balie.decide(back, Action.SUBMIT, by=FATIMA, text="Nee."))

    assert "waits to be checked" in told(await balie.decide(first, Action.APPROVE, by=PETER, text="Wij bellen u."))
    await balie.later()
    assert balie.platform.texts() == []


FOUR_EYED_TOPIC = Topic(key="container", name="Containers", department="afval", four_eyes=True)
PRESS = ProtocolRule(protocol=ProtocolClass.PRESS, words=("redactie",), four_eyes=True)


@pytest.mark.parametrize(
    "rulebook",
    [
        replace(TOWN, topics={**TOWN.topics, "container": FOUR_EYED_TOPIC}),
        replace(TOWN, protocol=(PRESS,)),
    ],
    ids=["the topic", "the protocol"],
)
async def test_a_topic_or_the_protocol_may_ask_for_it_too(balie: Balie) -> None:
    card = await balie.mention("Hier de redactie: waarom is die kliko niet geleegd?")
    assert "Peter Boer can approve" in told(await balie.decide(card, Action.APPROVE, by=JAN, text="Ja."))


async def test_a_neighbour_office_that_reads_along_can_not_decide(balie: Balie) -> None:
    card = await balie.mention("Mijn kliko is niet geleegd.")
    assert await balie.office.card(card.conversation_id, EVA)
    assert "no mandate for Afval" in told(await balie.decide(card, Action.CLAIM, by=EVA))


async def test_the_text_stands_on_the_card_while_it_waits(balie: Balie) -> None:
    card = await submitted(balie, by=FATIMA)
    await balie.work.idle()
    assert card.submitted == balie.newest_card().submitted == Submitted(text="Wij bellen u.")
    back = done(await balie.decide(card, Action.SEND_BACK, by=FATIMA))
    assert back.submitted is None


async def test_the_text_of_a_private_message_does_not_stand_on_the_card(balie: Balie) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, visibilities=tuple(Visibility))
    card = await balie.mention(QUESTION, visibility=Visibility.PRIVATE)
    assert done(await balie.decide(card, Action.SUBMIT, text="Over uw schulden.")).submitted is None
    await balie.work.idle()
    assert "schulden" not in repr(balie.newest_card())
