"""The life of a reply: what is possible in each state, and what is not."""

from __future__ import annotations

import itertools

import pytest

from bot.errors import NotAllowed
from bot.reply import LIVE, Action, State, step

# Written down a second time on purpose: whoever changes the table must say so here too.
CITIZEN = "follow_up edited withdrawn"
ALLOWED = {
    "waiting": {
        "sending": "start",
        "held_back": "hold_back edited withdrawn",
        "refused": "refused",
        "unsure": "unsure",
        "waiting": "follow_up",
    },
    "sending": {
        "sending": f"start {CITIZEN}",
        "posted": "sent",
        "waiting": "later",
        "refused": "refused",
        "blocked": "blocked",
        "unsure": "unsure",
    },
    "blocked": {
        "waiting": "reconnected",
        "held_back": "hold_back edited withdrawn",
        "unsure": "unsure",
        "blocked": "follow_up",
    },
    "unsure": {"posted": "sent confirm", "waiting": "send_again absent", "unsure": CITIZEN},
    "posted": {"posted": CITIZEN},
    "held_back": {"held_back": CITIZEN},
    "refused": {"posted": "confirm", "refused": CITIZEN},
}
PAIRS = {
    (State(before), Action(action)): State(after)
    for before, row in ALLOWED.items()
    for after, actions in row.items()
    for action in actions.split()
}


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


@pytest.mark.parametrize("action", [Action.EDITED, Action.WITHDRAWN])
def test_what_certainly_is_not_posted_stops_when_the_citizen_changes_something(action: Action) -> None:
    stopped = {state for state in State if step(state, action) is State.HELD_BACK}
    assert stopped == {State.WAITING, State.BLOCKED, State.HELD_BACK}


@pytest.mark.parametrize("state", [State.SENDING, State.UNSURE])
def test_what_may_stand_there_can_not_be_held_back(state: State) -> None:
    with pytest.raises(NotAllowed):
        step(state, Action.HOLD_BACK)


def test_a_posted_reply_never_becomes_anything_else() -> None:
    assert {after for (before, _), after in PAIRS.items() if before is State.POSTED} == {State.POSTED}


def test_a_reply_is_under_way_until_it_is_posted_held_back_or_refused() -> None:
    assert set(State) - set(LIVE) == {State.POSTED, State.HELD_BACK, State.REFUSED}
