"""One message in every state that a card can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import reply
from bot.conversation import NEXT, Action, State
from bot.model import (
    Abilities,
    Card,
    CloseReason,
    Dialog,
    Face,
    Left,
    Mention,
    Posted,
    Preview,
    Recovery,
    ReplyKind,
    ReplyShown,
    Said,
    Seen,
    Submitted,
    Visibility,
    Who,
)
from knowledge.advice import Route, Suggestion
from knowledge.advisor import PRIVATE_TEXT
from knowledge.rulebook.values import Account, Department, Kind, Rulebook, Topic, Town
from knowledge.sentence import say

ZONE = ZoneInfo("Europe/Amsterdam")
JAN, FATIMA = Who(key="jan", name="Jan de Koning"), Who(key="fatima", name="Fatima El Amrani")
HOST = "https://mastodon.nl/@burger/1"


def at(clock: str) -> datetime:
    """Return a moment of Friday 20 November 2026."""
    hour, minute = clock.split(":")
    return datetime(2026, 11, 20, int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


NOW = at("14:20")
MASTODON = Abilities(recovery=Recovery.KEY, max_length=500, host="mastodon.nl", title="Mastodon", removes=True)
TELEGRAM = replace(MASTODON, recovery=Recovery.ASK, host="t.me", title="Telegram")
MENTION = Mention(
    account="mastodon",
    post_id="1",
    thread_id="1",
    author_id="1",
    author="@burger@mastodon.nl",
    text="Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?? #afval",
    posted_at=at("14:02"),
    url=HOST,
    followers=1204,
    media=1,
)
KLIKO = Suggestion(
    entry="container",
    title="Container niet geleegd",
    answer="Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door.",
    score=0.9,
)
CALENDAR = Suggestion(
    entry="kalender", title="Afvalkalender", answer="Kijk op de afvalkalender wanneer wij bij u komen.", score=0.3
)
OWN = f"{MENTION.author} {KLIKO.answer} ^JK"
POSTED = Posted(post_id="2", url="https://mastodon.nl/@gemeenteveldwijk/2", at=at("14:09"))
BOOK = Rulebook(
    town=Town(name="Veldwijk"),
    catch_all="webcare",
    departments={
        "webcare": Department(key="webcare", name="Webcare"),
        "afval": Department(key="afval", name="Afval en grondstoffen"),
        "west": Department(key="west", name="Wijkbureau West", office=True),
    },
    topics={"grofvuil": Topic(key="grofvuil", name="Grofvuil", department="afval")},
)
STATES = {
    Face.NEW: State.OPEN,
    Face.OPEN: State.OPEN,
    Face.CLAIMED: State.CLAIMED,
    Face.REFUSED: State.CLAIMED,
    Face.SUBMITTED: State.SUBMITTED,
    Face.WAITING: State.APPROVED,
    Face.SENDING: State.APPROVED,
    Face.BLOCKED: State.APPROVED,
    Face.UNSURE: State.APPROVED,
    Face.ANSWERED: State.ANSWERED,
    Face.CLOSED: State.CLOSED,
    Face.FOLDED: State.FOLDED,
    Face.WITHDRAWN: State.WITHDRAWN,
}
PEOPLE = frozenset(tuple(Action)[: tuple(Action).index(Action.SENT)])


def a_card(face: Face = Face.NEW, **changes: Any) -> Card:
    mention = replace(MENTION, **changes.pop("mention", {}))
    values: dict[str, Any] = {
        "conversation_id": 12,
        "version": 3,
        "state": STATES[face],
        "face": face,
        "actions": tuple(action for action in NEXT[STATES[face]] if action in PEOPLE),
        "account": Account(key="mastodon", channel="mastodon", name="@gemeenteveldwijk"),
        "abilities": MASTODON,
        "mention": mention,
        "seen": Seen(mention_id=1, version=1, text_hash="x"),
        "route": Route(department="afval", reason=("kliko", "niet geleegd"), district="West"),
        "department": "Afval en grondstoffen",
        "topic": "Afval",
        "suggestion": KLIKO,
        "contacts_before": 2,
        "due_at": at("16:02"),
    }
    return Card(**{**values, **changes})


def a_reply(state: reply.State, **changes: Any) -> ReplyShown:
    values: dict[str, Any] = {
        "key": "r1",
        "kind": ReplyKind.ANSWER,
        "state": state,
        "text": OWN,
        "written_by": JAN,
        "approved_by": JAN,
        "send_after": None,
        "posted": None,
    }
    return ReplyShown(**{**values, **changes})


def cards() -> Iterator[tuple[str, Card]]:
    """Return every card with the name of its picture."""
    yield from _open()
    yield from _at_work()
    yield from _sending()
    yield from _done()


def _open() -> Iterator[tuple[str, Card]]:
    yield "nieuw", a_card()
    yield "nieuw, geen passend antwoord", a_card(suggestion=None)
    yield "nieuw, past misschien", a_card(suggestion=CALENDAR)
    yield "nieuw, privébericht", a_card(mention={"text": "", "visibility": Visibility.PRIVATE, "url": ""})
    yield "nieuw, spoed", a_card(route=Route(department="afval", reason=("brand",), urgent=True))
    yield "nieuw, te laat", a_card(late=True)
    yield "nieuw, reactie op ons bericht", a_card(context="Vandaag halen we de takken op", context_at=at("12:10"))
    yield "nieuw, zoekvraag", a_card(mention={"addressed": False, "query": "kade", "text": "De kade is glad."})
    yield "nieuw, gewijzigd", a_card(edited=True)
    yield (
        "nieuw, opmaak in de tekst",
        a_card(mention={"text": "<!channel> *kliko* <https://kwaad.example|veldwijk.nl>"}),
    )
    yield (
        "nieuw, lange tekst",
        a_card(mention={"text": "Mijn kliko is niet geleegd en dat is niet de eerste keer. " * 60}),
    )
    yield "open, heropend", a_card(Face.OPEN, reopened=True)
    answered = a_reply(reply.State.POSTED, posted=POSTED)
    again = {"posted_at": at("14:15"), "text": "En wanneer komen jullie dan?"}
    yield "open, reageert opnieuw", a_card(Face.OPEN, reopened=True, follow_ups=1, reply=answered, mention=again)
    thanks = {"mention": {**again, "text": "Dank u wel, top!"}, "route": replace(a_card().route, kind=Kind.THANKS)}
    yield "open, bedankje", a_card(Face.OPEN, reopened=True, follow_ups=1, reply=answered, **thanks)
    yield "open, met herinnering", a_card(Face.OPEN, remind_at=at("15:00"), remind_by=JAN)


def _at_work() -> Iterator[tuple[str, Card]]:
    held = {"holder": JAN, "held_since": at("14:05")}
    yield "in behandeling", a_card(Face.CLAIMED, **held)
    yield "in behandeling, schrijft", a_card(Face.CLAIMED, writing=True, **held)
    yield "in behandeling, collega gevraagd", a_card(Face.CLAIMED, asked=FATIMA, asked_until=at("15:00"), **held)
    waits = {"submitted_by": JAN, "submitted_at": at("14:07")}
    changed = KLIKO.answer.replace("Dan geven wij", "Morgen geven wij")
    written = Submitted(text=changed, standard=KLIKO.answer)
    yield "wacht op controle", a_card(Face.SUBMITTED, submitted=written, **waits)


def _sending() -> Iterator[tuple[str, Card]]:
    after = at("14:09") + timedelta(seconds=20)
    yield "wordt geplaatst", a_card(Face.WAITING, reply=a_reply(reply.State.WAITING, send_after=after))
    yield "wordt nu geplaatst", a_card(Face.SENDING, reply=a_reply(reply.State.SENDING))
    yield "misschien geplaatst", a_card(Face.UNSURE, reply=a_reply(reply.State.UNSURE))
    unsure = a_reply(reply.State.UNSURE)
    there = {"mention": {"url": "https://t.me/veldwijk/1"}, "abilities": TELEGRAM}
    yield "misschien geplaatst, niet na te kijken", a_card(Face.UNSURE, reply=unsure, **there)
    yield "koppeling verlopen", a_card(Face.BLOCKED, reply=a_reply(reply.State.BLOCKED))
    problem = say("the text is too long for %(title)s.", title="Mastodon")
    refused = a_reply(reply.State.REFUSED, problem=problem)
    yield "niet geplaatst", a_card(Face.REFUSED, reply=refused, holder=JAN, held_since=at("14:05"))


def _done() -> Iterator[tuple[str, Card]]:
    posted = a_reply(reply.State.POSTED, posted=POSTED)
    yield "beantwoord", a_card(Face.ANSWERED, reply=posted)
    private = replace(posted, visibility=Visibility.PRIVATE)
    yield "beantwoord, in een privébericht", a_card(Face.ANSWERED, reply=private)
    corrected = replace(posted, kind=ReplyKind.CORRECTION)
    yield "beantwoord, verbeterd", a_card(Face.ANSWERED, reply=corrected)
    gone = say("the message that we answer is gone.")
    refused = replace(corrected, state=reply.State.REFUSED, text="Wij komen vrijdag. ^JK", posted=None, problem=gone)
    correction = {"state": State.ANSWERED, "actions": (Action.CORRECT, Action.CONFIRM, Action.REOPEN, Action.RETRACT)}
    yield "correctie niet geplaatst", a_card(Face.REFUSED, reply=refused, standing=posted, **correction)
    yield "beantwoord, ingetrokken", a_card(Face.ANSWERED, reply=replace(posted, retracted_at=at("14:15")))
    closed = {"closed_by": JAN, "closed_at": at("14:06")}
    yield "geen reactie nodig", a_card(Face.CLOSED, close_reason=CloseReason.COMPLIMENT, **closed)
    filed = {"close_reason": CloseReason.REPORT_FILED, "close_note": "2026-123"}
    yield "geen reactie nodig, melding", a_card(Face.CLOSED, **filed, **closed)
    yield "samengevoegd", a_card(Face.FOLDED)
    yield "verwijderd door de afzender", a_card(Face.WITHDRAWN, withdrawn=True, mention={"text": ""})


def a_dialog(**changes: Any) -> Dialog:
    values: dict[str, Any] = {
        "card": a_card(Face.CLAIMED, holder=JAN, held_since=at("14:05"), writing=True),
        "mention_text": MENTION.text,
        "suggestions": (KLIKO, CALENDAR),
        "limit": 500,
        "room": 480,
        "may_place": True,
        "invitation": "" if changes.get("may_go_private") else PRIVATE_TEXT,
    }
    return Dialog(**{**values, **changes})


def dialogs() -> Iterator[tuple[str, Dialog]]:
    """Return every writing dialog with the name of its picture."""
    yield "antwoord schrijven", a_dialog()
    yield "antwoord schrijven, niets past", a_dialog(suggestions=())
    earlier = (
        Said(by="@burger", text="Kliko vol", at=at("13:00")),
        Said(by="@gemeente", text="Wij kijken.", at=at("13:10")),
    )
    yield "antwoord schrijven, kan privé", a_dialog(text="Uw aanvraag is klaar.", may_go_private=True, privately=True)
    yield "antwoord schrijven, te lang voor Slack", a_dialog(text="Wij leggen u graag uit hoe dit gaat. " * 80)
    left = Left(by=FATIMA, text="Wij komen vandaag nog.", entry="", at=at("14:01"))
    yield "antwoord schrijven, overgenomen", a_dialog(text="Wij komen morgen.", left=(left,))
    yield "antwoord schrijven, teruggestuurd", a_dialog(text="Wij komen.", note="Graag vriendelijker.", earlier=earlier)


def previews() -> Iterator[tuple[str, Preview]]:
    """Return every preview with the name of its picture."""
    seen = Preview(text=OWN, length=len(OWN), limit=500, visibility=Visibility.PUBLIC, may_place=True)
    yield "zo komt het er te staan", seen
    yield "voorbeeld van een privébericht", replace(seen, visibility=Visibility.PRIVATE)
    tip = say("sentence %(number)s is long (%(count)s words).", number=2, count=26)
    yield "voorbeeld met tip", replace(seen, tips=(tip,))
    warning = say("this holds %(what)s.", what=say("a telephone number"))
    yield "voorbeeld met waarschuwing", replace(seen, warnings=(warning,))
    yield "voorbeeld, laten controleren", replace(seen, may_place=False, approvers=(FATIMA,))
    never = say("This holds a citizen service number (BSN). It may never be posted; take it out.")
    yield "voorbeeld met een BSN", replace(seen, blocked=never)
    long = say(
        "%(count)d characters too long for %(channel)s. Make it shorter or choose 'Split into %(parts)d messages'.",
        count=18,
        channel="Mastodon",
        parts=2,
    )
    yield "voorbeeld, te lang", replace(seen, length=518, blocked=long, parts=(f"{OWN} (1/2)", f"{OWN} (2/2)"))
