"""Erasure on request: nothing that a citizen wrote is left, nor what was learned from it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, select

from bot.answers import Answers
from bot.conversation import Action
from bot.erasure import Erased, Erasure
from bot.model import Card, Draft, Edited, Mentioned, Told, Visibility
from bot.model.answers import Saved
from bot.store import Store, audit, tables
from handlers.commands.erasing import erase
from knowledge.advisor import Advisor
from knowledge.faq import Entry
from tests.flow.conftest import Balie, a_mention, build, done
from tests.flow.town import FATIMA, JAN, MONDAY, PETER

KLIKO = Entry(
    key="kliko",
    question="Kliko niet geleegd?",
    variants=("Mijn kliko is niet geleegd",),
    answer="Vervelend! Wij komen morgen bij u langs om hem te legen.",
    department="afval",
)
WHO = "@wilgenroos@mastodon.example"
WORDS = ("kliko zwavelgeel", "zwavelgeel", "appelmoes", "vlinderdas", "zeepaardje", "wilgenroos", "9876543")


async def story(balie: Balie) -> Card:
    """A citizen writes, edits, writes on, is answered and learned from; colleagues begin a text and quote."""
    base = Answers(balie.store, balie.rules, balie.clock)
    assert isinstance(await base.save(KLIKO, seen_revision=0, by=PETER), Saved)
    balie.rules.replace(balie.rules.rulebook, Advisor(balie.rules.rulebook, [KLIKO], today=lambda: MONDAY.date()))
    who = {"author": WHO, "author_id": "https://mastodon.example/users/9876543"}
    card = await balie.mention("Mijn kliko zwavelgeel is niet geleegd, appelmoes!", reference={"x": "9876543"}, **who)
    await balie.edit(card, "Mijn kliko zwavelgeel is niet geleegd!")
    card = await balie.card(card)
    text = f"{WHO} Vervelend! Wij komen morgen bij u langs om hem te legen."
    claimed = done(await balie.decide(card, Action.CLAIM, writing=True))
    answered = await balie.resolved(done(await balie.decide(claimed, Action.APPROVE, text=text, entry="kliko")))
    link = "https://mastodon.example/@wilgenroos/1"
    again = await balie.write_again(answered, "En mijn vlinderdas?", url=link, author=WHO)
    await balie.office.save_draft(Draft(conversation_id=again.conversation_id, by=JAN, text="Uw vlinderdas ligt hier."))
    claimed = done(await balie.decide(again, Action.CLAIM, by=FATIMA))
    submitted = done(await balie.decide(claimed, Action.SUBMIT, by=FATIMA, text="Uw vlinderdas ligt hier."))
    done(await balie.decide(submitted, Action.SEND_BACK, by=JAN, note="Noem de vlinderdas niet."))
    early = Edited(event_id="e", post_id="https://mastodon.example/users/9876543/7", text="zeepaardje", at=MONDAY)
    await balie.receive(early)
    await balie.work.idle()
    return await balie.card(again)


def found(connection: Connection, words: tuple[str, ...] = WORDS) -> list[str]:
    """Return every place in the database that holds one of the words."""
    places = []
    for table in tables.conversation.metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for column, value in row.items():
                ids = {("early", "post_id"), ("kept", "value")}
                if (table.name, column) not in ids and any(word in str(value).lower() for word in words):
                    places.append(f"{table.name}.{column}: {value}")
    return places


async def test_no_column_of_any_table_holds_it(balie: Balie) -> None:
    await story(balie)
    before = await balie.store.read(found)
    holding = {place.split(":")[0] for place in before}
    expected = {"mention.text", "mention_version.text", "early.text", "phrasing.text", "draft.text"}
    assert expected | {"conversation.author", "conversation.returned_note", "reply.text"} <= holding
    erased = await Erasure(balie.store, balie.clock).erase("plein", "wilgenroos@mastodon.example")
    assert isinstance(erased, Erased)
    assert {name: count > 0 for name, count in erased.counts.items()} == dict.fromkeys(erased.counts, True)
    assert await balie.store.read(found) == []


async def test_the_cards_are_shown_again_without_it(balie: Balie) -> None:
    card = await story(balie)
    await Erasure(balie.store, balie.clock).erase("plein", WHO)
    await balie.work.idle()
    shown = [str(one) for _, one in balie.desk.messages.values()]
    assert len(shown) > 1
    assert not [word for word in WORDS for one in shown if word in one.lower()]
    assert (await balie.card(card)).withdrawn


async def test_the_account_still_fits_and_says_that_it_was_done(balie: Balie) -> None:
    card = await story(balie)
    await Erasure(balie.store, balie.clock).erase("plein", WHO)
    assert await balie.store.read(audit.faults) == []
    assert ("balie", "erased", "ok") in await balie.audit(card)


async def test_our_own_answer_stays(balie: Balie) -> None:
    card = await story(balie)
    await Erasure(balie.store, balie.clock).erase("plein", WHO)
    (reply,) = await balie.replies(card)
    assert "Wij komen morgen bij u langs" in reply.text
    assert reply.posted


async def test_another_citizen_is_left_alone(balie: Balie) -> None:
    other = await balie.mention("Mijn kliko is kapot.", author="@ander", author_id="ander")
    await story(balie)
    await Erasure(balie.store, balie.clock).erase("plein", WHO)
    assert (await balie.card(other)).mention.text == "Mijn kliko is kapot."


async def test_the_same_message_does_not_come_back_by_itself(balie: Balie) -> None:
    mention = a_mention(text="Mijn zeepaardje", author=WHO)
    event = Mentioned(event_id="same", mention=mention)
    await balie.receive(event)
    await Erasure(balie.store, balie.clock).erase("plein", WHO)
    await balie.receive(event)
    await balie.receive(Mentioned(event_id="other", mention=mention))
    later = mention.posted_at + timedelta(minutes=1)
    await balie.receive(Edited(event_id="edit", post_id=mention.post_id, text="zeepaardje!", at=later))
    assert await balie.store.read(found) == []


async def test_a_reply_under_way_is_settled_first(balie: Balie) -> None:
    card = await balie.place(await balie.mention(author=WHO))
    erasure = Erasure(balie.store, balie.clock)
    assert isinstance(await erasure.erase("plein", WHO), Told)
    assert (await balie.card(card)).mention.text
    await balie.resolved(card)
    assert isinstance(await erasure.erase("plein", WHO), Erased)


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.PRIVATE])
async def test_who_wrote_nothing_is_told(balie: Balie, visibility: Visibility) -> None:
    await balie.mention(author="@ander", visibility=visibility)
    assert isinstance(await Erasure(balie.store, balie.clock).erase("plein", WHO), Told)
    assert isinstance(await Erasure(balie.store, balie.clock).erase("elders", "@ander"), Told)


@pytest.mark.sqlite
async def test_the_file_itself_holds_it_no_more(database: Callable[[], Store], tmp_path: Path) -> None:
    store = database()
    balie = build(store)
    await story(balie)
    await Erasure(store, balie.clock).erase("plein", WHO)
    store.close()
    with closing(sqlite3.connect(tmp_path / "balie.db")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = (tmp_path / "balie.db").read_bytes().lower()
    assert not [word for word in WORDS if word.encode() in content and word != "9876543"]


@pytest.mark.sqlite
async def test_the_command_asks_first_and_says_what_was_removed(
    database: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    balie = build(database())
    await story(balie)
    monkeypatch.setenv("BALIE_DATA", str(tmp_path))
    refused = await asyncio.to_thread(CliRunner().invoke, erase, ["plein", WHO], input="n\n")
    assert refused.exit_code == 0
    assert await balie.store.read(found)
    done_so = await asyncio.to_thread(CliRunner().invoke, erase, ["plein", WHO, "--yes"])
    assert done_so.exit_code == 0, done_so.output
    assert "Geleerde formuleringen: 1" in done_so.output
    assert await balie.store.read(found) == []
    again = await asyncio.to_thread(CliRunner().invoke, erase, ["plein", WHO, "--yes"])
    assert again.exit_code == 1
    balie.store.close()
