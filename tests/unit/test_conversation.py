"""The life of a conversation: what is possible in each state, and what is not."""

from __future__ import annotations

import itertools

import pytest

from bot.conversation import Action, State, step
from bot.decisions import DO
from bot.errors import NotAllowed

# Written down a second time on purpose: whoever changes the table must say so here too.
BESIDE = "hold_back confirm send_again sent refused blocked unsure"  # a correction under way beside it
ALLOWED = {
    "open": {
        "claimed": "claim ask",
        "open": f"forward remind follow_up edited {BESIDE}",
        "closed": "close",
        "folded": "merge",
        "withdrawn": "withdrawn",
    },
    "claimed": {
        "open": "release forward claim_expired",
        "claimed": "take_over ask remind follow_up edited hold_back send_again sent refused blocked unsure",
        "submitted": "submit",
        "approved": "approve",
        "answered": "confirm",
        "closed": "close",
        "folded": "merge",
        "withdrawn": "withdrawn",
    },
    "submitted": {
        "approved": "approve",
        "claimed": "send_back take_over follow_up edited",
        "open": "forward",
        "submitted": f"remind {BESIDE}",
        "closed": "close",
        "withdrawn": "withdrawn",
    },
    "approved": {
        "claimed": "hold_back refused",
        "answered": "confirm sent",
        "approved": "send_again blocked unsure follow_up edited",
        "withdrawn": "withdrawn",
    },
    "answered": {
        "open": "reopen follow_up",
        "answered": f"correct retract remind edited withdrawn {BESIDE}",
    },
    "closed": {"open": "reopen follow_up edited", "withdrawn": "withdrawn", "closed": BESIDE},
    "folded": {"open": "unmerge follow_up", "folded": f"edited {BESIDE}", "withdrawn": "withdrawn"},
    "withdrawn": {
        "open": "follow_up",
        "withdrawn": "confirm hold_back sent refused blocked unsure edited withdrawn",
    },
}
PAIRS = {
    (State(before), Action(action)): State(after)
    for before, row in ALLOWED.items()
    for after, actions in row.items()
    for action in actions.split()
}
BY_PEOPLE = [
    *("claim", "release", "take_over", "submit", "approve", "send_back", "hold_back", "forward", "ask", "remind"),
    *("close", "reopen", "merge", "unmerge", "correct", "retract", "confirm", "send_again"),
]


@pytest.mark.parametrize(("state", "action"), PAIRS, ids=str)
def test_what_is_possible_leads_where_it_should(state: State, action: Action) -> None:
    assert step(state, action) is PAIRS[state, action]


@pytest.mark.parametrize(
    ("state", "action"), [pair for pair in itertools.product(State, Action) if pair not in PAIRS], ids=str
)
def test_everything_else_is_refused_and_the_refusal_names_both(state: State, action: Action) -> None:
    with pytest.raises(NotAllowed) as refused:
        step(state, action)
    assert (refused.value.state, refused.value.action) == (state, action)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", [Action.FOLLOW_UP, Action.EDITED, Action.WITHDRAWN])
def test_whatever_a_citizen_does_is_possible_in_every_state(state: State, action: Action) -> None:
    step(state, action)


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED, State.FOLDED, State.WITHDRAWN])
def test_a_citizen_who_writes_again_is_never_left_behind_a_finished_state(state: State) -> None:
    assert step(state, Action.FOLLOW_UP) is State.OPEN


def test_people_can_do_just_what_is_theirs_to_do() -> None:
    assert [action.value for action in DO] == BY_PEOPLE
