"""Guesses what kind of message this is: a question, a report, a complaint, ..."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from knowledge.phrases import PhraseBook
from knowledge.rulebook.values import Kind
from knowledge.word_lists import sections, word_list

_STATEMENT = 4  # words that say more than a bare topic
# On equal scores the first of these is chosen: the one that asks most of us.
_ORDER = (
    Kind.SPAM,
    Kind.SUGGESTION,
    Kind.COMPLAINT,
    Kind.QUESTION,
    Kind.REPORT,
    Kind.COMPLIMENT,
    Kind.THANKS,
    Kind.DISCUSSION,
)


@cache
def _cues() -> PhraseBook[tuple[Kind, int]]:
    lines = []
    for heading, line in sections("kinds"):
        kind, weight = heading.split()
        lines.append((line, (Kind(kind), int(weight))))
    return PhraseBook(lines)


def guess(message: str, tokens: Sequence[str], *, topical: bool = False, placed: bool = False) -> Kind:
    """Return the kind of a message of which ``tokens`` are the words.

    ``topical`` and ``placed`` say that a topic or a place of the town was found: a statement is then a report.
    """
    scores: dict[Kind, int] = defaultdict(int)
    for cue in _cues().find(tokens):
        kind, weight = cue.meaning
        scores[kind] += weight
    if asks := _asks(message, tokens):
        scores[Kind.QUESTION] += asks
    bare = Kind.REPORT if topical and (placed or len(tokens) >= _STATEMENT) else Kind.OTHER
    if not scores:
        return bare
    _weigh(scores)
    best = max(scores.values())
    if best <= 0:
        return bare
    return next(kind for kind in _ORDER if scores.get(kind, 0) == best)


def _asks(message: str, tokens: Sequence[str]) -> int:
    """Return how much the form of the message asks something."""
    opens = bool(tokens) and tokens[0] in word_list("question_words")
    return 2 * opens + 2 * ("?" in message)


def _weigh(scores: dict[Kind, int]) -> None:
    """Correct for what people mean: praise in a complaint is sarcasm, thanks beside a question is politeness."""
    if scores.get(Kind.COMPLAINT) and scores.get(Kind.COMPLIMENT):
        scores[Kind.COMPLAINT] += scores.pop(Kind.COMPLIMENT)
    if scores.get(Kind.QUESTION) or scores.get(Kind.REPORT) or scores.get(Kind.COMPLAINT):
        scores[Kind.THANKS] = min(scores.get(Kind.THANKS, 0), 1)
    if scores.get(Kind.REPORT) and scores.get(Kind.COMPLIMENT):
        scores[Kind.COMPLIMENT] += 1
