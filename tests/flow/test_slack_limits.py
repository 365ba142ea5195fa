"""Slack takes less than the public channels do: nothing is cut off, and who wants more is told where to go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.conversation import Action
from bot.model import Decision, Done, Draft
from bot.store import Store
from handlers.cards import Verb
from handlers.desks.slack.binding import LONGEST_TEXT, Bound, bound_to
from handlers.desks.slack.blocks import MOST_OPTIONS, QUOTE, quotes
from knowledge.faq import Entry
from knowledge.rulebook.values import Rulebook, Topic
from tests.flow.conftest import a_click
from tests.flow.slack_world import FATIMA, JAN, PETER, TOWN_IN_SLACK, World, slack_identity, world
from tests.servers.slack import text_of
from tests.unit.a_card import a_card

ROOMY = 4096  # characters, as on Telegram
SENTENCE = "Wij leggen u graag stap voor stap uit hoe dit gaat. "
LONG = (SENTENCE * 70).strip()
SHORT = "Kijk op onze site."
END = "Tot zover."
QUESTION = "Mijn kliko is niet geleegd. Wanneer komen jullie?"
TOO_LONG = "in Slack passen er 2.500. Ga ermee verder op de pagina van Balie."


def entry(**changes: str) -> Entry:
    return Entry(key="lang", question=QUESTION, answer=f"{LONG} {END}", **changes)


@pytest.fixture
def entries() -> tuple[Entry, ...]:
    return ()


@pytest.fixture
async def balie(store: Store, entries: tuple[Entry, ...]) -> AsyncIterator[World]:
    async with world(store, entries=entries) as built:
        built.channel.abilities = replace(built.channel.abilities, max_length=ROOMY)
        yield built


async def written_on_the_web(balie: World, user: str) -> None:
    card = await balie.card(balie.newest())
    draft = Draft(conversation_id=card.conversation_id, by=slack_identity(user), text=f"{LONG} {END}")
    await balie.office.save_draft(draft)


async def kept(balie: World, user: str) -> str:
    card = await balie.card(balie.newest())
    dialog = await balie.office.view(card.conversation_id, slack_identity(user))
    return str(getattr(dialog, "text", ""))


@pytest.mark.parametrize("entries", [(entry(short=SHORT),)])
async def test_of_a_long_answer_the_short_one_is_offered(balie: World) -> None:
    await balie.open(JAN, await balie.mention(QUESTION))
    assert balie.slack.written(JAN, "text") == SHORT


@pytest.mark.parametrize("entries", [(entry(),)])
async def test_a_long_answer_without_a_short_one_is_shown_whole_and_cannot_be_placed_in_part(balie: World) -> None:
    view = await balie.open(JAN, await balie.mention(QUESTION))
    assert TOO_LONG in text_of(view)
    assert END in text_of(view)
    await balie.slack.submit(JAN)
    (words,) = balie.slack.top(JAN)["errors"].values()
    assert TOO_LONG in words
    assert balie.platform.texts() == []


async def test_a_long_draft_from_the_web_survives_a_look_in_slack(balie: World) -> None:
    await balie.open(JAN, await balie.mention())
    balie.slack.close(JAN)
    await balie.work.idle()
    await written_on_the_web(balie, JAN)
    view = await balie.open(JAN, balie.newest(), "Verder schrijven")
    assert TOO_LONG in text_of(view)
    await balie.slack.choose(JAN, "entry", "Zelf schrijven")
    await balie.settled()
    await balie.slack.submit(JAN)
    assert await kept(balie, JAN) == f"{LONG} {END}"


async def test_a_long_text_is_approved_whole(balie: World) -> None:
    message = await balie.mention()
    await balie.open(FATIMA, message)
    await balie.slack.type(FATIMA, "text", "Kort.")
    await written_on_the_web(balie, FATIMA)
    card = await balie.card(message)
    handed_in = Decision(
        click=a_click(),
        by=slack_identity(FATIMA),
        conversation_id=card.conversation_id,
        action=Action.SUBMIT,
        seen_version=card.version,
        seen=card.seen,
        text=f"{LONG} {END}",
    )
    assert isinstance(await balie.office.decide(handed_in), Done)
    await balie.work.idle()
    view = await balie.open(PETER, balie.newest(), "Goedkeuren")
    assert END in text_of(view)
    await balie.slack.submit(PETER)
    await balie.later()
    assert balie.platform.texts() == [f"{LONG} {END} ^FA"]


async def test_the_longest_text_that_can_be_typed_is_placed_whole(balie: World) -> None:
    text = (SENTENCE * 60)[: LONGEST_TEXT - 1] + "!"
    await balie.place(JAN, await balie.mention(), text)
    await balie.later()
    assert balie.platform.texts() == [f"{text} ^JK"]


@pytest.mark.parametrize("text", [LONG, "x" * 6000, f"{'x' * 2890} einde {'y' * 20}", "", "kort"])
def test_a_long_quote_is_cut_between_words_and_nothing_of_it_is_lost(text: str) -> None:
    pieces = [part["elements"][0]["text"] for part in quotes(text)]
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= QUOTE for piece in pieces)
    assert all(piece.endswith(" ") for piece in pieces[:-1]) or " " not in text


def test_a_dialog_never_forgets_the_end_of_a_text() -> None:
    bound = bound_to(a_card(), Verb.ANSWER)
    assert Bound.of(str(replace(bound, text=LONG[:LONGEST_TEXT]))).text == LONG[:LONGEST_TEXT]
    with pytest.raises(ValueError, match="remember"):
        str(replace(bound, text=LONG))


TOPICS = 250


def many_topics() -> Rulebook:
    topics = {
        f"onderwerp-{number}": Topic(key=f"onderwerp-{number}", name=f"Onderwerp {number}", department="zorg")
        for number in range(TOPICS)
    }
    return replace(TOWN_IN_SLACK, topics={**TOWN_IN_SLACK.topics, **topics})


async def test_every_topic_can_be_chosen_however_many_there_are(store: Store) -> None:
    async with world(store, rulebook=many_topics()) as balie:
        message = await balie.mention()
        await balie.open(JAN, message, "Doorsturen")
        _, element = balie.slack.field(JAN, "to")
        assert all(len(group["options"]) <= MOST_OPTIONS for group in element["option_groups"])
        await balie.slack.choose(JAN, "to", f"Onderwerp {TOPICS - 1}")
        await balie.slack.submit(JAN)
        assert (await balie.card(message)).topic == f"Onderwerp {TOPICS - 1}"
