"""Whatever citizens write, it is taken in, shown harmless, and kept as it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.conversation import Action
from bot.model import Draft, Mentioned, Preview
from bot.store import mentions
from tests.flow.conftest import Balie, a_mention, done, wrong
from tests.flow.town import JAN

HIDDEN = {
    "a bidi override": "Mijn kliko \u202egnafvO\u202c is vol",
    "zero width": "Mijn kl\u200biko is\ufeff vol\u2060",
    "tag characters": "Mijn kliko is vol\U000e0041\U000e0042",
    "piled up marks": "Mijn kliko is vol" + "o" + "\u0301" * 40,
    "control characters": "Mijn kliko\x07\x1b[31m is vol\x85",
    "blank letters": "Mijn kliko\u3164\u2800 is vol",
}
BROKEN = {
    "NUL": ("Mijn kliko\0 is vol", "Mijn kliko is vol"),
    "half a pair": ("Mijn kliko \ud83d is vol", "Mijn kliko \ufffd is vol"),
    "the other half": ("\udc00Mijn kliko is vol", "\ufffdMijn kliko is vol"),
    "a pair in two halves": ("Mijn kliko \ud83d\ude00 is vol", "Mijn kliko \U0001f600 is vol"),
}


async def stored_text(balie: Balie, post_id: str) -> str:
    found = await balie.store.read(lambda c: mentions.by_post(c, account="plein", post_id=post_id))
    assert found
    return found.mention.text


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
async def test_the_card_shows_no_character_that_hides_or_reorders_and_the_store_keeps_all(
    balie: Balie, text: str
) -> None:
    card = await balie.mention(text, post_id="p")
    shown = card.mention.text
    assert [c for c in shown if (unicodedata.category(c) in ("Cf", "Cc") and c != "\n") or c in "\u3164\u2800"] == []
    assert max(len(run) for run in "".join("m" if unicodedata.combining(c) else " " for c in shown).split(" ")) <= 3
    assert await stored_text(balie, "p") == text
    assert (await balie.dialog(card)).mention_text == shown
    assert card.department == "Afval"


@pytest.mark.parametrize(
    ("author", "shown"),
    [("@bur\u202eger", "@burger"), ("Sanne\u200b\x07", "Sanne"), ("\u3164\u2800", "burger")],
    ids=["bidi", "zero width", "nothing but blanks"],
)
async def test_a_name_hides_and_reorders_nothing_either(balie: Balie, author: str, shown: str) -> None:
    assert (await balie.mention(author=author)).mention.author == shown


@pytest.mark.parametrize(("text", "kept"), BROKEN.values(), ids=BROKEN)
async def test_what_no_database_takes_is_mended_and_the_message_arrives(balie: Balie, text: str, kept: str) -> None:
    card = await balie.mention(text, post_id="p")
    assert await stored_text(balie, "p") == kept
    await balie.edit(card, text + "!")
    assert await stored_text(balie, "p") == kept + "!"


async def test_a_citizen_service_number_is_masked_before_it_is_stored(balie: Balie) -> None:
    card = await balie.mention("Mijn BSN is 111222333, mijn kliko is vol.", post_id="p")
    assert "111222333" not in await stored_text(balie, "p")
    await balie.edit(card, "Mijn kliko, BSN 111222333.")
    rows = await balie.store.read(
        lambda c: str([tuple(row) for row in c.exec_driver_sql("SELECT text FROM mention_version")])
    )
    assert "111222333" not in rows + await stored_text(balie, "p")


async def test_personal_data_is_not_on_the_card_that_many_see_but_in_the_dialog(balie: Balie) -> None:
    card = await balie.mention("Mijn kliko is vol, mail mij op jan.jansen@example.com.")
    assert "jansen@example" not in repr(balie.desk.messages)
    assert "jansen@example" in (await balie.dialog(card)).mention_text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.text(some.characters(exclude_categories=()), max_size=60))
async def test_any_text_at_all_becomes_a_card(balie: Balie, text: str) -> None:
    await balie.wipe()
    await balie.receive(Mentioned(event_id="any", mention=a_mention(text=text)))
    await balie.work.idle()
    assert await balie.office.card(balie.newest_card().conversation_id, JAN)


async def test_a_very_long_message_arrives_whole(balie: Balie) -> None:
    text = "Mijn kliko is niet geleegd. " * 3_000
    card = await balie.mention(text, post_id="p")
    assert card.department == "Afval"
    assert await stored_text(balie, "p") == text


@pytest.mark.parametrize("extra", [1, 2, 200, 9_720])
async def test_an_answer_that_is_too_long_is_never_cut_silently(balie: Balie, extra: int) -> None:
    card = await balie.mention()
    text = "x" * (280 - len(" ^JK") + extra)
    assert wrong(await balie.decide(card, Action.APPROVE, text=text)) == {"text"}
    preview = await balie.office.preview(Draft(conversation_id=card.conversation_id, by=JAN, text=text))
    assert isinstance(preview, Preview)
    assert preview.blocked
    assert f"{extra} characters too long" in str(preview.blocked)
    await balie.later()
    assert balie.platform.texts() == []


async def test_an_answer_that_just_fits_is_posted_whole(balie: Balie) -> None:
    text = "x" * (280 - len(" ^JK"))
    await balie.place(await balie.mention(), text)
    await balie.later()
    assert balie.platform.texts() == [text + " ^JK"]


async def test_one_word_that_fits_nowhere_is_not_split_silently(balie: Balie) -> None:
    card = await balie.mention()
    assert wrong(await balie.decide(card, Action.APPROVE, text="x" * 1_000, split=True)) == {"text"}


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_an_empty_answer_is_not_posted(balie: Balie, text: str) -> None:
    assert wrong(await balie.decide(await balie.mention(), Action.APPROVE, text=text)) == {"text"}


async def test_personal_data_in_an_answer_needs_a_tick_and_a_service_number_never_goes_out(balie: Balie) -> None:
    card = await balie.mention()
    mail = "Mail naar jan.jansen@example.com."
    assert wrong(await balie.decide(card, Action.APPROVE, text=mail)) == {"personal"}
    bsn = "Uw BSN is 111222333."
    assert wrong(await balie.decide(card, Action.APPROVE, text=bsn, personal_allowed=True)) == {"text"}
    done(await balie.decide(card, Action.APPROVE, text=mail, personal_allowed=True))


async def test_the_towns_own_number_and_mailbox_need_no_tick(balie: Balie) -> None:
    card = await balie.mention()
    done(await balie.decide(card, Action.APPROVE, text="Bel 14 0990 of mail info@veldwijk.example."))
