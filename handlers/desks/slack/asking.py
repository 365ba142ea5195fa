"""The small dialogs: close, forward, ask, remind, merge, take over, send back, retract, and what is unsure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.model import Card, CloseReason, Who
from handlers.cards import CLOSE_REASONS, Verb, card_text, cut
from handlers.cards.buttons import LABELS
from handlers.cards.closing import likely_reason
from handlers.cards.moments import moments
from handlers.desks.slack import words
from handlers.desks.slack.binding import bound_to
from handlers.desks.slack.blocks import (
    MOST_OPTIONS,
    OPTION,
    Json,
    field,
    lines,
    link,
    option,
    plain,
    quotes,
    radios,
    rich,
    run,
    select,
    text_input,
    tick,
    view,
)
from handlers.wording import BETWEEN, Wording
from knowledge.rulebook.values import Department, Rulebook
from knowledge.sentence import Sentence, say

ASKING = "balie.ask."
NOTE = 200
MOST_TYPED = 3000  # characters that Slack lets anybody type
LINK = 2000
OWN_MOMENT = "own"
# what the bot calls a field -> where it stands in the dialog
WHERE = {"department": "to", "topic": "to"}

TITLES = {
    Verb.CLOSE: say("No reply needed"),
    Verb.SPAM: say("No reply needed"),
    Verb.DONE_THERE: say("Answered by hand"),
}
GO = {
    Verb.ASK: say("Ask"),
    Verb.REMIND: say("Remind me"),
    Verb.SPAM: LABELS[Verb.CLOSE],
}


def to_question(card: Card, verb: Verb, fields: Sequence[Json], *, wording: Wording) -> Json:
    """Return the dialog of one verb: the message it is about, and its fields."""
    return view(
        wording.text(TITLES.get(verb, LABELS[verb])),
        [_about(card, wording), *fields],
        callback=f"{ASKING}{verb}",
        submit=wording.text(GO.get(verb, LABELS[verb])),
        close=wording.text(words.BACK),
        metadata=str(bound_to(card, verb)),
    )


def closing(card: Card, verb: Verb, *, wording: Wording) -> Iterator[Json]:
    options = [option(wording.text(reason), str(key)) for key, reason in CLOSE_REASONS.items()]
    chosen = likely_reason(card, verb)
    yield field("reason", wording.text(say("Why?")), radios(options, chosen=chosen), optional=True)
    label = wording.text(say("Number of the report, or a note"))
    yield field("note", label, text_input(longest=NOTE), optional=True)


def forwarding(card: Card, rulebook: Rulebook, *, wording: Wording) -> Iterator[Json]:
    elsewhere = [each for each in rulebook.departments.values() if each.name != card.department]
    groups = (
        (say("Department"), _departments(each for each in elsewhere if not each.office)),
        (say("Topic"), [option(each.name, f"topic:{key}") for key, each in rulebook.topics.items()]),
        (say("Neighbourhood office"), _departments(each for each in elsewhere if each.office)),
    )
    shown = [
        {"label": plain(wording.text(label), OPTION), "options": options[start : start + MOST_OPTIONS]}
        for label, options in groups
        for start in range(0, len(options), MOST_OPTIONS)
    ]
    choice = {
        "type": "static_select",
        "placeholder": plain(wording.text(words.CHOOSE), 150),
        "option_groups": shown,
    }
    yield field("to", wording.text(say("To which department, topic or neighbourhood office?")), choice, optional=True)
    yield _note(say("Note for the colleagues there (may be empty)"), wording)


def consulting(colleagues: Sequence[Who], *, wording: Wording) -> Iterator[Json]:
    options = [option(each.name, each.key) for each in colleagues]
    if not options:
        yield _line(say("There is no colleague to ask."), wording)
        return
    choice = select(options, placeholder=wording.text(words.CHOOSE))
    yield field("colleague", wording.text(say("Colleague")), choice, optional=True)
    yield _note(say("Your question"), wording)
    yield from timing(say("Answer before"), wording=wording)


def timing(label: Sentence, *, wording: Wording) -> Iterator[Json]:
    """Offer some moments and one of one's own."""
    options = [option(wording.moment(each), each.isoformat()) for each in moments(wording.now())]
    yield field("until", wording.text(label), radios(options), optional=True)
    own: Json = {"type": "datetimepicker"}
    yield field(OWN_MOMENT, wording.text(say("Another moment")), own, optional=True)


