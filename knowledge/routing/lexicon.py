"""Finds the words and phrases of the rulebook in a message: as written, inflected, in a compound, or with one error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from knowledge import dutch, text
from knowledge.spelling import LEAST, NearWords

REMEMBERED = 50_000  # tokens whose meaning is kept; a message has few that were never seen before
LONGEST = 60  # letters; nobody writes a longer word on purpose
_SURE = 8  # letters from which on one error leaves little doubt
_EVERYDAY = 5  # letters of an everyday word that an error may have been made in
_JOINED = 8  # letters of a compound that people also write as two words


class Manner(IntEnum):
    """How a term stands in the message, the surest first."""

    WRITTEN = 0
    INFLECTED = 1
    HEAD = 2  # last part of a compound, which says what the thing is: huisbrand
    PART = 3  # first part of a compound: brandkraan
    NEAR = 4  # one typing error


@dataclass(frozen=True, slots=True)
class Hit:
    """A term of the lexicon, found from token ``first`` up to and including ``last``."""

    term: int
    first: int
    last: int
    manner: Manner


@dataclass(frozen=True, slots=True)
class _Phrase:
    term: int
    rest: tuple[str, ...]  # the words after the first


@dataclass(frozen=True, slots=True)
class _Sense:
    """What one token may stand for."""

    terms: tuple[tuple[int, Manner], ...]
    forms: dict[str, Manner]  # words of terms and phrases
    phrases: tuple[_Phrase, ...]  # that may begin here


class _Senses(dict[str, _Sense | None]):
    """Tokens seen before; a new one is worked out once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __missing__(self, token: str) -> _Sense | None:
        sense = self._lexicon.work_out(token)
        if len(self) >= REMEMBERED:
            self.clear()
        self[token] = sense
        return sense


class Lexicon:
    """All terms of the rules; a term is known by its number, the same for the same folded words."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self._words: dict[str, int] = {}
        self._starts: dict[str, list[_Phrase]] = defaultdict(list)
        self._in_phrases: set[str] = set()
        for term in terms:
            self._add(text.term_tokens(term))
        function_words = dutch.word_list("function_words")
        self._plain = {word for word in self._words if word not in function_words}
        self._forms = {*self._words, *self._in_phrases}
        self._dictionary = self._plain | dutch.word_list("ordinary_words") | dutch.word_list("compound_parts")
        self._near: NearWords | None = None
        self._senses = _Senses(self)

    def _add(self, tokens: tuple[str, ...]) -> None:
        if not tokens or tokens in self.numbers:
            return
        number = self.numbers[tokens] = len(self.numbers)
        if len(tokens) == 1:
            self._words[tokens[0]] = number
            return
        self._starts[tokens[0]].append(_Phrase(number, tokens[1:]))
        self._in_phrases.update(tokens)
        joined = "".join(tokens)
        if len(joined) >= LEAST:
            self._words.setdefault(joined, number)  # oud papier, oudpapier

    def number(self, term: str) -> int | None:
        return self.numbers.get(text.term_tokens(term))

    def is_word(self, token: str) -> bool:
        """Say whether a rule lists this very word."""
        return token in self._words

    # --- finding -----------------------------------------------------------------------------------------------

    def find(self, tokens: Sequence[str]) -> list[Hit]:
        """Return the terms that stand in the message, in order of place; near ones too."""
        hits: list[Hit] = []
        for place, sense in enumerate(map(self._senses.__getitem__, tokens)):
            if sense is not None:
                hits += [Hit(term, place, place, manner) for term, manner in sense.terms]
                for phrase in sense.phrases:
                    manner = self._follows(tokens, place, phrase)
                    if manner is not None:
                        hits.append(Hit(phrase.term, place, place + len(phrase.rest), manner))
        return hits

    def _follows(self, tokens: Sequence[str], place: int, phrase: _Phrase) -> Manner | None:
        """Say how well the words from ``place`` on fit the phrase; None: they do not."""
        if place + len(phrase.rest) >= len(tokens):
            return None
        first = self._senses[tokens[place]]
        worst = (
            min(m for form, m in first.forms.items() if phrase in self._starts.get(form, ())) if first else Manner.NEAR
        )
        for word, token in zip(phrase.rest, tokens[place + 1 :], strict=False):
            if token != word:
                sense = self._senses[token]
                if sense is None or word not in sense.forms:
                    return None
                worst = max(worst, sense.forms[word])
        return worst

    def find_joined(self, tokens: Sequence[str]) -> list[Hit]:
        """Return the words that were written as two: leerlingen vervoer."""
        return [
            Hit(self._words[one + two], place, place + 1, Manner.NEAR)
            for place, (one, two) in enumerate(text.ngrams(tokens, 2))
            if len(one) + len(two) >= _JOINED and min(len(one), len(two)) > 2 and one + two in self._words
        ]

    # --- what a token may stand for ----------------------------------------------------------------------------

    def work_out(self, token: str) -> _Sense | None:
        """Return what the token stands for; None for most of them."""
        if len(token) > LONGEST:
            return None
        forms = {form: manner for form, manner in self._stands_for(token).items() if form in self._forms}
        if not forms:
            return None
        terms = tuple((self._words[form], manner) for form, manner in forms.items() if form in self._words)
        phrases = tuple(
            phrase
            for form, manner in forms.items()
            if manner not in (Manner.HEAD, Manner.PART)
            for phrase in self._starts.get(form, ())
        )
        return _Sense(terms, forms, phrases) if terms or phrases or forms else None

    def _stands_for(self, token: str) -> dict[str, Manner]:
        if token in dutch.word_list("function_words"):
            return {token: Manner.WRITTEN}
        forms = {base: Manner.INFLECTED for base in dutch.bases(token) if base in self._forms}
        if token in dutch.word_list("false_friends"):
            forms = {}
        if token in self._forms:
            forms[token] = Manner.WRITTEN
        if forms:
            return forms  # a word that stands in the list itself is not taken apart
        if not token.isalpha() or self._is_ordinary(token):
            return {}
        near = self._near_words(token)
        if near:
            return dict.fromkeys(near, Manner.NEAR)
        for whole in (token, *dutch.singulars(token)):
            for part, head in dutch.parts(whole, words=self._plain, dictionary=self._dictionary):
                forms.setdefault(part, Manner.HEAD if head else Manner.PART)
            if forms:
                break
        return forms

    def _is_ordinary(self, token: str) -> bool:
        ordinary = dutch.word_list("ordinary_words")
        return token in ordinary or any(word in ordinary for word in dutch.singulars(token))

    def _near_words(self, token: str) -> list[str]:
        if len(token) < LEAST - 1:
            return []
        if self._near is None:
            self._near = NearWords(form for form in self._forms if form.isalpha())
        near = self._near.near(token)
        if not near:
            near = [
                word for single in dutch.singulars(token) if len(single) >= LEAST for word in self._near.near(single)
            ]
        if near and len(token) < _SURE and _ordinary_words().near(token):
            return []  # as likely an error in an everyday word
        return near


@cache
def _ordinary_words() -> NearWords:
    return NearWords(dutch.word_list("ordinary_words") | dutch.word_list("function_words"), least=_EVERYDAY)
