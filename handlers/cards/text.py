"""What a card says: from the values of a conversation to lines and buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation import State
from bot.model import Card, Face, Visibility
from handlers.cards.buttons import Button, buttons_of
from handlers.cards.changed import Piece, pieces
from handlers.cards.head import SHORT_QUOTE, head
from handlers.cards.words import PROTOCOL, Line, Part, cut, in_short, is_private, is_thanks, page_at, shorten
from knowledge.advice import Suggestion
from knowledge.sentence import Sentence, say
from knowledge.suggest.confidence import GOOD

QUOTE = 600  # characters of the citizen's text; the rest is in the dialog and behind the link
ANSWER = 160  # two lines
NOTIFICATION = 150

DONE = frozenset({Face.ANSWERED, Face.CLOSED, Face.FOLDED, Face.WITHDRAWN})
UNDER_WAY = frozenset({Face.WAITING, Face.SENDING, Face.BLOCKED, Face.UNSURE})

LANGUAGES = {
    "nl": say("Dutch"),
    "fy": say("Frisian"),
    "en": say("English"),
    "de": say("German"),
    "tr": say("Turkish"),
    "ar": say("Arabic"),
    "pl": say("Polish"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    label: Sentence
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """One card in sentences; a desk lays the parts out in this order and adds no words of its own."""

    head: Line  # state first
    alert: Line = ()  # something that must be read before anything else
    who: Line = ()
    context: Sentence | None = None  # our own post that this answers
    quote: str = ""  # the citizen's own words; foreign text
    quote_language: str = ""
    about: Line = ()
    link: Link | None = None
    advice: Sentence | None = None
    answer: str = ""  # of the suggestion, two lines at most
    own: str = ""  # the town's text that is on its way, or waits for a check
    changed: tuple[Piece, ...] = ()  # the same text in pieces, when a colleague checks what the writer changed
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    notification: Sentence
    done: bool = False  # two lines at most
    urgent: bool = False


def card_text(card: Card, *, viewer: str = "") -> CardText:
    """Say what a card says. ``viewer``: key of the only colleague who sees it; empty: a channel full of them."""
    done = card.face in DONE
    whole = not done and card.face not in UNDER_WAY
    undecided = whole and card.face not in (Face.SUBMITTED, Face.REFUSED) and not is_thanks(card)
    hidden = is_private(card) or card.withdrawn
    advice, answer = _advice(card) if undecided and not hidden else (None, "")
    own = _own(card)
    buttons, menu = buttons_of(card, viewer=viewer)
    return CardText(
        head=tuple(head(card)),
        alert=tuple(_alert(card)),
        who=() if done else tuple(_who(card)),
        context=_context(card) if whole and not hidden else None,
        quote="" if done or hidden else shorten(card.mention.text, QUOTE),
        quote_language=card.mention.language,
        about=tuple(_about(card)) if whole else (),
        link=_link(card),
        advice=advice,
        answer=answer,
        own=own,
        changed=_changed(card, own),
        buttons=buttons,
        menu=menu,
        notification=_notification(card),
        done=done,
        urgent=card.route.urgent and not done,
    )


def _own(card: Card) -> str:
    """Return the town's text that is on its way, that did not get there, or that waits for a check."""
    if card.face is Face.SUBMITTED and card.submitted:
        return "" if is_private(card) else shorten(card.submitted.text, QUOTE)
    shown = card.face in UNDER_WAY or card.face is Face.REFUSED
    hidden = is_private(card) or (card.reply and card.reply.visibility is Visibility.PRIVATE)
    return card.reply.text if card.reply and shown and not hidden else ""


def _changed(card: Card, own: str) -> tuple[Piece, ...]:
    """Mark what differs from the known answer that the writer began with."""
    standard = card.submitted.standard if card.face is Face.SUBMITTED and card.submitted else ""
    return tuple(pieces(own, standard)) if own and standard and own != standard else ()


def _alert(card: Card) -> Iterator[Part]:
    if card.withdrawn and card.face is not Face.WITHDRAWN:
        yield say("The sender deleted the message.")
    elif card.edited:
        yield say("The sender changed the message, read it again.")


# --- who, and what about ------------------------------------------------------------------------------------------


def _who(card: Card) -> Iterator[Part]:
    yield card.mention.author
    yield card.mention.posted_at
    if card.follow_ups == 1:
        yield say("1 message more")
    elif card.follow_ups:
        yield say("%(count)s messages more", count=card.follow_ups)


