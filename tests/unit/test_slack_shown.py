"""Every card and dialog in Slack: within Slack's limits, by the checklist of the desk, and as it was last looked at.

After a wanted change: ``python -m tests.unit.test_slack_shown`` writes the snapshot anew, and ``balie cards`` draws it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlers.gallery.page import gallery, wording
from handlers.gallery.samples import cards
from handlers.gallery.slack import messages, views
from tests.servers.slack_checks import faults_of_message, faults_of_view

SNAPSHOT = Path(__file__).parent / "slack_shown.json"
MESSAGES = dict(messages(wording()))
VIEWS = dict(views(wording()))
FACES = dict(cards())
DIRECTIONS = re.compile(r"\b(hieronder|hierboven|links|rechts|onderaan|bovenaan)\b", re.IGNORECASE)

Json = Mapping[str, Any]


def elements(shown: Json, kind: str = "") -> Iterator[Json]:
    """Yield every button, menu and field."""
    for block in shown["blocks"]:
        if block["type"] == "actions":
            yield from (each for each in block["elements"] if not kind or each["type"] == kind)
        elif block["type"] == "input" and (not kind or block["element"]["type"] == kind):
            yield block["element"]


def own_words(shown: Json) -> str:
    """Return what we say ourselves, without what stands in quotes."""
    found = []
    for block in shown["blocks"]:
        for part in block.get("elements", []) if block["type"] == "rich_text" else []:
            if part["type"] == "rich_text_section":
                found += [run["text"] for run in part["elements"]]
    return " ".join(found)


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_card(name: str) -> None:
    assert faults_of_message(MESSAGES[name]) == []


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_dialog(name: str) -> None:
    assert faults_of_view(VIEWS[name]) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_the_line_on_a_locked_phone_says_the_state_and_is_short(name: str) -> None:
    text = MESSAGES[name]["text"]
    assert 10 < len(text) <= 150
    if name in FACES:
        bold = MESSAGES[name]["blocks"][0]["elements"][0]["elements"][0]
        assert bold["style"] == {"bold": True}
        assert text.startswith(bold["text"].split()[0])


@pytest.mark.parametrize("name", MESSAGES)
def test_that_line_mentions_nobody(name: str) -> None:
    assert not re.search(r"<[@#!]", MESSAGES[name]["text"])


def test_a_private_message_shows_none_of_its_words() -> None:
    assert "kliko" not in json.dumps(MESSAGES["nieuw, privébericht"])


@pytest.mark.parametrize("name", MESSAGES)
def test_at_most_three_buttons_and_a_menu_of_five(name: str) -> None:
    buttons, menus = list(elements(MESSAGES[name], "button")), list(elements(MESSAGES[name], "overflow"))
    assert len(buttons) <= 3
    assert len(menus) <= 1
    assert all(len(menu["options"]) <= 5 for menu in menus)


@pytest.mark.parametrize("name", MESSAGES)
def test_one_button_stands_out(name: str) -> None:
    buttons = list(elements(MESSAGES[name], "button"))
    assert [each for each in buttons if each.get("style") == "danger"] == []
    assert len([each for each in buttons if each.get("style") == "primary"]) == min(1, len(buttons))


@pytest.mark.parametrize("name", VIEWS)
def test_in_a_dialog_the_button_that_hands_in_is_the_only_one_that_stands_out(name: str) -> None:
    styled = [each for each in elements(VIEWS[name], "button") if each.get("style")]
    assert styled == [] or (name == "wordt geplaatst" and "submit" not in VIEWS[name] and len(styled) == 1)


@pytest.mark.parametrize("name", MESSAGES)
def test_buttons_are_short_and_say_to_whom_they_belong(name: str) -> None:
    for button in elements(MESSAGES[name], "button"):
        longest = 30 if "url" in button else 20  # a link names its host
        assert len(button["text"]["text"]) <= longest
        heard = button["accessibility_label"]
        assert len(heard) <= 75
        assert heard.startswith(button["text"]["text"])
        assert "@" in heard


def test_no_two_buttons_with_one_label_do_different_things() -> None:
    does: dict[str, set[str]] = {}
    for shown in MESSAGES.values():
        for button in elements(shown, "button"):
            does.setdefault(button["text"]["text"], set()).add(button["action_id"])
    assert {label: ids for label, ids in does.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_no_percentages_no_directions_no_emoji(name: str) -> None:
    said = own_words(MESSAGES.get(name) or VIEWS[name])
    assert "%" not in said
    assert not DIRECTIONS.search(said)
    assert not re.search(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]|:[a-z_]+:", said)


@pytest.mark.parametrize("name", VIEWS)
def test_titles_and_buttons_of_dialogs_fit(name: str) -> None:
    view = VIEWS[name]
    for part in ("title", "submit", "close"):
        assert len(view.get(part, {"text": ""})["text"]) <= 24
        assert not view.get(part, {"text": ""})["text"].endswith("...")


@pytest.mark.parametrize("name", VIEWS)
def test_every_field_has_a_label(name: str) -> None:
    for block in VIEWS[name]["blocks"]:
        if block["type"] == "input":
            assert block["label"]["text"].strip()


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_only_long_known_blocks_and_no_columns(name: str) -> None:
    shown = MESSAGES.get(name) or VIEWS[name]
    assert {block["type"] for block in shown["blocks"]} <= {"rich_text", "actions", "input"}


@pytest.mark.parametrize("name", MESSAGES)
def test_links_name_the_host_where_they_lead(name: str) -> None:
    for block in MESSAGES[name]["blocks"]:
        for part in block["elements"] if block["type"] == "rich_text" else []:
            for run in part["elements"]:
                if run["type"] == "link" and "slack.com" not in run["url"]:
                    assert run["url"].split("/")[2] in run["text"]


@pytest.mark.parametrize("name", [name for name in MESSAGES if name in FACES])
def test_a_done_card_takes_two_lines(name: str) -> None:
    rows = [block["type"] for block in MESSAGES[name]["blocks"]]
    if FACES[name].face in ("answered", "closed", "folded", "withdrawn"):
        assert rows in (["rich_text"], ["rich_text", "actions"])
        assert "\n" not in own_words(MESSAGES[name])


def test_every_card_and_dialog_is_as_it_was_last_looked_at() -> None:
    kept = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert kept["messages"] == {**MESSAGES}
    assert kept["views"] == {**VIEWS}


def test_the_gallery_shows_every_card_on_both_desks_and_runs_nothing_of_a_citizen() -> None:
    page = gallery()
    assert page.count('<article class="slack') == len(MESSAGES) + len(VIEWS)
    assert page.count('<article class="card ') == len(FACES)
    assert "<!channel>" not in page


if __name__ == "__main__":
    shown = {"messages": MESSAGES, "views": VIEWS}
    SNAPSHOT.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
