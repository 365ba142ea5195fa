"""Guesses the language of a short text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from knowledge import text
from knowledge.word_lists import sections

KNOWN = ("nl", "en", "de", "tr", "ar", "pl", "fy")
_ARABIC = re.compile("[\u0600-\u06ff]")
_ENOUGH = 25  # letters from which on a model may be asked
_SURE = 0.9  # how sure the model must be, from 0 to 1


class _Model(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...
    def set_languages(self, langs: list[str]) -> None: ...


def guess(message: str, tokens: Sequence[str], *, setting: str = "", fallback: str = "nl") -> str:
    """Return the language (ISO 639-1) of a message of which ``tokens`` are the words.

    ``setting`` is what the author's own settings say: it decides when the words do not. In doubt it is ``fallback``.
    """
    dutch, foreign = _telling_words()
    if fallback == "nl" and foreign.keys().isdisjoint(tokens) and not dutch.isdisjoint(tokens):
        return "nl"
    votes = Counter(language for token in tokens if (language := _votes().get(token)))
    ranked = votes.most_common(2)
    if ranked and ranked[0][1] >= 2 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    if len(_ARABIC.findall(message)) > 3:
        return "ar"
    preferred = setting.lower().partition("-")[0].partition("_")[0]
    if preferred in KNOWN and (not ranked or votes[preferred] == ranked[0][1]):
        return preferred
    if not ranked and sum(map(len, tokens)) >= _ENOUGH:
        language, sure = _model().classify(" ".join(tokens))
        if sure >= _SURE:
            return language
    return ranked[0][0] if ranked and len(ranked) == 1 and len(tokens) < 4 else fallback


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
def _telling_words() -> tuple[frozenset[str], Mapping[str, str]]:
    dutch = frozenset(word for word, language in _votes().items() if language == "nl")
    return dutch, {word: language for word, language in _votes().items() if language != "nl"}


@cache
def _model() -> _Model:
    """Loaded when first needed: it takes a second and most messages do without."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model: _Model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(KNOWN))
    return model
