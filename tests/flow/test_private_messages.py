"""A private message shows no text in a channel, reading it is recorded, and its answer is as private."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import Action
from bot.model import Card, Draft, Face, Preview, Visibility
from tests.flow.conftest import Balie, done, told
from tests.flow.town import JAN, PETER

SECRET = "Mijn kliko staat bij mijn moeder met dementie."
EVERYTHING = tuple(Visibility)


def on_the_desk(balie: Balie) -> str:
    return repr([card for _, card in balie.desk.messages.values()]) + repr(balie.desk.lines)


def can(balie: Balie, *visibilities: Visibility) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, visibilities=visibilities)


async def test_a_private_message_shows_no_text_in_any_channel(balie: Balie) -> None:
    await balie.mention(SECRET, visibility=Visibility.PRIVATE)
    assert "moeder" not in on_the_desk(balie)


async def test_a_private_word_in_a_public_thread_shows_no_text_either(balie: Balie) -> None:
    card = await balie.mention()
    shown = await balie.write_again(card, SECRET, visibility=Visibility.PRIVATE)
    assert shown.mention.visibility is Visibility.PRIVATE
    assert "moeder" not in on_the_desk(balie)


@pytest.mark.parametrize("where", ["a private thread", "a public thread"])
async def test_reading_it_takes_a_click_and_leaves_a_line(balie: Balie, where: str) -> None:
    if where == "a private thread":
        card = await balie.mention(SECRET, visibility=Visibility.PRIVATE)
    else:
        card = await balie.write_again(await balie.mention(), SECRET, visibility=Visibility.PRIVATE)
    assert (await balie.dialog(card, by=PETER)).mention_text == SECRET
    assert ("peter", "read", "ok") in await balie.audit(card)


@pytest.mark.parametrize("asked", EVERYTHING)
async def test_an_answer_is_as_visible_as_the_message_and_never_more(balie: Balie, asked: Visibility) -> None:
    can(balie, *EVERYTHING)
    await balie.place(await balie.mention(visibility=asked))
    stored = await balie.replies(balie.newest_card())
    assert [one.visibility for one in stored] == [asked]


@pytest.mark.parametrize(
    ("asked", "given"),
    [(Visibility.UNLISTED, Visibility.PRIVATE), (Visibility.PUBLIC, Visibility.PUBLIC)],
)
async def test_what_a_channel_can_not_do_becomes_narrower(balie: Balie, asked: Visibility, given: Visibility) -> None:
    can(balie, Visibility.PUBLIC, Visibility.PRIVATE)
    card = await balie.place(await balie.mention(visibility=asked))
    assert [one.visibility for one in await balie.replies(card)] == [given]


async def test_a_channel_without_private_answers_gives_none_in_public(balie: Balie) -> None:
    can(balie, Visibility.PUBLIC)
    card = await balie.mention(SECRET, visibility=Visibility.PRIVATE)
    refused = told(await balie.decide(card, Action.APPROVE, text="Wij bellen u."))
    assert refused == "Nepnet cannot answer this message privately."
    await balie.later()
    assert balie.platform.texts() == []


async def test_a_private_word_in_a_public_thread_is_answered_in_private(balie: Balie) -> None:
    can(balie, *EVERYTHING)
    card = await balie.write_again(await balie.mention(), SECRET, visibility=Visibility.PRIVATE)
    preview = await balie.office.preview(Draft(conversation_id=card.conversation_id, by=JAN, text="Ja."))
    assert isinstance(preview, Preview)
    assert preview.visibility is Visibility.PRIVATE
    done(await balie.decide(card, Action.APPROVE, text="Ja."))
    assert [one.visibility for one in await balie.replies(card)] == [Visibility.PRIVATE]


async def test_private_and_public_are_never_merged(balie: Balie) -> None:
    public = await balie.mention(author_id="een")
    private: Card = await balie.mention(SECRET, visibility=Visibility.PRIVATE, author_id="twee")
    assert private.conversation_id != public.conversation_id
    answer = await balie.decide(private, Action.MERGE, into=public.conversation_id)
    assert "same visibility" in str(answer)
    assert (await balie.card(private)).face is Face.NEW
