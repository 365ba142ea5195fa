"""What was asked in public can be answered to the asker alone, or the asker is invited to write in private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.conversation import Action, State
from bot.model import Card, Draft, Face, Preview, PrivateReplies, Visibility
from bot.store import Store
from knowledge.advisor import PRIVATE_TEXT
from tests.flow import slack_world
from tests.flow.colleague import colleague
from tests.flow.conftest import Balie, done, told
from tests.flow.slack_world import World, world
from tests.flow.town import FATIMA, JAN, PETER
from tests.servers.platform import FakeChannel
from tests.servers.slack import text_of

SECRET = "Uw uitkering komt vrijdag."
INVITE = "Naar privébericht"


def can(channel: FakeChannel, whom: PrivateReplies) -> None:
    channel.abilities = replace(channel.abilities, visibilities=tuple(Visibility), private_replies=whom)


def on_the_desk(balie: Balie) -> str:
    return repr([card for _, card in balie.desk.messages.values()])


async def answered(balie: Balie, text: str = SECRET) -> Card:
    can(balie.channel, PrivateReplies.ANYBODY)
    return done(await balie.decide(await balie.mention(), Action.APPROVE, text=text, privately=True))


async def test_the_answer_goes_to_the_asker_alone(balie: Balie) -> None:
    card = await answered(balie)
    await balie.later()
    assert [reply.visibility for reply in await balie.replies(card)] == [Visibility.PRIVATE]
    assert balie.platform.texts() == [f"{SECRET} ^JK"]


async def test_the_preview_says_who_will_read_it(balie: Balie) -> None:
    can(balie.channel, PrivateReplies.ANYBODY)
    card = await balie.mention()
    for private, visibility in ((True, Visibility.PRIVATE), (False, Visibility.PUBLIC)):
        draft = Draft(conversation_id=card.conversation_id, by=JAN, text=SECRET, privately=private)
        preview = await balie.office.preview(draft)
        assert isinstance(preview, Preview)
        assert preview.visibility is visibility


@pytest.mark.parametrize("whom", PrivateReplies)
@pytest.mark.parametrize("before", [False, True], ids=["a stranger", "who wrote in private before"])
async def test_it_is_offered_only_where_the_channel_can(balie: Balie, whom: PrivateReplies, *, before: bool) -> None:
    can(balie.channel, whom)
    await balie.mention(visibility=Visibility.PRIVATE, author_id="burger" if before else "een ander")
    card = await balie.mention()
    possible = whom is PrivateReplies.ANYBODY or (whom is PrivateReplies.KNOWN and before)
    dialog = await balie.dialog(card)
    assert (dialog.may_go_private, dialog.invitation) == (possible, "" if possible else PRIVATE_TEXT)
    answer = await balie.decide(card, Action.APPROVE, text=SECRET, privately=True)
    if possible:
        done(answer)
    else:
        assert told(answer) == "Nepnet cannot answer this message privately."
        await balie.later()
        assert balie.platform.texts() == []


async def test_a_private_message_offers_neither(balie: Balie) -> None:
    can(balie.channel, PrivateReplies.ANYBODY)
    dialog = await balie.dialog(await balie.mention(visibility=Visibility.PRIVATE))
    assert (dialog.may_go_private, dialog.invitation) == (False, "")


async def test_what_goes_in_private_is_not_read_in_a_channel_of_the_desk(balie: Balie) -> None:
    card = await answered(balie)
    await balie.work.idle()
    async with colleague(balie, "peter") as peter:
        await peter.go("/balie")
        assert SECRET not in peter.text
        assert "geplaatst, door Jan · in een privébericht" in peter.text
        await balie.later()
        await peter.go("/balie")
        assert SECRET not in peter.text
        assert "Beantwoord · in een privébericht · Jan Koning" in peter.text
    assert (await balie.card(card)).face is Face.ANSWERED


async def test_what_was_submitted_as_private_stays_private(balie: Balie) -> None:
    can(balie.channel, PrivateReplies.ANYBODY)
    card = await balie.mention("Vraag over de wmo.")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text=SECRET, privately=True))
    await balie.work.idle()
    assert card.submitted is None
    assert SECRET not in on_the_desk(balie)
    assert (await balie.dialog(card, by=PETER)).privately
    done(await balie.decide(card, Action.APPROVE, by=PETER, text=SECRET))
    assert [reply.visibility for reply in await balie.replies(card)] == [Visibility.PRIVATE]


async def test_a_correction_of_a_private_answer_is_private(balie: Balie) -> None:
    card = await answered(balie)
    await balie.later()
    done(await balie.decide(await balie.card(card), Action.CORRECT, text="Uw uitkering komt maandag."))
    await balie.later()
    assert [reply.visibility for reply in await balie.replies(card)] == 2 * [Visibility.PRIVATE]


async def test_a_draft_remembers_that_it_is_private(balie: Balie) -> None:
    can(balie.channel, PrivateReplies.ANYBODY)
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    draft = Draft(conversation_id=card.conversation_id, by=JAN, text=SECRET, privately=True)
    await balie.office.save_draft(draft)
    assert (await balie.dialog(card)).privately
    card = done(await balie.decide(card, Action.TAKE_OVER, by=PETER))
    assert (await balie.dialog(card, by=PETER)).privately


async def test_on_the_web_it_is_a_box_to_tick(balie: Balie) -> None:
    can(balie.channel, PrivateReplies.ANYBODY)
    card = await balie.mention()
    async with colleague(balie, "jan") as jan:
        await jan.go("/balie")
        await jan.press("Beantwoorden")
        assert INVITE in jan.text
        await jan.press("Bekijk", text=SECRET, privately="1")
        assert "Privébericht aan @burger, als @gemeenteveldwijk; niemand anders leest het" in jan.text
        await jan.press("Terug", near="schrijven")
        await jan.press("Bekijk")
        assert "niemand anders leest het" in jan.text
        await jan.press("Plaatsen")
    assert [reply.visibility for reply in await balie.replies(card)] == [Visibility.PRIVATE]


async def test_on_the_web_the_invitation_is_one_choice(balie: Balie) -> None:
    await balie.mention()
    async with colleague(balie, "jan") as jan:
        await jan.go("/balie")
        await jan.press("Beantwoorden")
        assert INVITE in jan.text
        await jan.press("Gebruik dit antwoord", entry="-private:", fill="1")
        await jan.press("Bekijk")
        assert f"{PRIVATE_TEXT} ^JK" in jan.text
        assert "Openbaar, als @gemeenteveldwijk" in jan.text


@pytest.fixture
async def slack(store: Store) -> AsyncIterator[World]:
    async with world(store) as built:
        yield built


async def test_in_slack_it_is_a_box_to_tick(slack: World) -> None:
    can(slack.channel, PrivateReplies.ANYBODY)
    message = await slack.mention()
    await slack.open(slack_world.JAN, message)
    await slack.slack.tick(slack_world.JAN, "privately")
    await slack.slack.type(slack_world.JAN, "text", SECRET)
    await slack.slack.submit(slack_world.JAN)
    assert "Privébericht aan @burger" in text_of(slack.slack.top(slack_world.JAN))
    await slack.slack.submit(slack_world.JAN)
    await slack.work.idle()
    assert SECRET not in text_of(slack.newest())
    await slack.later()
    assert text_of(slack.newest()).startswith("Beantwoord · in een privébericht · Jan Koning")
    assert (await slack.card(message)).state is State.ANSWERED


async def test_in_slack_the_box_is_still_ticked_when_the_dialog_opens_again(slack: World) -> None:
    can(slack.channel, PrivateReplies.ANYBODY)
    await slack.open(slack_world.JAN, await slack.mention())
    await slack.slack.tick(slack_world.JAN, "privately")
    await slack.slack.type(slack_world.JAN, "text", SECRET)
    slack.slack.close(slack_world.JAN)
    await slack.work.idle()
    await slack.open(slack_world.JAN, slack.newest(), "Verder schrijven")
    assert slack.slack.field(slack_world.JAN, "privately")[1]["initial_options"]


async def test_in_slack_the_invitation_is_one_choice(slack: World) -> None:
    await slack.open(slack_world.JAN, await slack.mention())
    await slack.slack.choose(slack_world.JAN, "entry", INVITE)
    await slack.settled()
    assert slack.slack.written(slack_world.JAN, "text") == PRIVATE_TEXT
