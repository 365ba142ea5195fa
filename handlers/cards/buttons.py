"""Which buttons a card has, in which order, and what they are called on every desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation import Action, State
from bot.model import Card, Face
from handlers.cards.words import cut, is_private, is_thanks, page_at
from knowledge.sentence import Sentence, say

MOST_BUTTONS = 3
MOST_IN_MENU = 5  # Slack takes no more


class Verb(StrEnum):
    """What a button does; most open a dialog, none of them publishes."""

    ANSWER = "answer"
    READ = "read"
    CLAIM = "claim"
    CLOSE = "close"
    FORWARD = "forward"
    ASK = "ask"
    REMIND = "remind"
    MERGE = "merge"
    SPAM = "spam"
    CONTINUE = "continue"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    TAKE_NOW = "take_now"
    CHECK = "check"  # the preview of what another wrote
    SEND_BACK = "send_back"
    HOLD_BACK = "hold_back"
    CORRECT = "correct"
    RETRACT = "retract"
    REOPEN = "reopen"
    UNMERGE = "unmerge"
    VISIT = "visit"  # answer on the platform itself
    DONE_THERE = "done_there"
    IT_IS_THERE = "it_is_there"
    SEND_AGAIN = "send_again"
    KEEP_NEW = "keep_new"  # the answer becomes a standard answer
    KEEP_CHANGE = "keep_change"  # the standard answer it came from gets better


LABELS = {
    Verb.ANSWER: say("Answer"),
    Verb.READ: say("Read"),
    Verb.CLAIM: say("Take it"),
    Verb.CLOSE: say("Needs no reply"),
    Verb.FORWARD: say("Forward"),
    Verb.ASK: say("Ask a colleague"),
    Verb.REMIND: say("Remind me later"),
    Verb.MERGE: say("Merge"),
    Verb.SPAM: say("Spam"),
    Verb.CONTINUE: say("Write on"),
    Verb.RELEASE: say("Let go"),
    Verb.TAKE_OVER: say("Take over"),
    Verb.TAKE_NOW: say("Take it now"),
    Verb.CHECK: say("Approve"),
    Verb.SEND_BACK: say("Send back"),
    Verb.HOLD_BACK: say("Hold back"),
    Verb.CORRECT: say("Correct"),
    Verb.RETRACT: say("Retract"),
    Verb.REOPEN: say("Reopen"),
    Verb.UNMERGE: say("Take apart"),
    Verb.DONE_THERE: say("Done"),
    Verb.IT_IS_THERE: say("It is there"),
    Verb.SEND_AGAIN: say("Post again"),
    Verb.KEEP_NEW: say("Keep as a new answer"),
    Verb.KEEP_CHANGE: say("Change the standard answer"),
}

# what the state must allow before a button is offered
NEEDS = {
    Verb.CLAIM: Action.CLAIM,
    Verb.CLOSE: Action.CLOSE,
    Verb.FORWARD: Action.FORWARD,
    Verb.ASK: Action.ASK,
    Verb.REMIND: Action.REMIND,
    Verb.MERGE: Action.MERGE,
    Verb.SPAM: Action.CLOSE,
    Verb.RELEASE: Action.RELEASE,
    Verb.TAKE_OVER: Action.TAKE_OVER,
    Verb.TAKE_NOW: Action.CLAIM,
    Verb.CHECK: Action.APPROVE,
    Verb.SEND_BACK: Action.SEND_BACK,
    Verb.HOLD_BACK: Action.HOLD_BACK,
    Verb.CORRECT: Action.CORRECT,
    Verb.RETRACT: Action.RETRACT,
    Verb.REOPEN: Action.REOPEN,
    Verb.UNMERGE: Action.UNMERGE,
    Verb.VISIT: Action.CONFIRM,
    Verb.DONE_THERE: Action.CONFIRM,
    Verb.IT_IS_THERE: Action.CONFIRM,
    Verb.SEND_AGAIN: Action.SEND_AGAIN,
}

# what happens at the click itself; each of these can be undone with another click
AT_ONCE = {
    Verb.CLAIM: Action.CLAIM,
    Verb.TAKE_NOW: Action.CLAIM,
    Verb.RELEASE: Action.RELEASE,
    Verb.HOLD_BACK: Action.HOLD_BACK,
    Verb.REOPEN: Action.REOPEN,
    Verb.UNMERGE: Action.UNMERGE,
}

# what happens when its dialog is handed in
AFTER_A_DIALOG = {
    Verb.CLOSE: Action.CLOSE,
    Verb.SPAM: Action.CLOSE,
    Verb.FORWARD: Action.FORWARD,
    Verb.ASK: Action.ASK,
    Verb.REMIND: Action.REMIND,
    Verb.MERGE: Action.MERGE,
    Verb.TAKE_OVER: Action.TAKE_OVER,
    Verb.SEND_BACK: Action.SEND_BACK,
    Verb.RETRACT: Action.RETRACT,
    Verb.IT_IS_THERE: Action.CONFIRM,
    Verb.DONE_THERE: Action.CONFIRM,
    Verb.SEND_AGAIN: Action.SEND_AGAIN,
}

V = Verb
_OPEN_MENU = (V.FORWARD, V.ASK, V.REMIND, V.MERGE, V.SPAM)
_HELD_MENU = (V.RELEASE, V.CLOSE, V.FORWARD, V.ASK, V.REMIND)
_OTHERS_MENU = (V.CLOSE, V.FORWARD, V.ASK, V.REMIND, V.MERGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    verb: Verb
    label: Sentence
    name: Sentence  # for those who hear it: the label and what it is about
    url: str = ""  # a link that leaves the desk
    primary: bool = False
    danger: bool = False


def buttons_of(card: Card, *, viewer: str = "") -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Return the visible buttons and the menu; the first button is the primary one."""
    seen, rest = _verbs(card, viewer)
    row, menu = list(_allowed(card, seen)), list(_allowed(card, rest))
    if menu and not row:
        row = [menu.pop(0)]
    shown = (_button(card, verb, primary=not place) for place, verb in enumerate(row[:MOST_BUTTONS]))
    return tuple(shown), tuple(_button(card, verb) for verb in menu[:MOST_IN_MENU])


