"""Finds the words and phrases of the rulebook in a message: as written, inflected, in a compound, or with one error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from typing import NamedTuple

from knowledge import dutch, text
from knowledge.spelling import LEAST, NearWords
from knowledge.word_lists import word_list

REMEMBERED = 50_000  # tokens whose meaning is kept; a message has few that were never seen before
LONGEST = 60  # letters; nobody writes a longer word on purpose
_SURE = 8  # letters from which on one error leaves little doubt
_NO_DOUBT = 10  # letters of a word that is as good as written when one of them is wrong
_EVERYDAY = 5  # letters of an everyday word that an error may have been made in
_JOINED = 8  # letters of a compound that people also write as two words


class Manner(IntEnum):
    """How a term stands in the message, the surest first."""

    WRITTEN = 0
    INFLECTED = 1
    HEAD = 2  # last part of a compound, which says what the thing is: huisbrand
    PART = 3  # first part of a compound: brandkraan
    NEAR = 4  # one typing error


class Hit(NamedTuple):
    """A term of the lexicon, found from token ``first`` up to and including ``last``."""

    term: int
    first: int
    last: int
    manner: Manner


@dataclass(frozen=True, slots=True)
class _Phrase:
    term: int
    words: tuple[str, ...]
    anchor: int  # place of the word by which it is looked up


class Sense(NamedTuple):
    """What one token may stand for."""

    terms: tuple[tuple[int, Manner], ...]
    phrases: tuple[_Phrase, ...]  # that it may be the anchor of


class _Forms(dict[str, dict[str, Manner]]):
    """Which words of the lexicon a token may be; tokens seen before are remembered."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __missing__(self, token: str) -> dict[str, Manner]:
        if len(self) >= REMEMBERED:
            self.clear()
        forms = self[token] = self._lexicon.forms_of(token)
        return forms


