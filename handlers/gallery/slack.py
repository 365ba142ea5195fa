"""Everything that the Slack desk shows, as the Block Kit that Slack would get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot import reply
from bot.model import Card, Face, Visibility
from bot.model.answers import AnswerDraft
from bot.reading import OUTSIDER
from handlers.cards import Verb
from handlers.desks.slack import asking
from handlers.desks.slack.binding import bound_to
from handlers.desks.slack.blocks import Json
from handlers.desks.slack.card import to_message, to_past
from handlers.desks.slack.keeping import to_keep
from handlers.desks.slack.preview import to_busy, to_placed, to_preview, to_told
from handlers.desks.slack.writing import to_reading, to_writing
from handlers.gallery.samples import (
    BOOK,
    FATIMA,
    JAN,
    KLIKO,
    OWN,
    a_card,
    a_dialog,
    a_reply,
    at,
    cards,
    dialogs,
    previews,
)
from handlers.wording import Wording
from knowledge.faq import Entry
from knowledge.sentence import say

NEWER = "https://veldwijk.slack.com/archives/C1/p1"


def messages(wording: Wording) -> Iterator[tuple[str, Json]]:
    for name, card in cards():
        yield name, to_message(card, wording=wording)
    yield "verhuisd", to_past(a_card(), wording=wording, newer=NEWER)


def views(wording: Wording) -> Iterator[tuple[str, Json]]:
    for name, dialog in dialogs():
        yield name, to_writing(dialog, Verb.ANSWER, wording=wording)
    private = a_card(mention={"visibility": Visibility.PRIVATE, "url": ""})
    yield "privébericht lezen", to_reading(a_dialog(card=private), wording=wording)
    answered = a_card(Face.ANSWERED, reply=a_reply(reply.State.POSTED))
    yield "correctie schrijven", to_writing(a_dialog(card=answered), Verb.CORRECT, wording=wording)
    bound = replace(bound_to(a_card(), Verb.ANSWER), text="Wij komen.")
    for name, preview in previews():
        yield name, to_preview(preview, bound, a_card(), wording=wording)
    changed = KLIKO.answer.replace("Dan geven wij", "Morgen geven wij")
    checked = replace(next(previews())[1], text=OWN.replace(KLIKO.answer, changed))
    yield (
        "goedkeuren",
        to_preview(checked, bound, a_card(), wording=wording, dialog=a_dialog(entry="container", text=changed)),
    )
    waiting = a_card(Face.WAITING, reply=a_reply(reply.State.WAITING, send_after=at("14:21")))
    yield "wordt geplaatst", to_placed(waiting, wording=wording)
    yield "geweigerd", to_told(OUTSIDER, wording=wording)
    yield "bezig", to_busy(wording=wording)
    for verb, draft in _kept_answers():
        yield f"vraag: {verb}", to_keep(draft, verb, wording=wording)
    for verb, (card, fields) in _questions(wording).items():
        yield f"vraag: {verb}", asking.to_question(card, verb, fields, wording=wording)


def _kept_answers() -> Iterator[tuple[Verb, AnswerDraft]]:
    card = a_card(Face.ANSWERED, reply=a_reply(reply.State.POSTED, entry=KLIKO.entry))
    fresh = Entry(key="", question="", answer=KLIKO.answer)
    yield Verb.KEEP_NEW, AnswerDraft(card=card, entry=fresh, seen_revision=0, stands_at_once=False)
    known = replace(fresh, key=KLIKO.entry, question=KLIKO.title, short="Stuur ons uw adres in een privébericht.")
    yield Verb.KEEP_CHANGE, AnswerDraft(card=card, entry=known, seen_revision=3, stands_at_once=True)


def _questions(wording: Wording) -> Mapping[Verb, tuple[Card, Sequence[Json]]]:
    card, held = a_card(), a_card(Face.CLAIMED, holder=JAN, held_since=at("14:05"))
    unsure = a_card(Face.UNSURE, reply=a_reply(reply.State.UNSURE))
    answered = a_card(Face.ANSWERED, reply=a_reply(reply.State.POSTED))
    other = a_card(conversation_id=13, mention={"author": "@buur", "text": "Ook onze kliko staat er nog."})
    return {
        Verb.CLOSE: (card, tuple(asking.closing(card, Verb.CLOSE, wording=wording))),
        Verb.SPAM: (card, tuple(asking.closing(card, Verb.SPAM, wording=wording))),
        Verb.FORWARD: (card, tuple(asking.forwarding(card, BOOK, wording=wording))),
        Verb.ASK: (card, tuple(asking.consulting((FATIMA,), wording=wording))),
        Verb.REMIND: (card, tuple(asking.timing(say("When?"), wording=wording))),
        Verb.MERGE: (card, tuple(asking.merging((other,), wording=wording))),
        Verb.TAKE_OVER: (held, tuple(asking.taking_over(held, wording=wording))),
        Verb.SEND_BACK: (card, tuple(asking.sending_back(wording=wording))),
        Verb.RETRACT: (answered, tuple(asking.retracting(answered, wording=wording))),
        Verb.IT_IS_THERE: (unsure, tuple(asking.confirming(unsure, wording=wording))),
        Verb.DONE_THERE: (unsure, tuple(asking.done_there(unsure, wording=wording))),
        Verb.SEND_AGAIN: (unsure, tuple(asking.sending_again(unsure, wording=wording))),
    }