def _context(card: Card) -> Sentence | None:
    if not card.context:
        return None
    quote = cut(card.context, SHORT_QUOTE)
    if card.context_at:
        return say('Reaction to our post of %(at)s: "%(quote)s"', at=card.context_at, quote=quote)
    return say('Reaction to our post: "%(quote)s"', quote=quote)


def _about(card: Card) -> Iterator[Part]:
    words = card.route.reason
    if words and not is_private(card) and not card.withdrawn:
        yield say("%(name)s (%(words)s)", name=card.department, words=words)
    else:
        yield card.department
    if card.route.protocol:
        yield PROTOCOL[card.route.protocol]
    if card.route.district and not is_private(card):
        yield say("district %(name)s", name=card.route.district)
    if card.mention.media:
        yield say("1 photo") if card.mention.media == 1 else say("%(count)s photos", count=card.mention.media)
    if card.mention.followers is not None:
        followers = card.mention.followers
        yield say("1 follower") if followers == 1 else say("%(count)s followers", count=followers)
    if card.contacts_before:
        count = card.contacts_before
        yield say("contact once before") if count == 1 else say("contact %(count)s times before", count=count)


def _link(card: Card) -> Link | None:
    """The place where it stands: our answer once there is one, else the citizen's message."""
    if card.face is Face.ANSWERED:
        answer = card.reply if card.reply and not card.reply.retracted_at else None
    else:
        answer = card.standing if card.state is State.ANSWERED else None
    posted = answer.posted if answer else None
    url = page_at((posted.url if posted else "") or card.mention.url)
    if not url or card.withdrawn:
        return None
    return Link(label=say("View on %(host)s", host=card.abilities.host), url=url)


def _advice(card: Card) -> tuple[Sentence | None, str]:
    if card.suggestion is None:
        return say("No fitting answer."), ""
    return _noted(card, card.suggestion), cut(card.suggestion.answer, ANSWER)


def _noted(card: Card, suggestion: Suggestion) -> Sentence:
    """Say how well it fits, and when it is not in the language of the message, which two languages these are."""
    asked, answered = LANGUAGES.get(card.route.language), LANGUAGES.get(suggestion.language)
    if asked is None or answered is None or asked == answered:
        return fit(suggestion)
    return say(
        "%(fit)s (message in %(asked)s, answer in %(answered)s)", fit=fit(suggestion), asked=asked, answered=answered
    )


def is_fixed(suggestion: Suggestion) -> bool:
    """Tell whether it is a text of the response protocol, which is no entry of the knowledge base."""
    return not suggestion.entry


def fits_well(suggestion: Suggestion) -> bool:
    return suggestion.score >= GOOD


def fit(suggestion: Suggestion) -> Sentence:
    """Match words, never a percentage: "Past goed: Container niet geleegd"."""
    if suggestion.pinned_at:
        return say("Key message, as of %(time)s", time=suggestion.pinned_at)
    if is_fixed(suggestion):
        return say("Fixed text")
    if fits_well(suggestion):
        return say("Fits well: %(title)s", title=suggestion.title)
    return say("May fit: %(title)s", title=suggestion.title)


def fit_words(suggestion: Suggestion) -> Sentence:
    return say("fits well") if fits_well(suggestion) else say("may fit")


# --- the line on a locked phone -----------------------------------------------------------------------------------


def _beginning(card: Card) -> Sentence:
    where = card.department
    if card.route.urgent:
        return say("New and urgent at %(where)s", where=where)
    if card.face is Face.OPEN:
        return say("Open at %(where)s", where=where)
    return say("New at %(where)s", where=where)


def _notification(card: Card) -> Sentence:
    where, urgent = card.department, card.route.urgent
    if is_private(card):
        title = card.abilities.title
        if urgent:
            return say("New urgent private message at %(where)s on %(title)s.", where=where, title=title)
        return say("New private message at %(where)s on %(title)s.", where=where, title=title)
    beginning = _beginning(card)
    author = cut(card.mention.author, 30)
    room = max(20, NOTIFICATION - 60 - len(where) - len(author))
    quote = in_short(card, min(40, room))
    if card.due_at and not card.late:
        return say(
            '%(beginning)s: %(author)s, "%(quote)s". Reply before %(at)s.',
            beginning=beginning,
            author=author,
            quote=quote,
            at=card.due_at,
        )
    return say('%(beginning)s: %(author)s, "%(quote)s".', beginning=beginning, author=author, quote=quote)
