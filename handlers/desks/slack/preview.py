"""Step 2, "Zo komt het er te staan", and what comes after it, as Slack dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.model import Card, Dialog, Preview
from handlers.cards import Verb, card_text, stands_where
from handlers.cards.changed import changes
from handlers.desks.slack import words
from handlers.desks.slack.binding import Bound, Target
from handlers.desks.slack.blocks import BUTTON, Json, actions, field, lines, link, plain, quotes, rich, run, tick, view
from handlers.desks.slack.card import CLICK, button
from handlers.desks.slack.writing import said
from handlers.wording import Wording
from knowledge.sentence import Sentence, say

PLACING = "balie.place"
PERSONAL, SPLIT = "personal", "split"


def to_preview(preview: Preview, bound: Bound, card: Card, *, wording: Wording, dialog: Dialog | None = None) -> Json:
    """Return the final text with its count and warnings; ``dialog``: when another wrote it and this one checks."""
    may_go = preview.blocked is None or len(preview.parts) > 1
    submits = not preview.may_place
    may_go = may_go and not (dialog and submits)  # who wrote it cannot be the one who checks it
    blocks = [said(dialog, wording), *_marked(preview, dialog, wording)] if dialog else [_plain(preview)]
    blocks += _about(preview, card, wording)
    blocks += _warnings(preview, wording) if may_go else []
    if dialog:
        blocks.append(_send_back(card, wording))
    return view(
        wording.text(words.PREVIEW),
        blocks,
        callback=PLACING,
        submit=wording.text(words.SUBMIT if submits else words.POST) if may_go else "",
        close=wording.text(words.BACK),
        metadata=str(replace(bound, submits=submits, checking=dialog is not None)),
    )


def to_placed(card: Card, *, wording: Wording) -> Json:
    """Return what became of it, with [Tegenhouden] while that is still possible."""
    text = card_text(card)
    first, *rest = text.head
    rows = [[run(wording.text(first), bold=True)], *([[run(wording.line(rest))]] if rest else [])]
    if text.link and text.link.url.startswith("https://"):
        rows.append([link(wording.text(text.link.label), text.link.url)])
    own = card.reply.text if card.reply else ""
    blocks = [rich(lines(*rows), *quotes(own))]
    held = [each for each in text.buttons if each.verb is Verb.HOLD_BACK]
    if held:
        blocks.append(actions(*(button(card, each, wording) for each in held)))
    return view(wording.text(words.BALIE), blocks, close=wording.text(words.CLOSE), whole=True)


def to_told(sentence: Sentence, *, wording: Wording) -> Json:
    """Return a sentence as a dialog; nothing happened."""
    blocks = [rich(lines([run(wording.text(sentence))]))]
    return view(wording.text(words.BALIE), blocks, close=wording.text(words.CLOSE), whole=True)


def to_busy(*, wording: Wording) -> Json:
    """Return the dialog that stands there until the real one is ready."""
    blocks = [rich(lines([run(wording.text(words.BUSY))]))]
    return view(wording.text(words.BALIE), blocks, close=wording.text(words.BACK))


def _plain(preview: Preview) -> Json:
    parts = preview.parts if len(preview.parts) > 1 else (preview.text,)
    return rich(*(quote for part in parts for quote in quotes(part)))


def _marked(preview: Preview, dialog: Dialog, wording: Wording) -> Iterator[Json]:
    """The text of a colleague, with what differs from the standard answer in bold."""
    pieces = changes(preview, dialog)
    if pieces is None:
        yield _plain(preview)
        return
    runs = [run(text, bold=changed) for text, changed in pieces]
    yield rich({"type": "rich_text_quote", "elements": runs})
    yield rich(lines([run(wording.text(words.MARKED), italic=True)]))


def _about(preview: Preview, card: Card, wording: Wording) -> Iterator[Json]:
    count = say("%(length)s of %(limit)s characters", length=preview.length, limit=preview.limit)
    where = _capital(wording.text(stands_where(card, preview.visibility)))
    rows = [[run(wording.text(count))], [run(where)]]
    rows += [[run(f"{wording.text(words.TIP)} ", bold=True), run(wording.text(tip))] for tip in preview.tips]
    if preview.blocked:
        rows.append([run(wording.text(preview.blocked), bold=True)])
    if not preview.may_place and preview.approvers:
        names = ", ".join(each.name for each in preview.approvers)
        rows.append([run(wording.text(say("%(names)s can approve.", names=names)))])
    yield rich(lines(*rows))


def _warnings(preview: Preview, wording: Wording) -> Iterator[Json]:
    if preview.warnings:
        mind = wording.text(words.MIND)
        yield rich(lines(*([run(f"{mind} ", bold=True), run(wording.text(each))] for each in preview.warnings)))
        yield field(PERSONAL, mind, tick(wording.text(words.MAY_BE_POSTED)), optional=True)
    if preview.blocked and len(preview.parts) > 1:
        split = say("Split into %(count)s messages", count=len(preview.parts))
        yield field(SPLIT, wording.text(words.TOO_LONG), tick(wording.text(split)), optional=True)


def _send_back(card: Card, wording: Wording) -> Json:
    target = Target(verb=Verb.SEND_BACK, conversation=card.conversation_id, version=card.version)
    text = plain(wording.text(words.SEND_BACK), BUTTON)
    return actions({"type": "button", "action_id": f"{CLICK}.{Verb.SEND_BACK}", "text": text, "value": str(target)})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