class _Senses(dict[str, "Sense | None"]):
    """The senses of tokens; None for most of them. Tokens seen before are remembered."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __missing__(self, token: str) -> Sense | None:
        if len(self) >= REMEMBERED:
            self.clear()
        sense = self[token] = self._lexicon.sense_of(token)
        return sense


class Lexicon:
    """All terms of the rules; a term is known by its number, the same for the same folded words.

    Terms are added first, then looked for.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._words: dict[str, int] = {}
        self._anchored: dict[str, list[_Phrase]] = defaultdict(list)
        self._in_phrases: set[str] = set()
        self._function_words = word_list("function_words")
        self._forms = _Forms(self)
        self._senses = _Senses(self)

    def add(self, term: str) -> int | None:
        """Return the number of a term; None: it holds no word that can be found."""
        words = text.term_tokens(term)
        if not words or words in self._numbers:
            return self._numbers.get(words)
        number = self._numbers[words] = len(self._numbers)
        if len(words) == 1:
            self._words[words[0]] = number
        else:
            anchor = next((place for place, word in enumerate(words) if word not in self._function_words), 0)
            self._anchored[words[anchor]].append(_Phrase(number, words, anchor))
            self._in_phrases.update(words)
            joined = "".join(words)
            if len(joined) >= LEAST:
                self._words.setdefault(joined, number)  # oud papier, oudpapier
        return number

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every word of every term."""
        return frozenset((*self._words, *self._in_phrases))

    @cached_property
    def _compounding(self) -> frozenset[str]:
        """The words that a compound may be made of."""
        return frozenset(self._words) - self._function_words

    @cached_property
    def _dictionary(self) -> frozenset[str]:
        return self._compounding | word_list("ordinary_words") | word_list("compound_parts")

    @cached_property
    def _near(self) -> NearWords:
        return NearWords(filter(str.isalpha, self._known))

    def is_word(self, token: str) -> bool:
        """Say whether a rule lists this very word."""
        return token in self._words

    # --- finding -----------------------------------------------------------------------------------------------

    def find(self, tokens: Sequence[str]) -> list[Hit]:
        """Return the terms that stand in the message, near ones too."""
        senses = enumerate(map(self._senses.__getitem__, tokens))
        return self.hits(tokens, [(place, sense) for place, sense in senses if sense is not None])

    def hits(self, tokens: Sequence[str], senses: Iterable[tuple[int, Sense]]) -> list[Hit]:
        """Return the terms that stand in the message, of which these places have a sense."""
        hits: list[Hit] = []
        for place, sense in senses:
            for term, manner in sense.terms:
                hits.append(Hit(term, place, place, manner))
            for phrase in sense.phrases:
                first = place - phrase.anchor
                if (worst := self._stands(tokens, first, phrase)) is not None:
                    hits.append(Hit(phrase.term, first, first + len(phrase.words) - 1, worst))
        return hits

    def _stands(self, tokens: Sequence[str], first: int, phrase: _Phrase) -> Manner | None:
        """Say in what manner the phrase stands from token ``first`` on; None: it does not."""
        if first < 0 or first + len(phrase.words) > len(tokens):
            return None
        worst = Manner.WRITTEN
        for word, token in zip(phrase.words, tokens[first:], strict=False):
            if token != word:
                manner = self._forms[token].get(word)
                if manner is None or manner in (Manner.HEAD, Manner.PART):
                    return None
                worst = max(worst, manner)
        return worst

    def find_joined(self, tokens: Sequence[str]) -> list[Hit]:
        """Return the words that were written as two: leerlingen vervoer."""
        return [
            Hit(self._words[one + two], place, place + 1, Manner.NEAR)
            for place, (one, two) in enumerate(text.ngrams(tokens, 2))
            if len(one) + len(two) >= _JOINED and min(len(one), len(two)) > 2 and one + two in self._words
        ]

    # --- what a token may stand for ----------------------------------------------------------------------------

    def sense_of(self, token: str) -> Sense | None:
        """Return what the token stands for; None: nothing by itself."""
        forms = self._forms[token]
        terms = tuple((self._words[form], manner) for form, manner in forms.items() if form in self._words)
        phrases = tuple(
            phrase
            for form, manner in forms.items()
            if manner not in (Manner.HEAD, Manner.PART)
            for phrase in self._anchored.get(form, ())
        )
        return Sense(terms, phrases) if terms or phrases else None

    def forms_of(self, token: str) -> dict[str, Manner]:
        """Return the words of terms and phrases that the token may be."""
        if len(token) > LONGEST:
            return {}
        return {form: manner for form, manner in self._stands_for(token).items() if form in self._known}

    def _stands_for(self, token: str) -> dict[str, Manner]:
        if token in self._function_words:
            return {token: Manner.WRITTEN}
        forms = {base: Manner.INFLECTED for base in dutch.bases(token) if base in self._known}
        if token in word_list("false_friends"):
            forms = {}
        if token in self._known:
            forms[token] = Manner.WRITTEN
        if forms:
            return forms  # a word that stands in the list itself is not taken apart
        if not token.isalpha() or self._is_ordinary(token):
            return {}
        near = self._near_words(token)
        if near:
            return {word: Manner.INFLECTED if len(word) >= _NO_DOUBT else Manner.NEAR for word in near}
        for whole in (token, *dutch.singulars(token)):
            for part, head in dutch.parts(whole, words=self._compounding, dictionary=self._dictionary):
                forms.setdefault(part, Manner.HEAD if head else Manner.PART)
            if forms:
                break
        return forms

    def _is_ordinary(self, token: str) -> bool:
        ordinary = word_list("ordinary_words")
        return token in ordinary or any(word in ordinary for word in dutch.singulars(token))

    def _near_words(self, token: str) -> list[str]:
        if len(token) < LEAST - 1:
            return []
        near = self._near.near(token)
        if not near:
            near = [
                word for single in dutch.singulars(token) if len(single) >= _SURE for word in self._near.near(single)
            ]
        if near and len(token) < _SURE and _ordinary_words().near(token):
            return []  # as likely an error in an everyday word
        return near


@cache
def _ordinary_words() -> NearWords:
    return NearWords(word_list("ordinary_words") | word_list("function_words"), least=_EVERYDAY)
