"""One card of screen.md, from which the tests make all others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import conversation, reply
from bot.conversation import NEXT, Action
from bot.model import Abilities, Card, Face, Mention, Posted, Recovery, ReplyKind, ReplyShown, Seen, Who
from handlers.wording import Wording
from knowledge.advice import Route, Suggestion
from knowledge.rulebook.values import Account

ZONE = ZoneInfo("Europe/Amsterdam")


def at(clock: str, day: int = 20) -> datetime:
    """Return a moment of Friday 20 November 2026 on the clocks of the town; screen.md is written that day."""
    parts = [int(part) for part in clock.split(":")]
    return datetime(2026, 11, day, *parts, tzinfo=ZONE).astimezone(UTC)


JAN = Who(key="jan", name="Jan de Koning")
FATIMA = Who(key="fatima", name="Fatima El Amrani")

STATES = {
    Face.NEW: conversation.State.OPEN,
    Face.OPEN: conversation.State.OPEN,
    Face.CLAIMED: conversation.State.CLAIMED,
    Face.REFUSED: conversation.State.CLAIMED,
    Face.SUBMITTED: conversation.State.SUBMITTED,
    Face.WAITING: conversation.State.APPROVED,
    Face.SENDING: conversation.State.APPROVED,
    Face.BLOCKED: conversation.State.APPROVED,
    Face.UNSURE: conversation.State.APPROVED,
    Face.ANSWERED: conversation.State.ANSWERED,
    Face.CLOSED: conversation.State.CLOSED,
    Face.FOLDED: conversation.State.FOLDED,
    Face.WITHDRAWN: conversation.State.WITHDRAWN,
}
BY_PEOPLE = tuple(Action)[: tuple(Action).index(Action.SENT)]

MASTODON = Abilities(recovery=Recovery.KEY, max_length=500, host="mastodon.nl", title="Mastodon", removes=True)
MENTION = Mention(
    account="mastodon",
    post_id="1",
    thread_id="1",
    author_id="1",
    author="@burger@mastodon.nl",
    text="Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?? #afval",
    posted_at=at("14:02"),
    url="https://mastodon.nl/@burger/1",
    followers=1204,
    media=1,
)
SUGGESTION = Suggestion(
    entry="container",
    title="Container niet geleegd",
    answer="Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door.",
    score=0.9,
)


def a_card(face: Face = Face.NEW, **changes: Any) -> Card:
    """Return the card of screen.md in another state; ``mention`` may be a mapping of what differs."""
    mention = changes.pop("mention", {})
    state = STATES[face]
    values: dict[str, Any] = {
        "conversation_id": 12,
        "version": 3,
        "state": state,
        "face": face,
        "actions": tuple(action for action in BY_PEOPLE if action in NEXT[state]),
        "account": Account(key="mastodon", channel="mastodon", name="@gemeenteveldwijk"),
        "abilities": MASTODON,
        "mention": mention if isinstance(mention, Mention) else replace(MENTION, **mention),
        "seen": Seen(mention_id=1, version=1, text_hash="x"),
        "route": Route(department="afval", reason=("kliko", "niet geleegd"), district="West"),
        "department": "Afval en grondstoffen",
        "topic": "Afval",
        "suggestion": SUGGESTION,
        "contacts_before": 2,
        "due_at": at("16:02"),
    }
    return Card(**{**values, **changes})


def a_reply(state: reply.State = reply.State.POSTED, **changes: Any) -> ReplyShown:
    values: dict[str, Any] = {
        "key": "r1",
        "kind": ReplyKind.ANSWER,
        "state": state,
        "text": "@burger Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door. ^JK",
        "written_by": JAN,
        "approved_by": JAN,
        "send_after": None,
        "posted": None,
    }
    return ReplyShown(**{**values, **changes})


def posted(clock: str = "14:09") -> Posted:
    return Posted(post_id="2", url="https://mastodon.nl/@gemeenteveldwijk/2", at=at(clock))


def dutch(clock: str = "14:20") -> Wording:
    """Return Dutch words at a moment of that Friday."""
    return Wording("nl", zone=ZONE, now=lambda: at(clock))
