"""Everything that can go wrong on purpose.

BalieError
├── NotAllowed          this action is not possible in this state
├── Outcome             what a platform answered to a post
│   ├── NotPosted       certainly not posted
│   │   ├── TryLater    try again after a while
│   │   ├── Refused     the platform says no
│   │   └── Blocked     the account must be reconnected first
│   └── Unsure          may be posted
├── ShowFailed          a desk could not show a card or say a line
│   ├── PlaceGone       that channel does not exist any more, or we may not post there
│   ├── DeskAway        the whole desk does not answer
│   └── DeskShut        a person must connect the desk again
├── StoreUnavailable    the database did not take it: full, locked or gone
├── LostLeadership      another process leads since
└── CannotStart         one sentence that says what to do
"""

from __future__ import annotations

from datetime import timedelta

from knowledge.sentence import Sentence


class BalieError(Exception):
    """Root of all our errors."""


class NotAllowed(BalieError):
    """This action is not possible in the present state."""

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"cannot {action} when {state}")
        self.state = state
        self.action = action


class Outcome(BalieError):
    """A platform's answer to a post that is not "posted"."""


class NotPosted(Outcome):
    """Certainly not posted."""


class TryLater(NotPosted):
    """Certainly not posted; try again after ``after``."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"try again after {after}")
        self.after = after


class Refused(NotPosted):
    """Certainly not posted, and trying again will not help; ``reason`` is for the colleagues."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Blocked(NotPosted):
    """Certainly not posted: the account must be reconnected first."""


class Unsure(Outcome):
    """May be posted: no answer, or an answer that does not tell."""


class ShowFailed(BalieError):
    """A desk could not show a card or say a line; it is tried again after ``after``."""

    def __init__(self, after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(f"try again after {after}")
        self.after = after


class PlaceGone(ShowFailed):
    """The channel does not exist any more, or Balie may not post there."""


class DeskAway(ShowFailed):
    """The whole desk does not answer: its other cards wait too."""


class DeskShut(ShowFailed):
    """A person must connect the desk again: until then its cards stand with the catch-all as well."""


class StoreUnavailable(BalieError):
    """The database did not take it; nothing of it was kept, and it may be tried again."""


class LostLeadership(BalieError):
    """Another process leads since; nothing of it was kept, and that process goes on with it."""


class CannotStart(BalieError):
    """Balie cannot start; the sentence says why and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