def _allowed(card: Card, verbs: tuple[Verb, ...]) -> Iterator[Verb]:
    for verb in verbs:
        action = NEEDS.get(verb)
        if action is None or action in card.actions:
            if verb is Verb.RETRACT and not card.abilities.removes:
                continue
            if verb is Verb.VISIT and not page_at(card.mention.url):
                continue
            if verb in (Verb.KEEP_NEW, Verb.KEEP_CHANGE) and not _stands(card, verb):
                continue
            yield verb


def _verbs(card: Card, viewer: str) -> tuple[tuple[Verb, ...], tuple[Verb, ...]]:
    match card.face:
        case Face.NEW | Face.OPEN if card.remind_at:
            return (V.TAKE_NOW,), (V.CLOSE, V.FORWARD, V.ASK, V.MERGE, V.SPAM)
        case Face.NEW | Face.OPEN if is_thanks(card):
            return (V.CLOSE, _first(card), V.CLAIM), _OPEN_MENU
        case Face.NEW | Face.OPEN:
            return (_first(card), V.CLAIM, V.CLOSE), _OPEN_MENU
        case Face.CLAIMED:
            return _claimed_verbs(card, viewer)
        case Face.SUBMITTED:
            return (V.CHECK, V.SEND_BACK), (V.TAKE_OVER, V.CLOSE, V.FORWARD, V.REMIND)
        case Face.WAITING | Face.BLOCKED:
            return (V.HOLD_BACK,), ()
        case Face.ANSWERED:
            return (V.CORRECT,), (V.REOPEN, V.RETRACT, V.KEEP_NEW, V.KEEP_CHANGE)
        case Face.REFUSED if card.state is State.ANSWERED:  # a correction; the answer before it still stands
            return (V.CORRECT, V.VISIT, V.DONE_THERE), (V.REOPEN, V.RETRACT)
        case Face.REFUSED:
            return (V.VISIT, V.DONE_THERE, V.CONTINUE), _HELD_MENU
        case Face.UNSURE:
            return (V.IT_IS_THERE, V.SEND_AGAIN), ()
        case Face.CLOSED:
            return (V.REOPEN,), ()
        case Face.FOLDED:
            return (V.UNMERGE,), ()
        case Face.SENDING | Face.WITHDRAWN:
            return (), ()


def _stands(card: Card, verb: Verb) -> bool:
    """Tell whether there is an answer to keep, and for a change: whether it came from a standard answer."""
    shown = card.reply
    return bool(shown and shown.posted and not shown.retracted_at and (shown.entry or verb is Verb.KEEP_NEW))


def _first(card: Card) -> Verb:
    return V.READ if is_private(card) else V.ANSWER


def _claimed_verbs(card: Card, viewer: str) -> tuple[tuple[Verb, ...], tuple[Verb, ...]]:
    if card.asked and viewer in ("", card.asked.key, card.holder.key if card.holder else ""):
        return (_first(card),), _HELD_MENU
    if viewer and card.holder and viewer != card.holder.key:
        return (V.TAKE_OVER,), _OTHERS_MENU
    return (V.CONTINUE,), _HELD_MENU


def _button(card: Card, verb: Verb, *, primary: bool = False) -> Button:
    label = LABELS.get(verb) or say("Answer on %(host)s", host=card.abilities.host)
    return Button(
        verb=verb,
        label=label,
        name=say(
            "%(label)s: %(author)s, %(about)s",
            label=label,
            author=cut(card.mention.author, 24),
            about=cut(card.topic or card.department, 24),
        ),
        url=page_at(card.mention.url) if verb is Verb.VISIT else "",
        primary=primary and verb is not Verb.RETRACT,
        danger=verb is Verb.RETRACT,
    )
