"""What a card offers is the answer of today: in the tone and the room of its account, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answers import Answers
from bot.model.answers import Saved
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from knowledge.rulebook.values import Account
from tests.flow.conftest import Balie
from tests.flow.town import JAN, MONDAY, PETER, TOWN

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    variants=("Mijn kliko is niet geleegd",),
    answer="Wij komen langs.",
    department="afval",
)


@pytest.fixture
async def base(balie: Balie) -> Answers:
    return Answers(balie.store, balie.rules, balie.clock)


async def known(balie: Balie, base: Answers, entry: Entry = KLIKO) -> None:
    assert isinstance(await base.save(entry, seen_revision=0, by=PETER), Saved)
    balie.rules.replace(balie.rules.rulebook, Advisor(balie.rules.rulebook, [entry], today=lambda: MONDAY.date()))


async def offered(balie: Balie) -> str:
    card = await balie.mention()
    again = await balie.card(card)
    dialog = await balie.dialog(card)
    on_card = again.suggestion.answer if again.suggestion else ""
    assert [each.answer for each in dialog.suggestions] == ([on_card] if on_card else [])
    return on_card


async def test_a_card_shows_the_answer_as_it_was_mended_since(balie: Balie, base: Answers) -> None:
    await known(balie, base)
    card = await balie.mention()
    await base.save(replace(KLIKO, answer="Wij komen morgen."), seen_revision=1, by=PETER)
    again = await balie.card(card)
    assert again.suggestion
    assert again.suggestion.answer == "Wij komen morgen."


async def test_a_retired_answer_vanishes_from_cards(balie: Balie, base: Answers) -> None:
    await known(balie, base)
    card = await balie.mention()
    await base.retire("kliko", seen_revision=1, by=PETER)
    assert (await balie.card(card)).suggestion is None
    assert (await balie.dialog(card)).suggestions == ()
    assert await balie.office.search("kliko niet geleegd", card.conversation_id, JAN) == ()


async def test_an_answer_that_expired_since_vanishes_from_cards(balie: Balie, base: Answers) -> None:
    await known(balie, base, replace(KLIKO, valid_until=date(2026, 11, 23)))
    card = await balie.mention()
    assert (await balie.card(card)).suggestion
    balie.clock.jump(MONDAY.replace(day=24))
    assert (await balie.card(card)).suggestion is None


@pytest.mark.parametrize(
    ("formal", "says"), [(True, "Hebt u gebeld met Veldwijk?"), (False, "Heb je gebeld met Veldwijk?")]
)
async def test_an_answer_speaks_in_the_tone_of_the_account(
    balie: Balie, base: Answers, formal: bool, says: str
) -> None:
    plein = Account(key="plein", channel="fake", name="@gemeenteveldwijk", formal=formal)
    balie.rules.replace(replace(TOWN, accounts={"plein": plein}), balie.rules.advisor)
    await known(balie, base, replace(KLIKO, answer="{Hebt u|Heb je} gebeld met {gemeente}?"))
    assert await offered(balie) == says


async def test_the_short_answer_is_offered_where_the_whole_one_has_no_room(balie: Balie, base: Answers) -> None:
    room = balie.channel.abilities.max_length
    long = "Wij komen langs. " * (room // 10)
    await known(balie, base, replace(KLIKO, answer=long, short="Wij komen."))
    assert await offered(balie) == "Wij komen."


async def test_the_whole_answer_is_offered_where_it_fits(balie: Balie, base: Answers) -> None:
    await known(balie, base, replace(KLIKO, short="Wij komen."))
    assert await offered(balie) == "Wij komen langs."