def merging(others: Sequence[Card], *, wording: Wording) -> Iterator[Json]:
    if not others:
        yield _line(say("There is no other open message in this channel."), wording)
        return
    options = [option(_short(each, wording), str(each.conversation_id)) for each in others]
    choice = select(options, placeholder=wording.text(words.CHOOSE))
    yield field("into", wording.text(say("This message becomes part of:")), choice, optional=True)


def taking_over(card: Card, *, wording: Wording) -> Iterator[Json]:
    holder, since = card.holder or card.submitted_by, card.held_since or card.submitted_at
    if holder and since:
        question = say(
            "%(name)s has had this since %(at)s. Take it over? %(name)s is told.", name=holder.name, at=since
        )
        yield _line(question, wording)


def sending_back(*, wording: Wording) -> Iterator[Json]:
    element = text_input(longest=1000, lines=True)
    yield field("note", wording.text(say("What should be different?")), element, optional=True)


def retracting(card: Card, *, wording: Wording) -> Iterator[Json]:
    what = say("Our answer disappears from %(title)s. People may have read it already.", title=card.abilities.title)
    yield _line(what, wording)
    yield from _own(card)


def confirming(card: Card, *, wording: Wording) -> Iterator[Json]:
    yield from _own(card)
    yield _address(wording)


def done_there(card: Card, *, wording: Wording) -> Iterator[Json]:
    """The archive needs what was answered by hand, and where it stands."""
    text = card.reply.text if card.reply else ""
    element = text_input(text, longest=MOST_TYPED, lines=True)
    yield field("text", wording.text(say("What did you answer?")), element, optional=True)
    yield _address(wording)


def sending_again(card: Card, *, wording: Wording) -> Iterator[Json]:
    yield from _own(card)
    where = card_text(card).link
    if where and where.url.startswith("https://"):
        yield rich(lines([link(wording.text(where.label), where.url)]))
    looked = tick(wording.text(say("I have looked: it is not there.")))
    yield field("looked", wording.text(LABELS[Verb.SEND_AGAIN]), looked, optional=True)


def chosen(verb: Verb, values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a decision from what was filled in; the bot says what is missing."""
    note = str(values.get("note") or "").strip()
    match verb:
        case Verb.CLOSE | Verb.SPAM:
            reason = values.get("reason")
            return {"reason": CloseReason(reason) if reason in set(CloseReason) else None, "note": note}
        case Verb.FORWARD:
            kind, _, key = str(values.get("to") or "").partition(":")
            return {"topic" if kind == "topic" else "department": key, "note": note}
        case Verb.ASK:
            return {"colleague": values.get("colleague") or "", "note": note, "until": _until(values)}
        case Verb.REMIND:
            return {"until": _until(values)}
        case Verb.MERGE:
            into = str(values.get("into") or "")
            return {"into": int(into) if into.isascii() and into.isdigit() else None}
        case Verb.SEND_BACK:
            return {"note": note}
        case Verb.IT_IS_THERE:
            return {"url": str(values.get("url") or "").strip()}
        case Verb.DONE_THERE:
            return {"url": str(values.get("url") or "").strip(), "text": str(values.get("text") or "").strip()}
        case Verb.SEND_AGAIN:
            return {"looked": bool(values.get("looked"))}
        case _:
            return {}


def _until(values: dict[str, Any]) -> datetime | None:
    """Return the moment of one's own, else the one that was offered; None: neither."""
    own, offered = values.get(OWN_MOMENT), values.get("until")
    if isinstance(own, datetime):
        return own
    try:
        return datetime.fromisoformat(str(offered))
    except ValueError:
        return None


def _about(card: Card, wording: Wording) -> Json:
    head = run(f"{card.mention.author}{BETWEEN}{wording.moment(card.mention.posted_at)}", bold=True)
    return rich(lines([head]), *quotes(cut(card.mention.text, 300)))


def _own(card: Card) -> Iterator[Json]:
    if card.reply:
        yield rich(*quotes(card.reply.text))


def _address(wording: Wording) -> Json:
    element = text_input(longest=LINK)
    return field("url", wording.text(say("Link to the message, for the archive")), element, optional=True)


def _note(label: Sentence, wording: Wording) -> Json:
    return field("note", wording.text(label), text_input(longest=NOTE), optional=True)


def _line(sentence: Sentence, wording: Wording) -> Json:
    return rich(lines([run(wording.text(sentence))]))


def _departments(departments: Iterator[Department]) -> list[Json]:
    return [option(each.name, f"department:{each.key}") for each in departments]


def _short(card: Card, wording: Wording) -> str:
    said = f"{card.mention.author}{BETWEEN}{wording.moment(card.mention.posted_at)}"
    return f"{said}: “{cut(card.mention.text, 40)}”" if card.mention.text else said
