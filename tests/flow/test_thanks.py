"""A thanks for our answer is two clicks away from closed, with its reason chosen; nothing closes by itself."""

from __future__ import annotations

import pytest

from bot.model import Card, CloseReason, Face
from bot.store import Store
from handlers.cards import Verb
from handlers.cards.closing import likely_reason
from tests.flow.colleague import colleague
from tests.flow.conftest import Balie
from tests.flow.slack_world import JAN, world
from tests.servers.slack import labels, text_of

THANKS = "Dank jullie wel!"


async def answered(balie: Balie, text: str) -> Card:
    """Return the card after our answer and what the citizen wrote then."""
    await balie.place(await balie.mention())
    await balie.later()
    return await balie.write_again(balie.newest_card(), text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (THANKS, CloseReason.THANKS),
        ("Wat een prachtig park hebben jullie gemaakt, complimenten!", CloseReason.COMPLIMENT),
        ("Win nu een iPhone! Klik hier: http://win.example", CloseReason.SPAM),
        ("En wanneer komen jullie dan?", None),
    ],
)
async def test_the_reason_that_fits_the_newest_words_is_chosen(balie: Balie, text: str, reason: object) -> None:
    card = await answered(balie, text)
    assert card.face is Face.OPEN
    assert likely_reason(card, Verb.CLOSE) is reason


async def test_in_slack_a_thanks_is_closed_with_two_clicks(store: Store) -> None:
    async with world(store) as balie:
        first = await balie.mention(thread_id="t", post_id="t")
        await balie.place(JAN, first)
        await balie.later()
        fresh = await balie.mention(THANKS, thread_id="t", posted_at=balie.clock.now())

        assert text_of(fresh).startswith("Open · bedankje, 14:00")
        assert "Geen passend antwoord" not in text_of(fresh)
        assert labels(fresh)[:3] == ["Geen reactie nodig", "Beantwoorden", "Oppakken"]
        await balie.open(JAN, fresh, "Geen reactie nodig")
        await balie.slack.submit(JAN)
        closed = await balie.card(fresh)
        assert (closed.face, closed.close_reason) == (Face.CLOSED, CloseReason.THANKS)


async def test_on_the_web_a_thanks_is_closed_with_two_clicks(balie: Balie) -> None:
    card = await answered(balie, THANKS)
    async with colleague(balie, "jan") as jan:
        await jan.go("/balie")
        await jan.press("Geen reactie nodig")
        await jan.press("Geen reactie nodig")
        assert "Geen reactie nodig · bedankje · Jan, 14:00" in jan.text
    assert (await balie.card(card)).close_reason is CloseReason.THANKS
