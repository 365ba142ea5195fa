"""The 25 lines that every card and dialog keeps, on both desks; where another test shows a line, it is named here."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

from bot.conversation import Action
from bot.model import Visibility
from handlers.cards.buttons import AFTER_A_DIALOG, LABELS, Verb
from handlers.gallery.page import _web, wording
from handlers.gallery.samples import cards
from handlers.gallery.slack import messages, views
from handlers.web.pages import PART, STATIC, Pages
from tests.flow.colleague import colleague
from tests.flow.conftest import Balie, done
from tests.flow.what_is_shown import Button, Page, Part, of_slack

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
DONE = ("beantwoord", "geen reactie nodig", "samengevoegd", "verwijderd")
DIRECTIONS = re.compile(r"\b(hieronder|hierboven|links|rechts|onderaan|bovenaan)\b", re.IGNORECASE)
PICTURES = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]|:[a-z_]+:")
COUNTDOWN = re.compile(r"\b(over|nog) \d+ (min|minuten|uur|seconden)\b|\bgeleden\b", re.IGNORECASE)
ABBREVIATIONS = re.compile(r"\b(i\.v\.m\.|d\.m\.v\.|t\.a\.v\.|o\.a\.|m\.b\.t\.|FAQ|SLA|ID)\b")

WORDS = wording()
SLACK = [
    *(of_slack(name, shown, dialog=False) for name, shown in messages(WORDS)),
    *(of_slack(name, shown, dialog=True) for name, shown in views(WORDS)),
]
WEB_CARDS = [Page(name, _web(Pages(WORDS), card), dialog=False).part for name, card in cards()]
WEB_DIALOGS: list[Part] = []


@pytest.fixture
async def dialogs(balie: Balie) -> list[Part]:
    """Return every dialog of the web desk, as the real pages show it; asked for once."""
    if not WEB_DIALOGS:
        WEB_DIALOGS.extend([Page(name, html, dialog=True).part for name, html in (await _asked(balie)).items()])
    return WEB_DIALOGS


async def _asked(balie: Balie) -> dict[str, str]:
    shown: dict[str, str] = {}
    card = await balie.mention("Mijn kliko is niet geleegd. Bel 06-12345678.", url="https://fake.example/1")
    other = await balie.mention("Ook mijn kliko.", author_id="buur")
    assert other
    async with colleague(balie, "jan") as jan:
        base = f"/balie/kaart/{card.conversation_id}"
        for verb in [*AFTER_A_DIALOG, Verb.READ]:
            shown[verb] = (await jan.go(f"{base}/{verb}", headers={PART: "1"})).text
        await jan.go(base)
        await jan.press("Beantwoorden")
        jan.http.headers[PART] = "1"
        shown["answer"] = (await jan.go(f"{base}/schrijven")).text
        shown["preview"] = (await jan.press("Bekijk", text="Bel 06-87654321.")).text
        shown["personal"] = (await jan.press("Plaatsen")).text
        shown["placed"] = (await jan.press("Plaatsen", personal="1")).text
    return shown


def named(module: str, *tests: str) -> None:
    """Say which other tests show a line; a test that is renamed is missed here."""
    found = import_module(f"tests.{module}")
    for test in tests:
        assert hasattr(found, test), test


def everywhere(dialogs: list[Part]) -> list[Part]:
    return [*SLACK, *WEB_CARDS, *dialogs]


def all_buttons(part: Part) -> list[Button]:
    return [*part.buttons, *part.menu]


@pytest.mark.parametrize("part", [*(each for each in SLACK if not each.dialog), *WEB_CARDS], ids=lambda p: p.name)
def test_line_01_the_line_that_is_heard_first_is_short_and_says_the_state(part: Part) -> None:
    assert 10 < len(part.notification) <= 150
    if part.desk == "slack" and part.name != "verhuisd":
        assert part.notification.startswith(part.first.split()[0])


def test_line_02_that_line_holds_nothing_private_and_calls_nobody() -> None:
    for part in chain(SLACK, WEB_CARDS):
        assert part.desk == "web" or not re.search(r"<[@#!]", part.notification)
        if part.name == "nieuw, privébericht":
            assert "kliko" not in part.notification.lower()
    named("unit.test_cards", "test_a_private_message_shows_no_word_of_it_anywhere_on_the_card")


async def test_line_03_three_buttons_and_one_menu_of_five(dialogs: list[Part]) -> None:
    for part in [each for each in everywhere(dialogs) if not each.dialog]:
        assert len(part.buttons) <= 3, part.name
        assert part.menus <= 1
        own = [each for each in part.menu if each.does]  # on the web "Wat is er gebeurd" stands there too
        assert len(own) <= 5, part.name


async def test_line_04_one_button_stands_out_and_only_taking_away_warns(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        primary = [each for each in part.buttons if each.style == "primary"]
        assert len(primary) + bool(part.hands_in) <= 1, part.name
        if part.buttons and not part.dialog:
            assert len(primary) == 1, part.name
        warned = {each.does for each in all_buttons(part) if each.style == "danger"}
        assert warned <= {Verb.RETRACT, ""}, part.name
    assert Verb.RETRACT in AFTER_A_DIALOG  # which asks first


async def test_line_05_a_label_is_short_and_means_one_thing(dialogs: list[Part]) -> None:
    assert all(len(WORDS.text(label)) <= 30 for label in LABELS.values())
    assert len({WORDS.text(label) for label in LABELS.values()}) == len(LABELS)
    for part in everywhere(dialogs):
        for button in part.buttons:
            assert len(button.label) <= (30 if button.url.startswith("http") else 20), button
            assert button.label, part.name
    named("unit.test_slack_shown", "test_no_two_buttons_with_one_label_do_different_things")


def test_line_06_who_hears_a_button_hears_whose_message_it_is_about() -> None:
    for part in [each for each in chain(SLACK, WEB_CARDS) if not each.dialog]:
        for button in [each for each in part.buttons if each.heard]:
            assert button.heard.startswith(button.label)
            assert "@" in button.heard
            assert part.desk == "web" or len(button.heard) <= 75
    named("unit.test_slack_shown", "test_buttons_are_short_and_say_to_whom_they_belong")


async def test_line_07_nothing_is_said_by_colour_place_or_picture_alone(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        assert not DIRECTIONS.search(part.words), part.name
        assert not PICTURES.search(part.words), part.name
    named("unit.test_slack_shown", "test_no_percentages_no_directions_no_emoji")


async def test_line_08_no_abbreviations_and_no_percentages(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        assert "%" not in part.words, part.name
        assert not ABBREVIATIONS.search(part.words), part.name


def test_line_09_nothing_vital_stands_in_the_menu() -> None:
    vital = {Verb.ANSWER, Verb.READ, Verb.CONTINUE, Verb.CHECK, Verb.HOLD_BACK, Verb.IT_IS_THERE, Verb.TAKE_NOW}
    for part in chain(SLACK, WEB_CARDS):
        assert not vital.intersection(each.does for each in part.menu), part.name


async def test_line_10_titles_and_the_buttons_of_dialogs_are_whole(dialogs: list[Part]) -> None:
    for part in [each for each in everywhere(dialogs) if each.dialog]:
        for words in (part.title, part.close, part.hands_in) if part.desk == "slack" else ():
            assert len(words) <= 24
            assert not words.endswith("...")
        assert part.title, part.name


def test_line_11_a_dialog_opens_at_a_click_and_closing_it_changes_nothing() -> None:
    named("flow.test_slack_dialogs", "test_what_was_typed_is_there_when_the_dialog_opens_again")
    named("flow.test_slack_dialogs", "test_back_from_the_preview_leads_to_the_text")
    named("flow.test_slack_threads", "test_no_event_of_any_kind_changes_anything")
    listening = (ROOT / "handlers/desks/slack/listening.py").read_text()
    assert "view_closed" not in listening


async def test_line_12_what_is_wrong_is_said_at_its_field(dialogs: list[Part]) -> None:
    wrong = next(part for part in dialogs if part.name == "personal")
    assert "Zet een vinkje als dit geplaatst mag worden." in wrong.words
    named("flow.test_slack_dialogs", "test_an_empty_text_is_told_at_the_field", "test_closing_asks_why")
    named("flow.test_desk_pages", "test_no_reply_needed_asks_why")


async def test_line_13_every_field_has_a_label(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        assert part.unlabelled == [], part.name
        assert "placeholder=" not in part.words


def test_line_14_what_is_read_first_comes_first() -> None:
    css = (STATIC / "balie.css").read_text()
    assert not re.search(r"(^|[\s;{])order:|row-reverse|column-reverse", css)
    templates = "".join(path.read_text() for path in (STATIC.parent / "templates").rglob("*.html"))
    assert not re.search(r'tabindex="[1-9]', templates)
    named("unit.test_slack_shown", "test_only_long_known_blocks_and_no_columns")


def test_line_15_it_fits_on_a_narrow_screen() -> None:
    named("browser.test_everybody_can_use_it", "test_nothing_sticks_out_on_a_phone")
    named("browser.test_everybody_can_use_it", "test_at_twice_the_size_everything_still_fits")


async def test_line_16_pictures_of_citizens_are_a_number_and_a_link(dialogs: list[Part]) -> None:
    assert all(part.pictures == 0 for part in everywhere(dialogs))
    assert any("1 foto" in part.words for part in SLACK)
    assert any("1 foto" in part.words for part in WEB_CARDS)


def test_line_17_what_one_person_sees_answers_that_person_alone() -> None:
    callers = [path.name for path in (ROOT / "handlers").rglob("*.py") if "chat.postEphemeral" in path.read_text()]
    assert callers == ["workspace.py"]
    named("flow.test_slack_trust", "test_an_outsider_is_refused_with_an_answer")


def test_line_18_nobody_is_called_and_no_link_unfolds() -> None:
    named("flow.test_slack_trust", "test_hostile_text_is_shown_as_text_and_calls_nobody")
    board = (ROOT / "handlers/desks/slack/board.py").read_text()
    for setting in ('"link_names": False', '"unfurl_links": False', '"unfurl_media": False'):
        assert setting in board


def test_line_19_a_change_is_no_new_message() -> None:
    named("flow.test_cards", "test_every_card_changes_in_place")
    named("flow.test_slack_shown", "test_a_follow_up_posts_one_fresh_card_and_shrinks_the_old_one")
    sources = "".join(path.read_text() for path in (ROOT / "handlers/desks").rglob("*.py"))
    assert "reply_broadcast" not in sources


async def test_line_20_a_link_that_leaves_names_its_host(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        for words, url in part.links:
            if url.startswith("http") and "slack.com" not in url:
                assert url.split("/")[2] in words, (part.name, words)


def test_line_21_every_click_is_answered_in_time() -> None:
    named("flow.test_slack_shown", "test_a_click_is_answered_within_a_second_while_500_cards_wait")
    named("flow.test_slack_shown", "test_a_slow_store_still_opens_the_dialog_in_time")
    assert "Bezig" in next(part for part in SLACK if part.name == "bezig").words


async def test_line_22_times_are_times_and_not_how_long_it_takes(dialogs: list[Part]) -> None:
    for part in everywhere(dialogs):
        assert not COUNTDOWN.search(part.words), part.name
    named("unit.test_wording", "test_a_moment_of_today_is_a_time_and_another_day_is_named")


async def test_line_23_private_words_stand_in_a_dialog_and_a_direct_message_says_where_it_is_from(balie: Balie) -> None:
    balie.channel.abilities = replace(balie.channel.abilities, visibilities=tuple(Visibility))
    card = await balie.mention("Mijn kliko: ik ben ziek.", visibility=Visibility.PRIVATE)
    done(await balie.decide(card, Action.CLAIM))
    async with colleague(balie, "jan") as jan:
        await jan.go("/balie")
        assert "ziek" not in jan.text
        await jan.go(f"/balie/kaart/{card.conversation_id}/read")
        assert "ziek" in jan.text
    named("flow.test_closing_time", "test_in_slack_one_can_let_go_of_each_in_the_message_itself")
    named("flow.test_slack_lists", "test_a_private_message_stands_in_a_list_without_its_words")


def test_line_24_only_blocks_that_slack_has_long_known() -> None:
    named("unit.test_slack_shown", "test_only_long_known_blocks_and_no_columns", "test_slack_takes_every_dialog")


def test_line_25_a_greeting_once_and_help_everywhere() -> None:
    named("flow.test_slack_threads", "test_balie_greets_a_channel_once_and_names_who_added_it")
    named("flow.test_slack_threads", "test_who_calls_balie_hears_how_it_works")
    named("flow.test_slack_lists", "test_nothing_late_and_nothing_mine_are_said")
