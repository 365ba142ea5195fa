"""From an answered card to the standard answers: as a new one, or as a better one; on the web desk and in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.clock import real_now
from bot.conversation import Action
from bot.invites import Invites
from bot.model import Card, Told, Wrong
from bot.model.answers import AnswerDraft, Origin, Proposed, Saved, Verdict
from bot.store import Store
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from tests.flow import slack_world
from tests.flow.conftest import Balie, done
from tests.flow.slack_world import World, slack_identity, world
from tests.flow.town import FATIMA, JAN, PETER, VISITOR
from tests.flow.web import Browser, pages_of
from tests.servers.slack import text_of

KLIKO = Entry(
    key="kliko", question="Kliko niet geleegd?", answer="Vervelend! Wij komen morgen langs.", department="afval"
)
QUESTION = "Wanneer halen jullie een kliko op die vergeten is?"


@pytest.fixture
async def base(balie: Balie) -> Answers:
    base = Answers(balie.store, balie.rules, balie.clock)
    assert isinstance(await base.save(KLIKO, seen_revision=0, by=PETER), Saved)
    balie.rules.replace(balie.rules.rulebook, Advisor(balie.rules.rulebook, [KLIKO]))
    return base


async def answered(balie: Balie, text: str = "Wij komen morgen langs.") -> Card:
    return await balie.resolved(await balie.place(await balie.mention(), text))


async def begun(balie: Balie, card: Card, *, anew: bool = True) -> AnswerDraft:
    draft = await balie.office.begin_answer(card.conversation_id, JAN, anew=anew)
    assert isinstance(draft, AnswerDraft), draft
    return draft


async def test_it_begins_with_the_text_that_stands_there_and_nothing_around_it(balie: Balie, base: Answers) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, addresses=True)
    card = await answered(balie)
    assert card.reply
    assert card.reply.text == "@burger Wij komen morgen langs. ^JK"
    draft = await begun(balie, card)
    assert (draft.entry.answer, draft.entry.department, draft.entry.topic) == (
        "Wij komen morgen langs.",
        "afval",
        "container",
    )
    assert draft.stands_at_once


async def test_an_answer_in_parts_is_one_text_again(balie: Balie, base: Answers) -> None:
    text = "Wij komen morgen langs om te legen. " * 12
    claimed = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    card = await balie.resolved(done(await balie.decide(claimed, Action.APPROVE, text=text, split=True)))
    await balie.later()
    assert (await begun(balie, card)).entry.answer == text.strip()


async def test_a_new_answer_stands_and_is_confirmed_for_what_the_citizen_asked(balie: Balie, base: Answers) -> None:
    card = await answered(balie)
    entry = replace((await begun(balie, card)).entry, question=QUESTION)
    saved = await balie.office.keep_answer(card.conversation_id, JAN, entry, seen_revision=0)
    assert isinstance(saved, Saved)
    await balie.work.idle()
    (wording,) = await base.phrasings(saved.key, by=JAN)
    assert (wording.verdict, wording.text) == (Verdict.CONFIRMED, "mijn kliko is niet geleegd wanneer komen jullie")
    (first,) = await base.history(saved.key, by=JAN)
    assert first.origin is Origin.CHAT


async def test_an_agent_proposes_and_the_owner_accepts_or_declines(balie: Balie, base: Answers) -> None:
    card = await answered(balie)
    entry = replace((await begun(balie, card)).entry, question=QUESTION)
    for _ in range(2):  # a click that comes twice
        proposed = await balie.office.keep_answer(card.conversation_id, FATIMA, entry, seen_revision=0)
        assert isinstance(proposed, Proposed)
    (waiting,) = await base.proposals(by=JAN)
    assert (waiting.conversation_id, waiting.entry.answer) == (card.conversation_id, "Wij komen morgen langs.")
    accepted = await base.accept(waiting.id, by=JAN)
    assert isinstance(accepted, Saved)
    await balie.work.idle()
    assert len(await base.phrasings(accepted.key, by=JAN)) == 1


async def test_the_answer_that_was_used_can_be_made_better(balie: Balie, base: Answers) -> None:
    claimed = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    used = done(await balie.decide(claimed, Action.APPROVE, text=KLIKO.answer, entry="kliko"))
    card = await balie.resolved(used)
    draft = await begun(balie, card, anew=False)
    assert (draft.entry, draft.seen_revision) == (KLIKO, 1)
    better = replace(draft.entry, answer="Vervelend! Wij komen vandaag langs.")
    saved = await balie.office.keep_answer(card.conversation_id, JAN, better, seen_revision=1)
    assert saved == Saved(key="kliko", revision=2)
    late = await balie.office.keep_answer(card.conversation_id, JAN, KLIKO, seen_revision=1)
    assert isinstance(late, Told)


async def test_own_words_have_no_answer_to_make_better(balie: Balie, base: Answers) -> None:
    card = await answered(balie)
    assert isinstance(await balie.office.begin_answer(card.conversation_id, JAN, anew=False), Told)


@pytest.mark.parametrize("about_one", ["Bel mij op 06-12345678.", "@burger, wij komen morgen.", "Uw bsn is 111222333."])
async def test_what_is_about_one_person_gets_into_no_answer(balie: Balie, base: Answers, about_one: str) -> None:
    card = await answered(balie)
    entry = replace((await begun(balie, card)).entry, question=QUESTION, answer=about_one)
    wrong = await balie.office.keep_answer(card.conversation_id, JAN, entry, seen_revision=0)
    assert isinstance(wrong, Wrong)
    assert set(wrong.fields) == {"answer"}


async def test_nothing_is_kept_of_a_message_without_an_answer_or_by_an_outsider(balie: Balie, base: Answers) -> None:
    open_card = await balie.mention(author_id="ander")
    assert isinstance(await balie.office.begin_answer(open_card.conversation_id, JAN, anew=True), Told)
    card = await answered(balie)
    entry = replace((await begun(balie, card)).entry, question=QUESTION)
    assert isinstance(await balie.office.keep_answer(card.conversation_id, VISITOR, entry, seen_revision=0), Told)


# --- the web desk -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def jan(balie: Balie, base: Answers) -> AsyncIterator[Browser]:
    invites = Invites(balie.store)
    app = pages_of(balie.office, rules=balie.rules, clock=balie.clock, memory=balie.intake, invites=invites)
    browser = Browser(app)
    await browser.sign_in(invites, "jan", until=real_now() + timedelta(hours=1))
    yield browser
    await browser.http.aclose()


async def test_on_the_web_desk_it_takes_a_question_and_a_click(balie: Balie, base: Answers, jan: Browser) -> None:
    card = await answered(balie)
    await jan.go("/balie?kanaal=afval")
    await jan.press("Bewaar als nieuw antwoord", near=f"/{card.conversation_id}/")
    await jan.press("Bewaren")
    assert jan.page.status_code == 422
    assert "Schrijf de vraag." in jan.text
    await jan.press("Bewaren", question=QUESTION)
    assert "Balie stelt dit antwoord vanaf nu voor." in jan.text
    kept = [one.entry.question for one in await base.entries(by=JAN)]
    assert QUESTION in kept


async def test_on_the_web_desk_only_a_standard_answer_can_be_changed(balie: Balie, jan: Browser) -> None:
    await answered(balie)
    await jan.go("/balie?kanaal=afval")
    assert jan.has("Bewaar als nieuw antwoord")
    assert not jan.has("Pas antwoord aan")


# --- Slack ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def slack(store: Store) -> AsyncIterator[World]:
    async with world(store, entries=(KLIKO,)) as built:
        yield built


async def test_in_slack_it_takes_a_question_and_a_click(slack: World) -> None:
    await slack.place(slack_world.JAN, await slack.mention())
    await slack.later()
    view = await slack.open(slack_world.JAN, slack.newest(), "Bewaar als nieuw antwoord")
    assert "Mijn kliko is niet geleegd" in text_of(view)
    assert slack.slack.field(slack_world.JAN, "answer")[1]["initial_value"] == "Wij komen morgen langs."
    await slack.slack.submit(slack_world.JAN)
    assert slack.slack.top(slack_world.JAN)["errors"] == {"question": "Schrijf de vraag."}
    await slack.slack.type(slack_world.JAN, "question", QUESTION)
    await slack.slack.submit(slack_world.JAN)
    assert "vanaf nu voor" in text_of(slack.slack.top(slack_world.JAN))
    base = Answers(slack.store, slack.rules, slack.clock)
    (kept,) = await base.entries(by=slack_identity(slack_world.JAN))
    assert (kept.entry.question, kept.entry.answer) == (QUESTION, "Wij komen morgen langs.")
