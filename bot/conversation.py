"""The life of a conversation, in one table."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import NotAllowed


class State(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    SUBMITTED = "submitted"  # waits for a second pair of eyes
    APPROVED = "approved"  # a reply is under way; its own life tells how far
    ANSWERED = "answered"
    CLOSED = "closed"  # no reply needed, with a reason
    FOLDED = "folded"  # part of another conversation
    WITHDRAWN = "withdrawn"  # the citizen took it back


class Action(StrEnum):
    # by people
    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    HOLD_BACK = "hold_back"
    FORWARD = "forward"
    ASK = "ask"
    REMIND = "remind"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    CORRECT = "correct"
    RETRACT = "retract"
    CONFIRM = "confirm"  # "it is there"
    SEND_AGAIN = "send_again"
    # by the system
    SENT = "sent"
    REFUSED = "refused"
    BLOCKED = "blocked"
    UNSURE = "unsure"
    FOLLOW_UP = "follow_up"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    CLAIM_EXPIRED = "claim_expired"


S, A = State, Action


def _reply_beside(state: State) -> dict[Action, State]:
    """A correction may be under way beside a conversation that is open again; what becomes of it changes no state."""
    beside = (A.HOLD_BACK, A.CONFIRM, A.SEND_AGAIN, A.SENT, A.REFUSED, A.BLOCKED, A.UNSURE)
    return dict.fromkeys(beside, state)


# fmt: off
NEXT: dict[State, dict[Action, State]] = {
    S.OPEN: {
        **_reply_beside(S.OPEN),
        A.CLAIM: S.CLAIMED, A.FORWARD: S.OPEN, A.ASK: S.CLAIMED, A.REMIND: S.OPEN, A.CLOSE: S.CLOSED, A.MERGE: S.FOLDED,
        A.FOLLOW_UP: S.OPEN, A.EDITED: S.OPEN, A.WITHDRAWN: S.WITHDRAWN,
    },
    S.CLAIMED: {
        **_reply_beside(S.CLAIMED),
        A.RELEASE: S.OPEN, A.TAKE_OVER: S.CLAIMED, A.SUBMIT: S.SUBMITTED, A.APPROVE: S.APPROVED, A.FORWARD: S.OPEN,
        A.ASK: S.CLAIMED, A.REMIND: S.CLAIMED, A.CLOSE: S.CLOSED, A.MERGE: S.FOLDED, A.CONFIRM: S.ANSWERED,
        A.FOLLOW_UP: S.CLAIMED, A.EDITED: S.CLAIMED, A.WITHDRAWN: S.WITHDRAWN, A.CLAIM_EXPIRED: S.OPEN,
    },
    S.SUBMITTED: {
        **_reply_beside(S.SUBMITTED),
        A.APPROVE: S.APPROVED, A.SEND_BACK: S.CLAIMED, A.TAKE_OVER: S.CLAIMED, A.FORWARD: S.OPEN, A.REMIND: S.SUBMITTED,
        A.CLOSE: S.CLOSED, A.FOLLOW_UP: S.CLAIMED, A.EDITED: S.CLAIMED, A.WITHDRAWN: S.WITHDRAWN,
    },
    S.APPROVED: {
        A.HOLD_BACK: S.CLAIMED, A.CONFIRM: S.ANSWERED, A.SEND_AGAIN: S.APPROVED,
        A.SENT: S.ANSWERED, A.REFUSED: S.CLAIMED, A.BLOCKED: S.APPROVED, A.UNSURE: S.APPROVED,
        A.FOLLOW_UP: S.APPROVED, A.EDITED: S.APPROVED, A.WITHDRAWN: S.WITHDRAWN,
    },
    S.ANSWERED: {
        **_reply_beside(S.ANSWERED),
        A.REOPEN: S.OPEN, A.CORRECT: S.ANSWERED, A.RETRACT: S.ANSWERED, A.REMIND: S.ANSWERED,
        A.FOLLOW_UP: S.OPEN, A.EDITED: S.ANSWERED, A.WITHDRAWN: S.ANSWERED,
    },
    S.CLOSED: {
        **_reply_beside(S.CLOSED),
        A.REOPEN: S.OPEN, A.FOLLOW_UP: S.OPEN, A.EDITED: S.OPEN, A.WITHDRAWN: S.WITHDRAWN,
    },
    S.FOLDED: {
        **_reply_beside(S.FOLDED),
        A.UNMERGE: S.OPEN, A.FOLLOW_UP: S.OPEN, A.EDITED: S.FOLDED, A.WITHDRAWN: S.WITHDRAWN,
    },
    S.WITHDRAWN: {
        A.CONFIRM: S.WITHDRAWN, A.HOLD_BACK: S.WITHDRAWN,
        A.SENT: S.WITHDRAWN, A.REFUSED: S.WITHDRAWN, A.BLOCKED: S.WITHDRAWN, A.UNSURE: S.WITHDRAWN,
        A.FOLLOW_UP: S.OPEN, A.EDITED: S.WITHDRAWN, A.WITHDRAWN: S.WITHDRAWN,
    },
}
# fmt: on


def step(state: State, action: Action) -> State:
    """Return the state after an action; raise NotAllowed where the table has none."""
    try:
        return NEXT[state][action]
    except KeyError:
        raise NotAllowed(state, action) from None
