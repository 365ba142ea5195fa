"""The fixed words of a card: reasons, classes, audiences, and how a long text is cut."""

from __future__ import annotations

from datetime import datetime

from bot.model import Card, CloseReason, ReplyShown, Visibility, Who
from knowledge.rulebook.values import Kind, ProtocolClass
from knowledge.sentence import Sentence, say

Part = Sentence | str | datetime
Line = tuple[Part, ...]  # to be joined with " · "

CLOSE_REASONS = {
    CloseReason.ALREADY_ANSWERED: say("already answered"),
    CloseReason.DUPLICATE: say("duplicate"),
    CloseReason.NOT_FOR_US: say("not for us"),
    CloseReason.REPORT_FILED: say("passed on as a report"),
    CloseReason.HANDLED_ELSEWHERE: say("handled by telephone or mail"),
    CloseReason.COMPLIMENT: say("compliment"),
    CloseReason.THANKS: say("thanks"),
    CloseReason.DISCUSSION: say("discussion between residents"),
    CloseReason.INSULT: say("insult without a question"),
    CloseReason.SPAM: say("spam"),
}

PROTOCOL = {
    ProtocolClass.THREAT: say("threat"),
    ProtocolClass.SELF_HARM: say("worry about someone"),
    ProtocolClass.CRITICISM: say("criticism of a colleague"),
    ProtocolClass.OWN_ORGANISATION: say("about our own organisation"),
    ProtocolClass.PRESS: say("press"),
    ProtocolClass.POLITICS: say("politics"),
    ProtocolClass.FORMAL_COMPLAINT: say("formal complaint"),
    ProtocolClass.WOO: say("Woo request"),
    ProtocolClass.INSULT: say("insult"),
}


def page_at(url: str) -> str:
    """Return an address that opens a page in a browser; of any other, and of a script in one, nothing."""
    return url if url.startswith(("https://", "http://")) else ""


def audience(visibility: Visibility, title: str) -> Sentence:
    """Say who can read it: "openbaar op Mastodon"."""
    match visibility:
        case Visibility.PUBLIC:
            return say("public on %(title)s", title=title)
        case Visibility.UNLISTED:
            return say("public on %(title)s, outside the timelines", title=title)
        case Visibility.FOLLOWERS:
            return say("for followers only, on %(title)s", title=title)
        case Visibility.PRIVATE:
            return say("private message on %(title)s", title=title)


def readers(visibility: Visibility) -> Sentence:
    """Say who can read it, without where: "openbaar"."""
    match visibility:
        case Visibility.PUBLIC:
            return say("public")
        case Visibility.UNLISTED:
            return say("public, outside the timelines")
        case Visibility.FOLLOWERS:
            return say("for followers only")
        case Visibility.PRIVATE:
            return say("private message")


def is_private(card: Card) -> bool:
    return card.mention.visibility is Visibility.PRIVATE


def went_private(card: Card) -> bool:
    """Tell whether we answer a public message to its author alone."""
    return bool(card.reply and card.reply.visibility is Visibility.PRIVATE and not is_private(card))


def stands_where(card: Card, visibility: Visibility) -> Sentence:
    """Say where an answer will stand and who can read it: "openbaar, als @gemeente, onder het bericht van 14:02"."""
    if visibility is Visibility.PRIVATE and not is_private(card):
        author, account = card.mention.author, card.account.name
        return say(
            "private message to %(author)s, as %(account)s; nobody else reads it", author=author, account=account
        )
    return say(
        "%(audience)s, as %(account)s, under the message of %(at)s",
        audience=readers(visibility),
        account=card.account.name,
        at=card.mention.posted_at,
    )


def is_thanks(card: Card) -> bool:
    """Tell whether the citizen only thanks us for our answer; of a private message no channel hears that."""
    answer = our_answer(card)
    posted = answer.posted if answer else None
    thanks = card.route.kind is Kind.THANKS and not is_private(card)
    return thanks and posted is not None and card.mention.posted_at > posted.at


def our_answer(card: Card) -> ReplyShown | None:
    """Return what we answered before, also when a correction of it did not get there."""
    return card.reply if card.reply and card.reply.posted else card.standing


def first_name(who: Who) -> str:
    return who.name.split()[0] if who.name.split() else who.key


def cut(text: str, length: int) -> str:
    """Return a text on one line, cut between words: "Mijn kliko is al twee weken niet ..."."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    room = flat[: length - 3]
    return (room.rsplit(" ", 1)[0] if " " in room else room[:-1]) + " ..."


def shorten(text: str, length: int) -> str:
    """Return a text with its lines, cut between words when it is longer than ``length``."""
    if len(text) <= length:
        return text
    return text[: length - 3].rsplit(None, 1)[0] + " ..."


def in_short(card: Card, length: int) -> str:
    """Return the citizen's words on one line, without our own handle in front."""
    text, handle = " ".join(card.mention.text.split()), card.account.name
    if text.lower().startswith(handle.lower()):
        text = text[len(handle) :].lstrip(" ,:") or text
    return cut(text, length)
