"""A link on a card opens a page, or there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import reply
from bot.model import Face
from handlers.cards import Verb, card_text
from handlers.desks.slack.card import to_message
from tests.unit.a_card import a_card, a_reply, dutch, posted

NO_PAGE = ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", " https://evil.example", "//evil.example", ""]


@pytest.mark.parametrize("url", NO_PAGE)
def test_the_message_of_a_citizen_links_to_a_page_or_not_at_all(url: str) -> None:
    card = a_card(mention={"url": url})
    assert card_text(card).link is None
    assert "url" not in str(to_message(card, wording=dutch()))


@pytest.mark.parametrize("url", NO_PAGE[:-1])
def test_our_answer_links_to_a_page_or_not_at_all(url: str) -> None:
    card = a_card(Face.ANSWERED, reply=a_reply(posted=replace(posted(), url=url)))
    assert card_text(card).link is None


@pytest.mark.parametrize("url", NO_PAGE)
def test_who_is_sent_to_the_channel_gets_a_link_that_works_or_none(url: str) -> None:
    refused = a_reply(reply.State.REFUSED)
    verbs = [button.verb for button in card_text(a_card(Face.REFUSED, reply=refused)).buttons]
    assert Verb.VISIT in verbs
    without = card_text(a_card(Face.REFUSED, reply=refused, mention={"url": url}))
    assert Verb.VISIT not in [button.verb for button in without.buttons]
