"""The words and the fields with which an answer that was posted becomes one of the standard answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model.answers import Proposed, Saved
from handlers.cards.buttons import Verb
from knowledge.faq import Entry
from knowledge.sentence import Sentence, say

KEEPS = (Verb.KEEP_NEW, Verb.KEEP_CHANGE)

QUESTION, ANSWER, SHORT = say("Question, as residents ask it"), say("Answer text"), say("Short answer (may be empty)")
NOT_PERSONAL = say("This answer is for everybody: nothing about one person in it.")
OWNER_DECIDES = say("You propose this. It counts when its owner agrees.")


def changed(entry: Entry, fields: Mapping[str, str]) -> Entry:
    """Return the entry with what a colleague filled in."""
    return replace(
        entry,
        question=fields.get("question", "").strip(),
        answer=fields.get("answer", "").strip(),
        short=fields.get("short", "").strip(),
    )


def outcome(answer: Saved | Proposed) -> Sentence:
    if isinstance(answer, Saved):
        return say("Kept. Balie suggests this answer from now on.")
    names = ", ".join(who.name for who in answer.deciders[:3])
    if not names:
        return say("Proposed. Nobody may decide about it yet; tell the coordinator.")
    return say("Proposed. %(names)s can agree with it.", names=names)
