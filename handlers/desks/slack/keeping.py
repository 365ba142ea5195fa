"""From an answered card to the standard answers, as a Slack dialog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.model.answers import AnswerDraft
from handlers.cards import Verb
from handlers.cards.buttons import LABELS
from handlers.cards.kept import ANSWER, NOT_PERSONAL, OWNER_DECIDES, QUESTION, SHORT, changed
from handlers.desks.slack import words
from handlers.desks.slack.binding import LONGEST_TEXT, bound_to
from handlers.desks.slack.blocks import Json, field, lines, quotes, rich, run, text_input, view
from handlers.wording import Wording
from knowledge.faq import LONGEST_QUESTION, Entry
from knowledge.faq import SHORT as LONGEST_SHORT
from knowledge.sentence import say

KEEPING = "balie.keep."
TITLES = {Verb.KEEP_NEW: say("New standard answer"), Verb.KEEP_CHANGE: LABELS[Verb.KEEP_CHANGE]}  # Slack takes 24


def to_keep(draft: AnswerDraft, verb: Verb, *, wording: Wording) -> Json:
    """Return the dialog: what stands there, to be made into an answer for everybody."""
    bound = replace(bound_to(draft.card, verb), entry=draft.entry.key, revision=draft.seen_revision)
    return view(
        wording.text(TITLES[verb]),
        list(_blocks(draft, wording)),
        callback=f"{KEEPING}{verb}",
        submit=wording.text(say("Keep") if draft.stands_at_once else say("Propose")),
        close=wording.text(words.BACK),
        metadata=str(bound),
    )


def kept(draft: AnswerDraft, values: Mapping[str, Any]) -> Entry:
    """Return the entry as it was filled in."""
    return changed(draft.entry, {name: str(values.get(name) or "") for name in ("question", "answer", "short")})


def _blocks(draft: AnswerDraft, wording: Wording) -> Iterator[Json]:
    rows = [[run(wording.text(NOT_PERSONAL))]]
    if not draft.stands_at_once:
        rows.append([run(wording.text(OWNER_DECIDES))])
    yield rich(lines(*rows), *quotes(draft.card.mention.text))
    entry = draft.entry
    yield field("question", wording.text(QUESTION), text_input(entry.question, longest=LONGEST_QUESTION), optional=True)
    answer = text_input(entry.answer, longest=LONGEST_TEXT, lines=True)
    yield field("answer", wording.text(ANSWER), answer, optional=True)
    short = text_input(entry.short, longest=LONGEST_SHORT, lines=True)
    yield field("short", wording.text(SHORT), short, optional=True)
