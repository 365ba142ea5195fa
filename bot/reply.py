"""The life of a reply, in one table."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import NotAllowed


class State(StrEnum):
    WAITING = "waiting"  # may still be held back
    SENDING = "sending"  # the intent is committed; from here on it may stand there
    POSTED = "posted"
    HELD_BACK = "held_back"
    REFUSED = "refused"  # certainly not posted
    BLOCKED = "blocked"  # until the account is reconnected
    UNSURE = "unsure"  # may be posted; a person decides


LIVE = (State.WAITING, State.SENDING, State.BLOCKED, State.UNSURE)  # a conversation has at most one of these


class Action(StrEnum):
    START = "start"
    SENT = "sent"  # answered by the platform, or found there
    LATER = "later"  # certainly not posted, to be tried again
    REFUSED = "refused"
    BLOCKED = "blocked"
    UNSURE = "unsure"
    RECONNECTED = "reconnected"
    ABSENT = "absent"  # looked long enough: it is not there
    HOLD_BACK = "hold_back"
    CONFIRM = "confirm"
    SEND_AGAIN = "send_again"
    FOLLOW_UP = "follow_up"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"


S, A = State, Action


def _whatever_the_citizen_does(state: State) -> dict[Action, State]:
    return {A.FOLLOW_UP: state, A.EDITED: state, A.WITHDRAWN: state}


# fmt: off
NEXT: dict[State, dict[Action, State]] = {
    S.WAITING: {
        A.START: S.SENDING, A.HOLD_BACK: S.HELD_BACK, A.REFUSED: S.REFUSED, A.UNSURE: S.UNSURE,
        A.FOLLOW_UP: S.WAITING, A.EDITED: S.HELD_BACK, A.WITHDRAWN: S.HELD_BACK,
    },
    S.SENDING: {
        A.START: S.SENDING, A.SENT: S.POSTED, A.LATER: S.WAITING, A.REFUSED: S.REFUSED, A.BLOCKED: S.BLOCKED,
        A.UNSURE: S.UNSURE, **_whatever_the_citizen_does(S.SENDING),
    },
    S.BLOCKED: {
        A.RECONNECTED: S.WAITING, A.HOLD_BACK: S.HELD_BACK, A.UNSURE: S.UNSURE,
        A.FOLLOW_UP: S.BLOCKED, A.EDITED: S.HELD_BACK, A.WITHDRAWN: S.HELD_BACK,
    },
    S.UNSURE: {
        A.SENT: S.POSTED, A.CONFIRM: S.POSTED, A.SEND_AGAIN: S.WAITING, A.ABSENT: S.WAITING,
        **_whatever_the_citizen_does(S.UNSURE),
    },
    S.POSTED: _whatever_the_citizen_does(S.POSTED),
    S.HELD_BACK: _whatever_the_citizen_does(S.HELD_BACK),
    S.REFUSED: {A.CONFIRM: S.POSTED, **_whatever_the_citizen_does(S.REFUSED)},  # answered by hand, elsewhere
}
# fmt: on


def step(state: State, action: Action) -> State:
    """Return the state after an action; raise NotAllowed where the table has none."""
    try:
        return NEXT[state][action]
    except KeyError:
        raise NotAllowed(state, action) from None
