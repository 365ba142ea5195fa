"""What Slack sends, read: who clicked, which click it is, and what was filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model import CloseReason
from handlers.cards import Verb
from handlers.desks.slack.asking import chosen
from handlers.desks.slack.binding import LONGEST_TEXT, Bound, Target
from handlers.desks.slack.blocks import METADATA, escaped
from handlers.desks.slack.payload import identity, to_handed_in, to_pressed
from knowledge.rulebook.values import DeskIdentity

BOUND = Bound(
    verb=Verb.ANSWER, conversation=12, version=3, mention=7, mention_version=2, mention_hash="a" * 64, entry="kliko"
)


def body(**changes: Any) -> dict[str, Any]:
    return {
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "t.1",
        "container": {"message_ts": "1.2", "channel_id": "C1"},
        "channel": {"id": "C1"},
        "message": {"ts": "1.2"},
        "actions": [{"action_id": "balie.claim", "action_ts": "9.9", "value": "claim:12:3"}],
        **changes,
    }


def test_a_click_is_known_by_its_own_moment_and_place_so_a_delivery_again_is_the_same_click() -> None:
    once, again = to_pressed(body()), to_pressed(body(trigger_id="t.2"))
    assert once.click == again.click
    assert to_pressed(body(actions=[{"action_id": "balie.claim", "action_ts": "9.8"}])).click != once.click


def test_who_it_is_comes_from_the_persons_own_workspace() -> None:
    assert identity(body()) == DeskIdentity(desk="slack", workspace="T1", user="U1")
    shared = body(user={"id": "U1", "team_id": "T9"})
    assert identity(shared) == DeskIdentity(desk="slack", workspace="T9", user="U1")
    assert identity(body(user={"id": "U1"})).workspace == "T1"


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"value": "claim:12:3"}, "claim:12:3"),
        ({"selected_option": {"value": "forward:12:3"}}, "forward:12:3"),
        ({"selected_option": None}, ""),
        ({}, ""),
    ],
)
def test_a_button_and_an_entry_of_the_menu_say_the_same(action: dict[str, Any], value: str) -> None:
    assert to_pressed(body(actions=[{"action_id": "a", "action_ts": "1", **action}])).value == value


@pytest.mark.parametrize("text", ["", "claim", "claim:12", "claim:x:3", "publish:1:2", "claim:-1:2", "claim:1:²"])
def test_a_value_that_is_not_ours_is_nothing(text: str) -> None:
    assert Target.of(text) is None


def test_a_value_of_ours_comes_back_whole() -> None:
    target = Target(verb=Verb.TAKE_OVER, conversation=12, version=3)
    assert Target.of(str(target)) == target


@pytest.mark.parametrize("text", ["", "Wij komen.", 'Regel 1\nRegel 2\n{"a": 1}', "é" * LONGEST_TEXT])
def test_a_dialog_remembers_what_it_was_opened_on_and_the_text_it_shows(text: str) -> None:
    bound = replace(BOUND, text=text)
    assert Bound.of(str(bound)) == bound
    assert len(str(bound)) <= METADATA


def test_handing_in_a_dialog_twice_is_one_click_and_a_changed_dialog_is_another() -> None:
    def given(hash_: str, trigger: str) -> dict[str, Any]:
        view = {"id": "V1", "hash": hash_, "callback_id": "balie.place", "private_metadata": str(BOUND), "blocks": []}
        return body(view=view, trigger_id=trigger)

    assert to_handed_in(given("h1", "a")).click == to_handed_in(given("h1", "b")).click
    assert to_handed_in(given("h1", "a")).click != to_handed_in(given("h2", "a")).click


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": "Hoi"}, "Hoi"),
        ({"type": "plain_text_input", "value": None}, None),
        ({"type": "radio_buttons", "selected_option": {"value": "spam"}}, "spam"),
        ({"type": "radio_buttons", "selected_option": None}, None),
        ({"type": "checkboxes", "selected_options": [{"value": "yes"}]}, ["yes"]),
        ({"type": "datetimepicker", "selected_date_time": 0}, datetime(1970, 1, 1, tzinfo=UTC)),
        ({"type": "datetimepicker", "selected_date_time": None}, None),
    ],
)
def test_fields_are_read_whatever_their_kind(element: dict[str, Any], value: object) -> None:
    view = {
        "id": "V1",
        "callback_id": "x",
        "private_metadata": str(BOUND),
        "state": {"values": {"field.1": {"field": element}}},
    }
    assert to_handed_in(body(view=view)).values == {"field": value}


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("verb", "values", "decision"),
    [
        (Verb.CLOSE, {"reason": "spam", "note": " x "}, {"reason": CloseReason.SPAM, "note": "x"}),
        (Verb.CLOSE, {"reason": None}, {"reason": None, "note": ""}),
        (Verb.CLOSE, {"reason": "made up"}, {"reason": None, "note": ""}),
        (Verb.FORWARD, {"to": "topic:grofvuil"}, {"topic": "grofvuil", "note": ""}),
        (Verb.FORWARD, {"to": "department:afval"}, {"department": "afval", "note": ""}),
        (Verb.FORWARD, {"to": None}, {"department": "", "note": ""}),
        (Verb.REMIND, {"until": NOON.isoformat()}, {"until": NOON}),
        (
            Verb.REMIND,
            {"until": NOON.isoformat(), "own": NOON + timedelta(hours=1)},
            {"until": NOON + timedelta(hours=1)},
        ),
        (Verb.REMIND, {"until": "soon"}, {"until": None}),
        (Verb.MERGE, {"into": "13"}, {"into": 13}),
        (Verb.MERGE, {"into": None}, {"into": None}),
        (Verb.SEND_AGAIN, {"looked": ["yes"]}, {"looked": True}),
        (Verb.SEND_AGAIN, {"looked": []}, {"looked": False}),
        (Verb.TAKE_OVER, {}, {}),
    ],
)
def test_what_was_filled_in_becomes_the_fields_of_a_decision(
    verb: Verb, values: dict[str, Any], decision: dict[str, Any]
) -> None:
    assert chosen(verb, values) == decision


@pytest.mark.parametrize("text", ["<!channel>", "<@U1>", "<https://kwaad.example|veldwijk.nl>", "&lt;!here&gt;"])
def test_markup_in_a_text_of_others_is_only_text(text: str) -> None:
    shown = escaped(text)
    assert "<" not in shown
    assert ">" not in shown
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
