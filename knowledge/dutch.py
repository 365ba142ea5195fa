"""Dutch word forms: what a word may be an inflection of, and the parts of a compound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from knowledge.word_lists import word_list

_VOWELS = "aeiou"
_OPEN = re.compile(r"(?:^|[^aeiouy])[aeou][bcdfghklmnprstvwxz]$")  # bom(en): the vowel was long
_LONG = re.compile(r"(aa|ee|oo|uu)([bcdfghklmnprstvwxz])$")
_SHORT = re.compile(r"(?:^|[^aeiouy])[aeiou]([bdfgklmnprst])$")  # kap: becomes kappen
_DOUBLE = re.compile(r"([bdfgklmnprst])\1$")
_UNSTRESSED = ("el", "em", "en", "er", "ig", "ik")
# Short in the singular, long in the plural: pad, paden.
_LENGTHENED = (
    "bad",
    "bedrag",
    "blad",
    "dag",
    "dak",
    "gat",
    "glas",
    "graf",
    "hof",
    "pad",
    "slot",
    "vat",
    "verdrag",
    "weg",
)
_APART = ("aan", "af", "door", "in", "los", "mee", "om", "op", "over", "terug", "uit", "weg")


def bases(word: str) -> Iterator[str]:
    """Yield what the word may be a form of: plurals, diminutives, verb forms; also the plural of a singular."""
    yield from singulars(word)
    if len(word) > 3:
        for stem in _verb_stems(word):
            yield from _infinitives(stem)


def singulars(word: str) -> Iterator[str]:
    """Yield the words of which this may be a plural, a diminutive or an inflected adjective."""
    if len(word) < 4:
        return
    if word.endswith("s") and word[-2:] != "ss":
        yield word[:-1]
        if word.endswith("jes"):
            yield from singulars(word[:-1])
    for ending in ("je", "tje", "pje", "etje"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield from _stems(word[: -len(ending)])
            yield word[: -len(ending)]
    if word.endswith("eren") and word[:-4].endswith(("blad", "kind")):
        yield word[:-4]
    for ending in ("en", "e"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield from _stems(word[: -len(ending)])


def _stems(stem: str) -> Iterator[str]:
    """Yield how what is left after taking off -en or -e is spelt as a word."""
    if _DOUBLE.search(stem):
        yield stem[:-1]
        return
    if stem[-1] in "vz":
        stem = stem[:-1] + ("f" if stem[-1] == "v" else "s")
    if _OPEN.search(stem):
        yield stem[:-1] + stem[-2:]
        if not stem.endswith((*_UNSTRESSED, *_LENGTHENED)):
            return
    yield stem


def _verb_stems(word: str) -> Iterator[str]:
    """Yield the stems of a verb form: geparkeerd, parkeert, omgewaaid."""
    cores = [word]
    if word.startswith("ge") and len(word) > 6:
        cores.append(word[2:])
    cores += [
        word.replace("ge", "", 1) for first in _APART if word.startswith(first + "ge") and len(word) > len(first) + 5
    ]
    for core in cores:
        yield core
        for ending in ("t", "d", "te", "de", "ten", "den"):
            if core.endswith(ending) and len(core) > len(ending) + 2:
                yield core[: -len(ending)]


def _infinitives(stem: str) -> Iterator[str]:
    yield stem + "en"
    if _LONG.search(stem):
        short = stem[:-2] + stem[-1]
        yield short + "en"
        stem = short
    elif _SHORT.search(stem):
        yield stem + stem[-1] + "en"
    if stem[-1] in "fs":
        yield stem[:-1] + ("v" if stem[-1] == "f" else "z") + "en"


# --- compounds ---------------------------------------------------------------------------------------------------

# What may stand before the first vowel of a Dutch word.
_ONSET = re.compile(
    r"^(?:[bcdfghjklmnpqrstvwz]|[bfgkpsv]l|[bdfgkptvw]r|ch|kn|gn|sch|schr|sc|sj|sk|sm|sn|sp|spl|spr|st|str|sw|sf|"
    r"tj|ts|tw|dw|kw|zw|pn|ps|th)?[aeiouy]"
)
_CODA = re.compile(
    r"[aeiouy](?:[bdfgklmnprstvwx]|ch|[lr][bdfgkmnpst]|[lr]ch|m[pst]|mpt|n[dgkst]|nst|ngs?t?|nks|[bcfgkpt]s|"
    r"[fkpx]t|cht|chts?|rst|rts|lft|lks|ws|ll|ss|sk|st|sp)?$"
)
_LINKS = ("", "s", "en", "e", "n", "er")
SHORT = 4  # words of at most so many letters are seen in a compound only beside another known word


def parts(token: str, *, words: Set[str], dictionary: Set[str]) -> Iterator[tuple[str, bool]]:
    """Yield the ``words`` a compound is made of, and whether each is its head: the last part, which says what it is.

    ``dictionary`` holds ``words`` and ordinary Dutch; the longest part that it knows counts, so that `brand` is not
    found in `brandweerauto` when `brandweer` is known.
    """
    size = len(token)
    if size < 6:
        return
    front = next((i for i in range(size - 2, 2, -1) if token[:i] in dictionary), 0)
    if token[:front] in words and _fits(token[front:], front, dictionary, after=True):
        yield token[:front], False
    back = next((i for i in range(2, size - 2) if token[i:] in dictionary), 0)
    if back and token[back:] in words and _fits(token[:back], size - back, dictionary, after=False):
        yield token[back:], True


def _fits(rest: str, length: int, dictionary: Set[str], *, after: bool) -> bool:
    """Say whether what a word of this length leaves of the token can be the other part of the compound."""
    for link in _LINKS:
        if link and not (rest.startswith(link) if after else rest.endswith(link)):
            continue
        bare = rest[len(link) :] if after else rest[: len(rest) - len(link)]
        if len(bare) > 2 and (bare in dictionary or any(single in dictionary for single in singulars(bare))):
            return True
    if not after and rest.endswith("ge"):
        return False  # the middle of a participle: aangesloten is no sloot
    if length <= SHORT or rest in word_list("word_ends"):
        return False
    bare = rest if after else rest.removesuffix("s")
    return len(bare) > 3 and bool(_ONSET.search(bare)) and bool(_CODA.search(bare) or bare[-1] in _VOWELS)
