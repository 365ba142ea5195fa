"""Guesses the language of a short text: a model of many languages, words that tell, and a strong belief in Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from typing import Protocol

from knowledge import text
from knowledge.word_lists import sections

KNOWN = ("nl", "en", "de", "tr", "ar", "pl", "fy")
_WORD = 1.0  # how much one telling word counts, as a difference in log odds
_SETTING = 2.0  # how much the author's own setting counts
_LEAVE = 1.5  # how much surer another language must be than the town's own
_KIN = 2.5  # the same between Dutch and Frisian: a dialect and a typing error look like the other
_FEW = 6  # letters; in fewer, without a telling word, every language looks like every other
_LEAST = 1e-9


class _Model(Protocol):
    def rank(self, text: str) -> Sequence[tuple[str, float]]: ...


def guess(message: str, tokens: Sequence[str], *, setting: str = "", fallback: str = "nl") -> str:
    """Return the language (ISO 639-1) of a message of which ``tokens`` are the words.

    ``setting`` is what the author's own settings say: it counts when the words hardly do. In doubt it is ``fallback``.
    """
    words = [token for token in tokens if token[0].isalpha()]
    told = [_votes()[word] for word in words if word in _votes()]
    if fallback == "nl" and told and len(told) * 3 >= len(words) and all(language == "nl" for language in told):
        return "nl"
    preferred = setting.lower().partition("-")[0].partition("_")[0]
    enough = bool(told) or sum(map(len, words)) >= _FEW
    chances = dict(_model().rank(text.plain(message))) if enough else {}

    def odds(language: str) -> float:
        sure = log(max(chances.get(language, 0.0), _LEAST)) if chances else 0.0
        return sure + _WORD * told.count(language) + _SETTING * (language == preferred)

    best = max(KNOWN, key=odds)
    kin = {best, fallback} == {"nl", "fy"}
    return best if odds(best) - odds(fallback) > (_KIN if kin else _LEAVE) else fallback


@cache
def _votes() -> Mapping[str, str]:
    """Return the words that tell one language from the others."""
    found: dict[str, str] = {}
    shared = set()
    for language, line in sections("languages"):
        for word in line.split():
            folded = text.letters(word)
            if found.setdefault(folded, language) != language:
                shared.add(folded)
    return {word: language for word, language in found.items() if word not in shared}


@cache
def _model() -> _Model:
    """Loaded when first needed: it takes half a second and many messages do without."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages(list(KNOWN))
    ours: _Model = LanguageIdentifier(  # without the numbers of the other ninety languages: 20 MB
        whole.nb_ptc,
        whole.nb_pc,
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )
    return ours
