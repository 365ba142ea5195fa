"""Step 1, "Antwoord schrijven", as a Slack dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation import Action
from bot.model import Dialog, ReplyKind, Said
from handlers.cards import Verb, readers
from handlers.cards.written import OWN_WORDS, TO_PRIVATE, beginning, choices, entry_in
from handlers.desks.slack import words
from handlers.desks.slack.binding import LONGEST_TEXT, Bound, Target, bound_to
from handlers.desks.slack.blocks import (
    BUTTON,
    ID,
    Json,
    actions,
    field,
    lines,
    option,
    plain,
    quotes,
    radios,
    rich,
    run,
    text_input,
    tick,
    view,
)
from handlers.desks.slack.card import CLICK
from handlers.wording import BETWEEN, Wording
from knowledge.advice import Suggestion
from knowledge.sentence import Sentence, say

WRITING = "balie.write"
READING = "balie.read"
ENTRY, SEARCH, TEXT, PRIVATELY = "entry", "search", "text", "privately"
EARLIER = 8  # messages shown above the newest
SHORTEST_SEARCH = 2


def kind_of(bound: Bound) -> ReplyKind:
    return ReplyKind.CORRECTION if bound.verb is Verb.CORRECT else ReplyKind.ANSWER


def to_writing(dialog: Dialog, verb: Verb, *, wording: Wording) -> Json:
    """Return the dialog as it opens, with the kept draft, what stands there, or what fits well."""
    bound = bound_to(dialog.card, verb)
    text, choice = beginning(dialog, kind_of(bound), most=LONGEST_TEXT)
    return writing(dialog, replace(bound, choice=choice, entry=entry_in(choice)), text=text, wording=wording)


def writing(dialog: Dialog, bound: Bound, *, text: str, wording: Wording, found: Suggestion | None = None) -> Json:
    """Return the dialog with this text; ``found``: a known answer that was searched and chosen."""
    title = words.CORRECT if bound.verb is Verb.CORRECT else words.WRITE
    blocks = [
        *_reading(dialog, wording),
        *_choosing(dialog, bound, found, wording),
        _text(dialog, bound, text, wording) if len(text) <= LONGEST_TEXT else _too_long(text, wording),
    ]
    if dialog.may_go_private:
        only = say("Only %(author)s reads it", author=dialog.card.mention.author)
        box = tick(wording.text(only), on=dialog.privately)
        blocks.append(field(PRIVATELY, wording.text(TO_PRIVATE), box, optional=True))
    if Action.RELEASE in dialog.card.actions and bound.verb is not Verb.CORRECT:
        blocks.append(_release(dialog, wording))
    return view(
        wording.text(title),
        blocks,
        callback=WRITING,
        submit=wording.text(words.VIEW),
        close=wording.text(words.BACK),
        metadata=str(bound),
    )


def to_reading(dialog: Dialog, *, wording: Wording) -> Json:
    """Return a private message to read; nothing is claimed yet."""
    bound = bound_to(dialog.card, Verb.READ)
    kept = rich(lines([run(wording.text(words.READING_IS_KEPT), italic=True)]))
    return view(
        wording.text(words.PRIVATE),
        [*_reading(dialog, wording), kept],
        callback=READING,
        submit=wording.text(words.ANSWER),
        close=wording.text(words.BACK),
        metadata=str(bound),
    )


def said(dialog: Dialog, wording: Wording) -> Json:
    """Return the newest message, whole."""
    card = dialog.card
    head = run(f"{card.mention.author}{BETWEEN}{wording.moment(card.mention.posted_at)}", bold=True)
    return rich(lines([head]), *quotes(dialog.mention_text))


def _reading(dialog: Dialog, wording: Wording) -> Iterator[Json]:
    card = dialog.card
    for each in dialog.earlier[-EARLIER:]:
        yield _earlier(each, wording)
    yield said(dialog, wording)
    rows = []
    if card.edited:
        rows.append([run(wording.text(words.CHANGED), bold=True)])
    if dialog.note:
        rows.append([run(f"{wording.text(words.SENT_BACK)} ", bold=True), run(dialog.note)])
    audience = wording.text(readers(card.mention.visibility))
    to = say(
        "To %(author)s, %(audience)s, on behalf of %(account)s",
        author=card.mention.author,
        audience=audience,
        account=card.account.name,
    )
    rows.append([run(wording.text(to))])
    if card.account.tone:
        rows.append([run(card.account.tone, italic=True)])
    yield rich(lines(*rows))


def _earlier(each: Said, wording: Wording) -> Json:
    return rich(lines([run(f"{each.by}{BETWEEN}{wording.moment(each.at)}")]), *quotes(each.text))


def _choosing(dialog: Dialog, bound: Bound, found: Suggestion | None, wording: Wording) -> Iterator[Json]:
    """The known answers that fit, and a search through all of them."""
    options = [
        option(", ".join(wording.text(part) for part in (each.label, each.fits) if part), each.value)
        for each in choices(dialog, [found] if found else [], most=LONGEST_TEXT)
    ]
    options.append(option(wording.text(words.MYSELF), OWN_WORDS))
    values = [each["value"] for each in options]
    chosen = bound.choice if bound.choice in values else OWN_WORDS
    yield field(_fresh(ENTRY, bound), wording.text(words.STANDARD), radios(options, chosen=chosen), told=True)
    search = {
        "type": "external_select",
        "placeholder": plain(wording.text(words.CHOOSE), 150),
        "min_query_length": SHORTEST_SEARCH,
    }
    yield field(_fresh(SEARCH, bound), wording.text(words.SEARCH), search, optional=True, told=True)


def _text(dialog: Dialog, bound: Bound, text: str, wording: Wording) -> Json:
    element = text_input(text, longest=LONGEST_TEXT, lines=True, as_typed=True)
    hint = wording.text(say("at most %(limit)s characters", limit=dialog.limit))
    return field(_fresh(TEXT, bound), wording.text(words.YOUR_ANSWER), element, hint=hint, told=True)


def too_long(length: int) -> Sentence:
    """Say that Slack has no room for a text; nothing of it is ever cut off."""
    return say(
        "This text has %(length)s characters; Slack takes %(most)s. Go on with it on the page of Balie.",
        length=length,
        most=LONGEST_TEXT,
    )


def _too_long(text: str, wording: Wording) -> Json:
    """The whole text to read, in the place of a field that would lose its end."""
    return rich(lines([run(wording.text(too_long(len(text))), bold=True)]), *quotes(text))


def _release(dialog: Dialog, wording: Wording) -> Json:
    target = Target(verb=Verb.RELEASE, conversation=dialog.card.conversation_id, version=dialog.card.version)
    text = plain(wording.text(words.LET_GO), BUTTON)
    return actions({"type": "button", "action_id": f"{CLICK}.{Verb.RELEASE}", "text": text, "value": str(target)})


def _fresh(name: str, bound: Bound) -> str:
    """Slack keeps what stands in a field with the same id, so another choice needs another id."""
    return f"{name}.{bound.choice or OWN_WORDS}"[:ID]
