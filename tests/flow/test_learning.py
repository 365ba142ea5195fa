"""What is learned from answers that were posted: which words an answer was right for, and for which it was not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import learning
from bot.answers import Answers
from bot.conversation import Action
from bot.model import Card, Face, Told, Visibility
from bot.model.answers import Phrasing, Saved, Verdict
from bot.store import answers, phrasings
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from tests.flow.conftest import Balie, done
from tests.flow.town import FATIMA, JAN, MONDAY, PETER, TOWN

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    variants=("Mijn kliko is niet geleegd", "Wanneer komen jullie mijn container legen?"),
    answer="Vervelend! Wij komen morgen bij u langs om de container te legen.",
    department="afval",
)
GLAS = Entry(key="glas", question="Waar is de glasbak?", answer="De glasbak staat op de markt.", department="afval")
WORDING = "mijn kliko is niet geleegd wanneer komen jullie"


@pytest.fixture
async def base(balie: Balie) -> Answers:
    base = Answers(balie.store, balie.rules, balie.clock)
    for entry in (KLIKO, GLAS):
        assert isinstance(await base.save(entry, seen_revision=0, by=PETER), Saved)
    know(balie)
    return base


def know(balie: Balie) -> None:
    rulebook = balie.rules.rulebook
    balie.rules.replace(rulebook, Advisor(rulebook, [KLIKO, GLAS], today=lambda: MONDAY.date()))


async def answered(balie: Balie, card: Card, text: str, *, entry: str = "") -> Card:
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    approved = done(await balie.decide(claimed, Action.APPROVE, text=text, entry=entry))
    stands = await balie.resolved(approved)
    await balie.work.idle()
    return stands


async def learned(base: Answers) -> list[tuple[str, str, Verdict]]:
    found = [each for key in ("kliko", "glas") for each in await base.phrasings(key, by=JAN)]
    return [(each.entry, each.text, each.verdict) for each in found if not each.undone_at]


async def test_an_answer_that_was_used_is_confirmed_for_the_words_of_the_citizen(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    assert await learned(base) == [("kliko", WORDING, Verdict.CONFIRMED)]


async def test_nothing_is_learned_before_it_stands_there(balie: Balie, base: Answers) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    waiting = done(await balie.decide(card, Action.APPROVE, text=KLIKO.answer, entry="kliko"))
    done(await balie.decide(waiting, Action.HOLD_BACK))
    await balie.later()
    assert await learned(base) == []


async def test_a_text_that_was_changed_a_little_still_confirms(balie: Balie, base: Answers) -> None:
    card = await answered(balie, await balie.mention(), KLIKO.answer + " Excuses!", entry="kliko")
    assert [verdict for _, _, verdict in await learned(base)] == [Verdict.CONFIRMED]
    (reply,) = await balie.replies(card)
    assert 0 < reply.suggestion["edited"] < 0.4


async def test_a_text_that_became_another_one_confirms_nothing(balie: Balie, base: Answers) -> None:
    card = await answered(balie, await balie.mention(), "Dat doet de provincie. Bel hen op.", entry="kliko")
    assert await learned(base) == []
    (reply,) = await balie.replies(card)
    assert reply.suggestion["edited"] > 0.4


async def test_what_stood_on_the_card_and_was_passed_over_is_rejected(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention(), GLAS.answer, entry="glas")
    assert await learned(base) == [("kliko", WORDING, Verdict.REJECTED), ("glas", WORDING, Verdict.CONFIRMED)]


async def test_own_words_reject_what_stood_on_the_card(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention(), "Dat weten wij niet; wij zoeken het uit.")
    assert await learned(base) == [("kliko", WORDING, Verdict.REJECTED)]


async def test_own_words_that_say_the_same_reject_nothing(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention(), "Vervelend! Wij komen morgen langs om uw container te legen.")
    assert await learned(base) == []


async def test_where_nothing_was_offered_nothing_is_rejected(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention("Bedankt, top geregeld!"), "Graag gedaan.")
    assert await learned(base) == []


@pytest.mark.parametrize(
    "about",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.FOLLOWERS},
        {"text": "Mijn kliko is niet geleegd, ik maak jullie allemaal dood."},
        {"text": "Mijn kliko is niet geleegd en ik wil niet meer leven."},
    ],
)
async def test_what_few_may_read_and_what_the_protocol_treats_teaches_nothing(
    balie: Balie, base: Answers, about: dict[str, Any]
) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, visibilities=tuple(Visibility))
    card = await balie.mention(**about)
    balie.clock.jump(MONDAY.replace(hour=20))
    stands = await answered(balie, card, KLIKO.answer, entry="kliko")
    assert stands.face is Face.ANSWERED
    assert await balie.store.read(phrasings.count) == 0


async def test_a_sensitive_topic_teaches_nothing(balie: Balie, base: Answers) -> None:
    topics = {key: replace(topic, sensitive=True) for key, topic in TOWN.topics.items()}
    balie.rules.replace(replace(TOWN, topics=topics), balie.rules.advisor)
    know(balie)
    await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    assert await learned(base) == []


async def test_no_name_no_number_and_no_handle_is_kept(balie: Balie, base: Answers) -> None:
    text = "@gemeenteveldwijk Mijn kliko is niet geleegd! Ik ben Piet Paulusma, bel 06-12345678. #afval"
    await answered(balie, await balie.mention(text, author="@paulusma"), KLIKO.answer, entry="kliko")
    ((_, wording, _),) = await learned(base)
    assert wording.startswith("mijn kliko is niet geleegd")
    assert not {"piet", "paulusma", "gemeenteveldwijk", "06-12345678"} & set(wording.split())


@pytest.mark.parametrize("does", ["edit", "delete"])
async def test_what_the_citizen_takes_back_is_forgotten(balie: Balie, base: Answers, does: str) -> None:
    card = await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    await (balie.delete(card) if does == "delete" else balie.edit(card, "Laat maar."))
    assert await balie.store.read(phrasings.count) == 0


async def test_what_the_citizen_changed_before_it_was_learned_teaches_nothing(balie: Balie, base: Answers) -> None:
    card = await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    await balie.edit(card, "Mijn kliko is toch geleegd, dank jullie wel.")
    (reply,) = await balie.replies(card)
    await balie.store.write(lambda c: learning.learn(c, reply.key, balie.rules, now=MONDAY))
    assert await balie.store.read(phrasings.count) == 0


async def test_an_answer_that_is_taken_away_teaches_nothing_any_more(balie: Balie, base: Answers) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, removes=True)
    card = await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    done(await balie.decide(card, Action.RETRACT))
    await balie.work.idle()
    assert await learned(base) == []


async def test_an_answer_in_parts_teaches_once(balie: Balie, base: Answers) -> None:
    long = replace(KLIKO, answer=KLIKO.answer + " Zet hem buiten." * 40)
    await base.save(long, seen_revision=1, by=PETER)
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, writing=True))
    approved = done(await balie.decide(card, Action.APPROVE, text=long.answer, entry="kliko", split=True))
    await balie.resolved(approved)
    await balie.later()
    assert len(await balie.replies(card)) > 1
    assert await learned(base) == [("kliko", WORDING, Verdict.CONFIRMED)]


async def test_a_wording_can_be_unlearned_by_who_keeps_the_answer(balie: Balie, base: Answers) -> None:
    await answered(balie, await balie.mention(), KLIKO.answer, entry="kliko")
    (wording,) = await base.phrasings("kliko", by=JAN)
    before = (await balie.store.read(answers.counters))[1]
    assert isinstance(await base.undo_phrasing(wording.id, by=FATIMA), Told)
    assert await base.undo_phrasing(wording.id, by=JAN) is None
    (undone,) = await base.phrasings("kliko", by=JAN)
    assert isinstance(undone, Phrasing)
    assert undone.undone_by
    assert undone.undone_by.name == "Jan Koning"
    assert await balie.store.read(lambda c: phrasings.by_entry(c, Verdict.CONFIRMED)) == {}
    assert (await balie.store.read(answers.counters))[1] == before + 1


async def test_of_many_wordings_the_newest_are_kept_and_each_once(
    balie: Balie, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(text: str) -> Any:
        return lambda c: phrasings.add(
            c,
            entry="kliko",
            text=text,
            verdict=Verdict.CONFIRMED,
            mention_id=1,
            conversation_id=1,
            reply_key="r",
            at=MONDAY,
            by="jan",
        )

    for number in range(phrasings.MOST_OF_ENTRY + 5):
        await balie.store.write(add(f"tekst {number}"))
    await balie.store.write(add("tekst 20"))
    kept = (await balie.store.read(lambda c: phrasings.by_entry(c, Verdict.CONFIRMED)))["kliko"]
    assert len(kept) == len(set(kept)) == phrasings.MOST_OF_ENTRY
    assert kept[:2] == ["tekst 20", f"tekst {phrasings.MOST_OF_ENTRY + 4}"]
    monkeypatch.setattr(phrasings, "OLD", phrasings.OLD.offset(3))
    await balie.store.write(add("tekst 99"))
    assert await balie.store.read(phrasings.count) == 3


async def test_the_effect_is_measured_on_words_that_were_not_learned(balie: Balie, base: Answers) -> None:
    assert await base.measured(by=JAN) is None
    for number in range(4):
        card = await balie.mention(
            f"onze glasbak thuis is niet opgehaald {'heel ' * number}", author_id=f"burger-{number}"
        )
        await answered(balie, card, KLIKO.answer, entry="kliko")
    effect = await base.measured(by=JAN)
    assert effect
    assert (effect.wordings, effect.before, effect.after) == (4, 0.0, 1.0)
