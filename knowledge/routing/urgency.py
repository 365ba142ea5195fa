"""Says whether a message must be seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from knowledge.phrases import PhraseBook
from knowledge.routing.lexicon import Hit, Manner
from knowledge.word_lists import sections, word_list

_DENIALS = frozenset(("geen", "niet", "nooit", "zonder", "no", "not", "gjin", "net"))


@cache
def _cues() -> PhraseBook[str]:
    return PhraseBook((line, heading) for heading, line in sections("urgency"))


def judge(tokens: Sequence[str], *, urgent: bool) -> tuple[bool, list[tuple[int, int]]]:
    """Return whether a message is urgent and the words that are urgent in any town; ``urgent``: its rule says so.

    A drill, a test or the past takes the urgency away, but never from somebody hurt.
    """
    cues = [cue for cue in _cues().find(tokens) if not denied(tokens, cue.first)]
    if not cues:
        return urgent, []
    calm = [cue for cue in cues if cue.meaning == "calm"]
    drill = any(cue.meaning == "drill" and tokens[cue.last + 1 : cue.last + 2] != ["of"] for cue in cues)
    alarm = [
        (cue.first, cue.last)
        for cue in cues
        if cue.meaning == "victims"
        or (
            cue.meaning == "danger"
            and not drill
            and not any(one.first <= cue.last and cue.first <= one.last for one in calm)
        )
    ]
    doubtful = any(cue.meaning in ("calm", "drill") for cue in cues)
    return bool(alarm or (urgent and not doubtful)), alarm


def denied(tokens: Sequence[str], place: int) -> bool:
    """Say whether the word at ``place`` is denied: geen brand, geen grote brand, but not 'geen oefening, brand'.

    A denial never changes the topic: 'geen kliko' is about bins.
    """
    before = tokens[max(0, place - 2) : place]
    if not before or _DENIALS.isdisjoint(before):
        return False
    return before[-1] in _DENIALS or before[-1].endswith("e") or before[-1] in word_list("function_words")


def alarming(hits: Sequence[Hit], tokens: Sequence[str]) -> bool:
    """Say whether a hit of an urgent rule counts: not denied, and not only the first part of a compound: brandkraan."""
    return any(hit.manner is not Manner.PART and not denied(tokens, hit.first) for hit in hits)
