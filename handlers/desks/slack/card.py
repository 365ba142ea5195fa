"""A card as a Slack message."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Card, Face
from handlers.cards import Button, CardText, Verb, card_text, cut, is_private
from handlers.desks.slack.binding import Target
from handlers.desks.slack.blocks import (
    BUTTON,
    HEARD,
    Json,
    actions,
    cut_at,
    escaped,
    lines,
    link,
    option,
    plain,
    quotes,
    rich,
    run,
)
from handlers.wording import BETWEEN, Wording
from knowledge.sentence import say

NOTIFICATION = 150
CLICK = "balie"  # how the action ids of buttons on cards begin
MENU = f"{CLICK}.menu"
ROW = "row "  # how the block of a button in a list begins
QUOTED_IN_ROW = 120  # characters
MOVED = say("This goes on in a newer card.")
NEWER = say("Go to the newer card")


def to_message(card: Card, *, wording: Wording, viewer: str = "") -> Json:
    """Return ``text`` for the notification and ``blocks`` for the eyes."""
    text = card_text(card, viewer=viewer)
    return {"text": notification(card, text, wording), "blocks": list(_blocks(card, text, wording))}


def to_past(card: Card, *, wording: Wording, newer: str = "") -> Json:
    """Return what is left of a card whose conversation goes on elsewhere; ``newer``: link to the fresh one."""
    text = card_text(card)
    row = [run(f"{wording.text(MOVED)} ")]
    if newer:
        row.append(link(wording.text(NEWER), newer))
    elif text.link:
        row.append(link(wording.text(text.link.label), text.link.url))
    author = run(f"{card.mention.author}{BETWEEN}")
    return {"text": escaped(wording.text(MOVED)), "blocks": [rich(lines([author, *row]))]}


def notification(card: Card, text: CardText, wording: Wording) -> str:
    """Return the line on a locked phone: state first, nothing of a private message, no mention possible."""
    fresh = card.face in (Face.NEW, Face.OPEN) and not card.remind_at
    said = wording.text(text.notification) if fresh else wording.line(text.head)
    return escaped(cut(said, NOTIFICATION))


def _blocks(card: Card, text: CardText, wording: Wording) -> Iterator[Json]:
    yield rich(
        lines(_head(text, wording), *_top(text, wording)),
        *quotes(text.quote),
        lines(*_bottom(text, wording)),
        *_own(text),
    )
    if text.buttons or text.menu:
        yield buttons(card, text, wording)


def _own(text: CardText) -> Iterator[Json]:
    """The town's text; for who checks it, with what the writer changed in bold."""
    if text.changed:
        yield {"type": "rich_text_quote", "elements": [run(words, bold=new) for words, new in text.changed]}
    else:
        yield from quotes(text.own)


def _head(text: CardText, wording: Wording) -> list[Json]:
    """The state in bold, then the rest; a done card has its link here."""
    first, *rest = [wording.text(part) for part in text.head]
    row = [run(first, bold=True), *(run(f"{BETWEEN}{part}") for part in rest)]
    return [*row, *_link(text, wording, after=True)] if text.done else row


def _top(text: CardText, wording: Wording) -> Iterator[list[Json]]:
    for part in text.alert:
        yield [run(wording.text(part), bold=True)]
    if text.who:
        yield [run(wording.line(text.who))]
    if text.context:
        yield [run(wording.text(text.context), italic=True)]


def _bottom(text: CardText, wording: Wording) -> Iterator[list[Json]]:
    if text.about or (text.link and not text.done):
        about = [run(wording.line(text.about))] if text.about else []
        yield [*about, *([] if text.done else _link(text, wording, after=bool(about)))]
    if text.advice:
        yield [run(wording.text(text.advice), bold=bool(text.answer))]
    if text.answer:
        yield [run(text.answer)]


def _link(text: CardText, wording: Wording, *, after: bool) -> list[Json]:
    if text.link is None or not text.link.url.startswith(("https://", "http://")):
        return []
    return [*([run(BETWEEN)] if after else []), link(wording.text(text.link.label), text.link.url)]


def buttons(card: Card, text: CardText, wording: Wording) -> Json:
    """Return the row of buttons with its menu."""
    row = [button(card, each, wording) for each in text.buttons]
    if text.menu:
        options = [option(wording.text(each.label), str(_target(card, each))) for each in text.menu]
        row.append({"type": "overflow", "action_id": MENU, "options": options})
    return actions(*row)


def button(card: Card, shown: Button, wording: Wording) -> Json:
    return {
        "type": "button",
        "action_id": f"{CLICK}.{shown.verb}",
        "text": plain(wording.text(shown.label), BUTTON),
        "value": str(_target(card, shown)),
        "accessibility_label": cut_at(wording.text(shown.name), HEARD),
        **({"url": shown.url} if shown.url else {}),
        **({"style": "primary"} if shown.primary else {}),
    }


def row(card: Card, wording: Wording) -> Json:
    """Return a card in a list: its head, its link and the beginning of what was said."""
    text = card_text(card)
    first, *rest = text.head
    shown = [run(wording.text(first), bold=True), *(run(f"{BETWEEN}{wording.text(each)}") for each in rest)]
    shown += _link(text, wording, after=True)
    said = "" if text.done or is_private(card) else cut(card.mention.text, QUOTED_IN_ROW)
    where = f"{card.mention.author}{BETWEEN}{card.department}"
    return rich(lines(shown, *([] if text.done else [[run(where)]])), *quotes(said))


def let_go(card: Card, wording: Wording) -> Iterator[Json]:
    """Yield the button of such a row, of which a click leaves the other rows as they are."""
    buttons = [each for each in card_text(card).menu if each.verb is Verb.RELEASE]
    if buttons:
        yield actions(button(card, buttons[0], wording), block_id=f"{ROW}{card.conversation_id}")


def _target(card: Card, shown: Button) -> Target:
    return Target(verb=shown.verb, conversation=card.conversation_id, version=card.version)
