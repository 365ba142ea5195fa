"""Everything a colleague can do with a card in Slack, dialog by dialog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import State
from bot.model import CloseReason, Face, Recovery
from bot.store import Store
from knowledge.faq import Entry
from tests.flow.slack_world import CHANNELS, EVA, FATIMA, JAN, PETER, World, world
from tests.flow.town import MONDAY
from tests.servers.slack import labels, text_of

KLIKO = Entry(
    key="kliko",
    question="Mijn kliko is niet geleegd. Wanneer komen jullie?",
    answer="Vervelend! Zet uw container morgen weer aan de weg, dan legen wij hem.",
)
GROF = Entry(key="grof", question="Hoe bied ik grofvuil aan?", answer="Maak een afspraak voor grofvuil.")


@pytest.fixture
def recovery() -> Recovery:
    return Recovery.READ_BACK


@pytest.fixture
async def balie(store: Store, recovery: Recovery) -> AsyncIterator[World]:
    async with world(store, recovery=recovery, entries=(KLIKO, GROF)) as built:
        yield built


def title(view: dict[str, object]) -> object:
    return view["title"]["text"]  # type: ignore[index]


async def test_opening_the_dialog_claims_and_others_see_who_writes(balie: World) -> None:
    view = await balie.open(JAN, await balie.mention())
    await balie.work.idle()
    assert title(view) == "Antwoord schrijven"
    assert "Jan schrijft, sinds 14:00" in text_of(balie.newest())


async def test_what_fits_well_is_filled_in_and_another_answer_is_one_choice_away(balie: World) -> None:
    await balie.open(JAN, await balie.mention())
    _, element = balie.slack.field(JAN, "text")
    assert element["initial_value"] == KLIKO.answer
    await balie.slack.choose(JAN, "search", "Hoe bied ik grofvuil")
    await balie.settled()
    assert balie.slack.written(JAN, "text") == GROF.answer
    await balie.slack.choose(JAN, "entry", "Zelf schrijven")
    await balie.settled()
    await balie.slack.type(JAN, "text", "Mijn eigen woorden.")
    await balie.slack.choose(JAN, "entry", "Zelf schrijven")
    await balie.settled()
    assert balie.slack.field(JAN, "text")[1]["initial_value"] == "Mijn eigen woorden."


async def test_what_was_typed_is_there_when_the_dialog_opens_again(balie: World) -> None:
    await balie.open(JAN, await balie.mention())
    await balie.slack.type(JAN, "text", "Halverwege")
    balie.slack.close(JAN)
    await balie.work.idle()
    await balie.open(JAN, balie.newest(), "Verder schrijven")
    assert balie.slack.field(JAN, "text")[1]["initial_value"] == "Halverwege"


async def test_back_from_the_preview_leads_to_the_text(balie: World) -> None:
    await balie.write(JAN, await balie.mention(), "Eerste versie")
    balie.slack.close(JAN)
    assert title(balie.slack.top(JAN)) == "Antwoord schrijven"
    await balie.slack.type(JAN, "text", "Tweede versie")
    await balie.slack.submit(JAN)
    assert "Tweede versie ^JK" in text_of(balie.slack.top(JAN))


async def test_an_empty_text_is_told_at_the_field(balie: World) -> None:
    await balie.open(JAN, await balie.mention())
    await balie.slack.type(JAN, "text", "  ")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"].values()) == ["Er staat nog geen tekst."]


async def test_personal_data_needs_a_tick_and_a_bsn_never_goes(balie: World) -> None:
    await balie.write(JAN, await balie.mention(), "Bel mij op 06-12345678.")
    assert "Let op:" in text_of(balie.slack.top(JAN))
    await balie.slack.submit(JAN)
    assert balie.slack.top(JAN)["errors"] == {"personal": "Zet een vinkje als dit geplaatst mag worden."}
    await balie.slack.tick(JAN, "personal")
    await balie.slack.submit(JAN)
    await balie.later()
    assert balie.platform.texts() == ["Bel mij op 06-12345678. ^JK"]

    await balie.write(JAN, await balie.mention("Nog een kliko"), "Uw nummer is 111222333.")
    assert "submit" not in balie.slack.top(JAN)


async def test_a_text_that_is_too_long_can_be_split(balie: World) -> None:
    await balie.write(JAN, await balie.mention(), " ".join(["Wij komen morgen langs om te legen."] * 10))
    await balie.slack.submit(JAN)
    assert "te lang" in balie.slack.top(JAN)["errors"]["split"]
    await balie.slack.tick(JAN, "split")
    await balie.slack.submit(JAN)
    await balie.later()
    assert len(balie.platform.texts()) == 2
    assert balie.platform.texts()[1].endswith("(2/2) ^JK")


async def test_who_may_not_place_has_it_checked_and_another_places_it(balie: World) -> None:
    await balie.write(FATIMA, await balie.mention())
    assert balie.slack.top(FATIMA)["submit"]["text"] == "Laten controleren"
    await balie.slack.submit(FATIMA)
    assert text_of(balie.slack.top(FATIMA)).startswith("Wacht op controle")
    await balie.work.idle()
    assert labels(balie.newest())[:2] == ["Goedkeuren", "Terugsturen"]

    view = await balie.open(PETER, balie.newest(), "Goedkeuren")
    assert "Mijn kliko is niet geleegd" in text_of(view)
    assert "Wij komen morgen langs. ^FA" in text_of(view)
    await balie.slack.submit(PETER)
    await balie.later()
    assert balie.platform.texts() == ["Wij komen morgen langs. ^FA"]


async def test_what_is_sent_back_says_why(balie: World) -> None:
    await balie.write(FATIMA, await balie.mention())
    await balie.slack.submit(FATIMA)
    await balie.work.idle()
    await balie.open(PETER, balie.newest(), "Goedkeuren")
    await balie.slack.press_in(PETER, "Terugsturen")
    await balie.settled()
    await balie.slack.submit(PETER)
    assert list(balie.slack.top(PETER)["errors"]) == ["note"]
    await balie.slack.type(PETER, "note", "Graag zonder datum.")
    await balie.slack.submit(PETER)
    await balie.work.idle()
    view = await balie.open(FATIMA, balie.newest(), "Verder schrijven")
    assert "Graag zonder datum." in text_of(view)


async def test_closing_asks_why(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message, "Geen reactie nodig")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"]) == ["reason"]
    await balie.slack.choose(JAN, "reason", "melding doorgezet")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"]) == ["note"]
    await balie.slack.type(JAN, "note", "2026-123")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert balie.slack.stacks[JAN] == []
    assert text_of(balie.newest()).startswith("Geen reactie nodig · melding doorgezet (2026-123)")
    assert (await balie.card(message)).close_reason is CloseReason.REPORT_FILED

    await balie.press(JAN, balie.newest(), "Heropenen")
    await balie.work.idle()
    assert text_of(balie.newest()).startswith("Open")


async def test_forwarding_moves_the_card_and_leaves_a_link(balie: World) -> None:
    old = await balie.mention()
    await balie.open(JAN, old, "Doorsturen")
    await balie.slack.choose(JAN, "to", "Webcare")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    await balie.later(timedelta(seconds=3))
    fresh = balie.newest("webcare")
    assert labels(fresh)[0] == "Beantwoorden"
    assert labels(old) == []
    links = [each["url"] for each in old["blocks"][0]["elements"][0]["elements"] if each["type"] == "link"]
    assert links == [f"https://veldwijk.slack.example/archives/CWEBCARE/p{fresh['ts'].replace('.', '')}"]


async def test_a_colleague_is_asked_in_the_thread(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message, "Collega vragen")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"]) == ["colleague"]
    await balie.slack.choose(JAN, "colleague", "Fatima")
    await balie.slack.pick_moment(JAN, "own", int((MONDAY + timedelta(hours=1)).timestamp()))
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert text_of(balie.newest()).startswith("Uitgezet bij Fatima, antwoord vóór 15:00")
    line = balie.slack.lines(CHANNELS["afval"])[-1]
    assert line["thread_ts"] == message["ts"]
    assert "reply_broadcast" not in line


async def test_a_reminder_is_set_for_one_of_the_offered_moments(balie: World) -> None:
    await balie.open(JAN, await balie.mention(), "Herinner me later")
    await balie.slack.choose(JAN, "until", "15:00")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert text_of(balie.newest()).startswith("Herinnering om 15:00, door Jan")
    assert labels(balie.newest())[0] == "Nu oppakken"


async def test_two_messages_become_one_and_come_apart_again(balie: World) -> None:
    await balie.mention("De kliko in de Kanaalstraat is vol", author_id="een", author="@een")
    second = await balie.mention("Kanaalstraat: kliko stinkt", author_id="twee", author="@twee")
    await balie.open(JAN, second, "Samenvoegen")
    await balie.slack.choose(JAN, "into", "@een")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert text_of(balie.newest()).startswith("Samengevoegd")
    await balie.press(JAN, balie.newest(), "Weer losmaken")
    assert (await balie.card(second)).state is State.OPEN


async def test_taking_over_asks_first_and_tells_the_other(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message)
    await balie.slack.type(JAN, "text", "Halverwege")
    await balie.work.idle()
    view = await balie.open(PETER, balie.newest(), "Verder schrijven")
    assert "Jan Koning heeft dit sinds 14:00. Overnemen?" in text_of(view)
    await balie.slack.submit(PETER)
    assert title(balie.slack.top(PETER)) == "Antwoord schrijven"
    assert balie.slack.field(PETER, "text")[1]["initial_value"] == "Halverwege"
    await balie.work.idle()
    assert (await balie.card(message)).holder.key == "peter"  # type: ignore[union-attr]
    assert "Peter Boer" in balie.slack.lines(CHANNELS["afval"])[-1]["text"]


async def test_letting_go_from_the_dialog(balie: World) -> None:
    message = await balie.mention()
    await balie.open(JAN, message)
    await balie.slack.press_in(JAN, "Loslaten")
    await balie.settled()
    assert (await balie.card(message)).state is State.OPEN


async def test_an_answer_is_corrected_and_retracted(balie: World) -> None:
    message = await balie.mention()
    await balie.place(JAN, message)
    await balie.later()
    view = await balie.open(JAN, balie.newest(), "Corrigeren")
    assert title(view) == "Correctie schrijven"
    await balie.slack.type(JAN, "text", "Wij komen overmorgen langs.")
    await balie.slack.submit(JAN)
    await balie.slack.submit(JAN)
    await balie.later()
    assert balie.platform.texts()[-1] == "Wij komen overmorgen langs. ^JK"

    await balie.open(JAN, balie.newest(), "Intrekken")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert balie.slack.stacks[JAN] == []


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_what_may_stand_there_is_looked_at_by_a_person(balie: World) -> None:
    balie.platform.faults.append("500 before")
    message = await balie.mention()
    await balie.place(JAN, message)
    await balie.later()
    assert text_of(balie.newest()).startswith("Misschien geplaatst.")
    assert labels(balie.newest()) == ["Het staat er", "Opnieuw plaatsen"]
    await balie.open(JAN, balie.newest(), "Opnieuw plaatsen")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"]) == ["looked"]
    await balie.slack.tick(JAN, "looked")
    await balie.slack.submit(JAN)
    await balie.later()
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]


@pytest.mark.parametrize("recovery", [Recovery.ASK])
async def test_a_person_confirms_that_it_is_there(balie: World) -> None:
    balie.platform.faults.append("500 after")
    message = await balie.mention()
    await balie.place(JAN, message)
    await balie.later()
    await balie.open(JAN, balie.newest(), "Het staat er")
    await balie.slack.type(JAN, "url", "https://fake.example/own-1")
    await balie.slack.submit(JAN)
    assert (await balie.card(message)).state is State.ANSWERED


async def test_what_the_platform_refuses_is_answered_there_and_archived(balie: World) -> None:
    balie.platform.faults.append("refused")
    message = await balie.mention(url="https://fake.example/post-1")
    await balie.place(JAN, message)
    await balie.later()
    assert text_of(balie.newest()).startswith("Niet geplaatst:")
    assert labels(balie.newest())[:2] == ["Antwoord op fake.example", "Gedaan"]
    await balie.press(JAN, balie.newest(), "Antwoord op fake.example")
    await balie.open(JAN, balie.newest(), "Gedaan")
    await balie.slack.submit(JAN)
    assert list(balie.slack.top(JAN)["errors"]) == ["url"]
    await balie.slack.type(JAN, "url", "https://fake.example/own-9")
    await balie.slack.submit(JAN)
    assert (await balie.card(message)).face is Face.ANSWERED


async def test_a_private_message_is_read_in_a_dialog_that_is_recorded(balie: World) -> None:
    message = await balie.mention("Mijn kliko, ik woon Dorpsstraat 1", visibility="private")
    assert "Dorpsstraat" not in str(message)
    assert message["text"] == "Nieuw privébericht bij Afval via Nepnet."
    view = await balie.open(JAN, message, "Lezen")
    assert "Dorpsstraat" in text_of(view)
    card = await balie.card(message)
    assert card.state is State.OPEN
    await balie.slack.submit(JAN)
    assert title(balie.slack.top(JAN)) == "Antwoord schrijven"
    assert (await balie.card(message)).state is State.CLAIMED


async def test_a_reader_along_sees_the_card_and_may_not_answer(balie: World) -> None:
    await balie.mention()
    along = balie.newest("west")
    await balie.press(EVA, along, "Oppakken")
    assert "mandaat" in balie.slack.whispers[-1]["text"]


async def test_who_checks_sees_which_words_were_changed(balie: World) -> None:
    await balie.write(FATIMA, await balie.mention(), KLIKO.answer.replace("morgen", "vrijdag"))
    await balie.slack.submit(FATIMA)
    await balie.work.idle()
    view = await balie.open(PETER, balie.newest(), "Goedkeuren")
    runs = [run for block in view["blocks"][:3] for part in block["elements"] for run in part["elements"]]
    assert "vrijdag" in [run["text"] for run in runs if run.get("style") == {"bold": True}]
    assert "Vervelend! Zet uw container " in [run["text"] for run in runs if "style" not in run]
