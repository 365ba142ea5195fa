"""The one place where text is cleaned for the eye and folded for matching."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

MARKS = 3  # combining marks on one letter; more is decoration that runs into the lines above and below
_JOINER = "\u200d"  # holds an emoji family together; anywhere else it only hides something
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters to Unicode, nothing to the eye
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085]")
_TROUBLE = re.compile(r"[^ -~\n\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2015\u2018-\u201f\u2026\u20ac]")


def clean(text: str) -> str:
    """Return the text as it may be shown: no character that hides, reorders or overprints another."""
    text = _LINE_ENDS.sub("\n", text)
    if not _TROUBLE.search(text):
        return text
    shown: list[str] = []
    marks = 0
    for place, char in enumerate(text):
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MARKS and (not _hidden(char) or _joins_emoji(text, place)):
            shown.append(char if unicodedata.category(char) != "Cs" else "\ufffd")
    return "".join(shown)


def _hidden(char: str) -> bool:
    """Say whether a character is a control, a bidi override, a zero-width or a tag character."""
    return (unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t") or char in _BLANK_LETTERS


def _joins_emoji(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return (
        text[place] == _JOINER
        and len(around) == 2
        and all(unicodedata.category(c) in ("So", "Sk", "Mn") for c in around)
    )


# --- folding -----------------------------------------------------------------------------------------------------

_SPELT = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}


class _Letters(dict[int, str]):
    """What each character becomes in matching: letters and digits, a space, or nothing."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = unicodedata.normalize("NFKD", char).casefold()
        kept = "".join(_SPELT.get(c, c) for c in plain if unicodedata.category(c) not in ("Mn", "Me"))
        if code >= 0x80 and _hidden(char):
            folded = ""
        elif kept.isalnum():
            folded = kept
        elif unicodedata.category(char) == "So" and code >= 0x2190:
            folded = f" {char} "  # an emoji is a word by itself
        else:
            folded = " " if kept else ""
        self[code] = folded
        return folded


_LETTERS = _Letters()
_ASCII = bytes(ord(_LETTERS[code]) for code in range(128)) + bytes(128)

_ASIDE = re.compile(r"@[\w.-]+(?:@[\w.-]+)?|#\w+|[hH][tT]{2}[pP][sS]?://\S+|(?:www|WWW|Www)\.\S+")
_TAG = re.compile(r"#(\w*[^\W\d_]\w*)")
_SEAM = re.compile(
    r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
_PLAIN_WORD = re.compile("[A-Za-z0-9]+")
_MARKERS = ("#", "@", "://", "ww.", "WW.")


def letters(text: str) -> str:
    """Fold the characters only: no case, no accents, every separator a space."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode()
    return text.translate(_LETTERS)


def tokens(text: str) -> list[str]:
    """Return the words for matching: folded, hashtags split into words, handles and links left out."""
    return letters(plain(text)).split()


def plain(text: str) -> str:
    """Return the text without handles and links, its hashtags split into words."""
    if "@" in text or "#" in text or "://" in text or "ww." in text or "WW." in text:
        return _ASIDE.sub(_set_aside, text)
    return text


def term_tokens(term: str) -> tuple[str, ...]:
    """Return the folded words of a term; the sign of a plural or genitive is left out: kliko's is kliko."""
    words = tokens(term)
    while len(words) > 1 and words[-1] == "s":
        words.pop()
    return tuple(words)


def name_key(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(term_tokens(name))


def _set_aside(match: re.Match[str]) -> str:
    found = match.group()
    return _SEAM.sub(" ", found) if found[0] == "#" else " "


def hashtags(text: str) -> list[str]:
    """Return the hashtags whole and folded, without the sign."""
    return [letters(tag).replace(" ", "") for tag in written_hashtags(text)]


def written_hashtags(text: str) -> list[str]:
    """Return the hashtags as they were written, without the sign."""
    return _TAG.findall(text) if "#" in text else []


@dataclass(frozen=True)
class Folded:
    """A text for matching, with the way back to the text it came from; ``offsets`` has one place per character."""

    text: str
    original: str
    offsets: Sequence[int]

    @cached_property
    def token_spans(self) -> tuple[tuple[int, int], ...]:
        """Where each word of ``tokens(original)`` stands in ``text``."""
        return tuple(match.span() for match in re.finditer(r"\S+", self.text))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the original."""
        if start >= end:
            place = self.offsets[start] if start < len(self.offsets) else len(self.original)
            return place, place
        return self.offsets[start], self.offsets[end - 1] + 1

    def words(self, first: int, last: int) -> str:
        """Return the original text of word number ``first`` up to and including ``last``; a hashtag comes whole."""
        start, end = self.span(self.token_spans[first][0], self.token_spans[last][1])
        for tag in _TAG.finditer(self.original):
            if tag.start() < start < tag.end():
                start, end = tag.start(), max(end, tag.end())
            elif tag.start() < end <= tag.end():
                end = tag.end()
        return clean(self.original[start:end])


def words_at(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the words from token ``first`` up to and including ``last``, for each span, as they stand in the text."""
    if not spans:
        return []
    if text.isascii() and not any(marker in text for marker in _MARKERS):
        places = [match.span() for match in islice(_PLAIN_WORD.finditer(text), max(last for _, last in spans) + 1)]
        return [text[places[first][0] : places[last][1]] for first, last in spans]
    folded = fold(text)
    return [folded.words(first, last) for first, last in spans]


def fold(text: str) -> Folded:
    """Return the text for matching: what ``tokens`` splits, remembering where each character came from."""
    folded: list[str] = []
    offsets: list[int] = []
    for start, piece, seam in _pieces(text):
        for place, char in enumerate(piece, start):
            became = _LETTERS[ord(char)]
            folded.append(became)
            offsets.extend([place] * len(became))
        if seam:
            folded.append(" ")
            offsets.append(start + len(piece))
    return Folded("".join(folded), text, offsets)


def _pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """Cut a text at links, handles and the seams of hashtags: (place, text that counts, a space follows)."""
    done = 0
    for aside in _ASIDE.finditer(text):
        yield done, text[done : aside.start()], True
        start, done = aside.span()
        if text[start] == "#":
            cuts = [start, *(start + seam.start() for seam in _SEAM.finditer(text[start:done])), done]
            for cut, following in itertools.pairwise(cuts):
                yield cut, text[cut:following], following != done
    yield done, text[done:], False


def ngrams(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Yield each run of so many words; of letters, when ``words`` is one word."""
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def letter_runs(word: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield each run of letters of these lengths, its edges as spaces; a typo leaves most of them alone."""
    edged = f" {word} "
    for length in range(shortest, min(longest, len(edged)) + 1):
        for start in range(len(edged) - length + 1):
            yield edged[start : start + length]
