"""Finds the town's districts, neighbourhoods and streets in a message, and what must not count as a topic."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge import dutch, text
from knowledge.rulebook.values import District, Town
from knowledge.spelling import NearWords

_STREET = re.compile(
    r".{3,}(?:straat|weg|laan|plein|dreef|kade|hof|singel|gracht|steeg|plantsoen|dijk|pad|hage|kwartier|baan)$"
)
_SHORTENED = (
    (re.compile(r"(?<=.{3})str$"), "straat"),
    (re.compile(r"(?<=.{3})ln$"), "laan"),
    (re.compile(r"(?<=.{3})pln$"), "plein"),
)
_TITLES = frozenset(
    "burgemeester burg wethouder koningin koning prins prinses professor prof doctor dr mr ds sint st graaf gravin dominee pastoor "
    "minister president generaal admiraal kapitein ingenieur ir jan van de der den het ter ten te lange korte nieuwe oude grote kleine".split()
)
_PROPER_TITLES = _TITLES - frozenset("jan van de der den het ter ten te lange korte nieuwe oude grote kleine".split())
_CUES = frozenset(
    "in op bij wijk buurt stadsdeel gebied district naar uit vanuit nabij rondom omgeving richting door".split()
)
_ARTICLES = frozenset("de het t".split())
_WITH_ARTICLE = frozenset("centrum binnenstad stad".split())
# Words that people write without thinking of a place; a capital or a word such as 'in' must show that they do.
_EVERYDAY = frozenset(
    "oost west zuid noord noordoost noordwest zuidoost zuidwest centrum stad city binnenstad dorp sloten laak cool banne weesp waarden "
    "halve maan hoek zand markt park haven strand duin bos berg dijk kade brug plein eiland polder wetering alexander veld kamp esch "
    "pijp aker wallen jordaan vest kerk school molen hart oever weide wijk".split()
)
_BEYOND = frozenset(
    "holland brabant limburg korea afrika amerika europa vlaanderen duitsland sudan groningen drenthe".split()
)
_SENTENCE_END = re.compile(r"[.!?:\n…]\s*\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the town, named from token ``first`` up to and including ``last``."""

    district: str
    name: str  # as the rulebook spells it
    keys: frozenset[str]  # folded names that a rule may call it by
    first: int
    last: int
    everyday: bool  # also a common word


@dataclass(frozen=True, slots=True)
class Places:
    """What a message says about where; the words ``aside`` are names, not topics."""

    found: tuple[Place, ...] = ()
    aside: frozenset[int] = frozenset()


NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    spelt: str
    district: str  # empty: a street nobody listed, or the town itself
    keys: frozenset[str] = frozenset()
    everyday: bool = False


class _Starts(dict[str, tuple[_Name, ...]]):
    """The names that may begin with a token; tokens seen before are remembered."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def __missing__(self, token: str) -> tuple[_Name, ...]:
        names = self._gazetteer.work_out(token)
        if len(self) >= 50_000:
            self.clear()
        self[token] = names
        return names


class Gazetteer:
    """All names of the town's places; of overlapping names the longest counts.

    ``is_topic`` says of a word whether the rules list it: `fietspad` is then no street name.
    """

    def __init__(
        self, town: Town, districts: Iterable[District], *, is_topic: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._is_topic = is_topic
        self._own = {word for name in (town.name, *town.names) for word in text.term_tokens(name)}
        names: dict[tuple[str, ...], _Name] = {}
        for own in (town.name, *town.names):
            names[text.term_tokens(own)] = _Name(text.term_tokens(own), own, "")
        for district in districts:
            for name in _names(district):
                names.setdefault(name.words, name)
        self._names: dict[str, list[_Name]] = defaultdict(list)
        for words in sorted(names, key=len, reverse=True):
            if words:
                self._names[words[0]].append(names[words])
        self._near = NearWords(start for start, listed in self._names.items() if any(n.district for n in listed))
        self._starts = _Starts(self)

    def find(self, tokens: Sequence[str], message: str) -> Places:
        """Return the places in a message of which ``tokens`` are the words."""
        starts = [(place, names) for place, names in enumerate(map(self._starts.__getitem__, tokens)) if names]
        if not starts:
            return NOWHERE
        return _Reading(tokens, message, self._own).places(starts)

    def work_out(self, token: str) -> tuple[_Name, ...]:
        """Return the names that may begin with the token, the longest first."""
        for shortened, whole in _SHORTENED:
            token = shortened.sub(whole, token)
        if token in self._names:
            return tuple(self._names[token])
        if (
            self._is_topic(token)
            or token in dutch.word_list("ordinary_words")
            or token in dutch.word_list("function_words")
        ):
            return ()
        if len(token) <= 60:
            near = [name for word in self._near.near(token) for name in self._names[word] if name.district]
            if near:
                return tuple(near)
        return (_Name((token,), token, ""),) if _STREET.match(token) and token not in _COMMON_STREETS else ()


_COMMON_STREETS = frozenset(
    "winkelstraat milieustraat schoolstraat fietsstraat woonstraat zijstraat doorgaandeweg snelweg autoweg ringweg rondweg hoofdweg "
    "zandweg landweg toegangsweg uitweg aanweg schoolplein speelplein dorpsplein stadsplein marktplein busbaan rijbaan startbaan "
    "renbaan ijsbaan atletiekbaan skatebaan fietspad voetpad wandelpad zebrapad ruiterpad olifantenpad schelpenpad kerkhof gerechtshof "
    "stadhuisplein stationsplein".split()
)


def _names(district: District) -> Iterable[_Name]:
    whole = frozenset(map(text.name_key, (district.name, *district.aliases)))
    for spelt in (district.name, *district.aliases):
        yield _name(spelt, district, whole)
    for spelt in district.neighbourhoods:
        yield _name(spelt, district, whole | {text.name_key(spelt)})
    for spelt in district.streets:
        yield _name(spelt, district, whole | {text.name_key(spelt)})


def _name(spelt: str, district: District, keys: frozenset[str]) -> _Name:
    words = text.term_tokens(spelt)
    bare = [word for word in words if word not in _ARTICLES]
    ordinary = dutch.word_list("ordinary_words")
    return _Name(words, spelt, district.name, keys, all(word in _EVERYDAY or word in ordinary for word in bare))


class _Reading:
    """One message, read for its places."""

    def __init__(self, tokens: Sequence[str], message: str, own: set[str]) -> None:
        self._tokens = tokens
        self._message = message
        self._own = own
        self._folded: text.Folded | None = None

    def places(self, starts: Iterable[tuple[int, tuple[_Name, ...]]]) -> Places:
        found: list[Place] = []
        aside: set[int] = set()
        free = 0  # tokens before this one belong to a name already
        for first, names in starts:
            name = next((name for name in names if first >= free and self._stands(name, first)), None)
            if name is None:
                continue
            last = free = first + len(name.words) - 1
            free += 1
            aside.update(range(self._with_titles(first, name), last + 1))
            if name.district and not self._elsewhere(first, last):
                found.append(
                    Place(
                        district=name.district,
                        name=name.spelt,
                        keys=name.keys,
                        first=first,
                        last=last,
                        everyday=name.everyday,
                    )
                )
        return Places(tuple(found), frozenset(aside))

    def _stands(self, name: _Name, first: int) -> bool:
        last = first + len(name.words) - 1
        if tuple(self._tokens[first + 1 : last + 1]) != name.words[1:]:
            return False
        return not name.everyday or self._is_meant(name, first, last)

    def _is_meant(self, name: _Name, first: int, last: int) -> bool:
        """Say whether an everyday word is meant as a name here."""
        if self._joined(last) or (last + 1 < len(self._tokens) and self._tokens[last + 1] in _BEYOND):
            return False  # Zuid-Holland
        before = self._tokens[first - 1] if first else ""
        with_article = name.words[0] in _ARTICLES
        if before in _CUES and not with_article:
            return True
        if before in _ARTICLES and first > 1 and self._tokens[first - 2] in _CUES and name.words[0] in _WITH_ARTICLE:
            return True
        return self._is_capital(last if with_article else first, opens=with_article)

    def _joined(self, last: int) -> bool:
        """Say whether a hyphen ties the word to the next one."""
        if last + 1 >= len(self._tokens):
            return False
        end, following = self._span(last)[1], self._span(last + 1)[0]
        return self._message[end:following] == "-"

    def _is_capital(self, place: int, *, opens: bool) -> bool:
        """Say whether the word has a capital that is not just the first of a sentence, in a text not all in capitals."""
        start, _ = self._span(place)
        if not self._message[start].isupper() or self._message.isupper():
            return False
        before = self._message[:start]
        return opens or bool(before.strip() and not _SENTENCE_END.search(before))

    def _with_titles(self, first: int, name: _Name) -> int:
        """Return where the street name really begins: Burgemeester van der Boomstraat."""
        start = first
        if not _STREET.match(name.words[-1]):
            return start
        while start and self._tokens[start - 1] in _TITLES and first - start < 4:
            start -= 1
        while start < first and self._tokens[start] not in _PROPER_TITLES:
            start += 1
        return start

    def _elsewhere(self, first: int, last: int) -> bool:
        """Say whether another town is named right before or after: Amsterdam Noord."""
        towns = dutch.word_list("towns")
        before = self._tokens[first - 1] if first else ""
        after = list(self._tokens[last + 1 : last + 3])
        following = after[1] if len(after) > 1 and after[0] in ("in", "te") else after[0] if after else ""
        return any(town in towns and town not in self._own for town in (before, following))

    def _span(self, place: int) -> tuple[int, int]:
        if self._folded is None:
            self._folded = text.fold(self._message)
        return self._folded.span(*self._folded.token_spans[place])
