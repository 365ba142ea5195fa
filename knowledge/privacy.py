"""Finds personal data in a text: citizen service numbers, bank accounts, telephone numbers, mail and home addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from stdnum import iban
from stdnum.nl import bsn

from knowledge import text as texts
from knowledge.advice import Found
from knowledge.rulebook.values import Contact

_Span = tuple[int, int]

_NUMBERS = re.compile(r"\d+(?:[ .\-/]\d+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|@[\w.-]+", re.IGNORECASE)
_BSN_WORD = re.compile(
    r"(?:bsn|burger ?service ?n(?:umme)?r|sofi(?:-?n(?:umme)?r)?)\W{0,3}(?:n(?:umme)?r\W{0,2})?(?:is|was)?\W{0,3}$",
    re.I,
)
_LABEL = (
    r"\b(?:zaak|dossier|klant|client|meld(?:ings)?|melding|referentie|aanvraag|bon|aanslag|beschikkings|factuur|order|relatie|"
    r"debiteur(?:en)?|vorderings?|bezwaar|kenmerk|cjib|subject|persoons|intake)"
)
_CASE = re.compile(
    rf"{_LABEL}(?:(?<=kenmerk)|(?<=cjib)|[\s-]?(?:nummer|nr\b\.?|kenmerk)|(?=\W{{0,3}}\d{{5}}))\s*(?:is|was|:|=|#)?\s*"
    r"(?P<number>(?=[\w./-]{0,30}\d{3})[A-Za-z]{0,4}[-/.]?\d[\w./-]{0,30}\w)",
    re.IGNORECASE,
)
_CASE_FORM = re.compile(
    r"\b(?:Z(?:AAK)?[-/.]?(?:19|20)?\d\d[-/.]\d{3,}|(?:19|20)\d\d-Z\d{3,}|SIG-\d{2,})\b", re.IGNORECASE
)
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?=[ .-]?[A-Za-z0-9]{4})")
_EMAIL = re.compile(r"(?<![@\w.+-])[\w.+-]*\w@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_POSTCODE = r"[1-9]\d{3}(?: ?(?!SA|SD|SS)[A-Z]{2}|(?!sa|sd|ss)[a-z]{2})"
_NUMBER = r"\d{1,5}(?:\s?[-/]?\s?[A-Za-z](?![A-Za-z])|\s?-\s?\d{1,4})?"
_POSTCODE_ADDRESS = re.compile(rf"(?<!\w){_POSTCODE}\b[\s,]{{0,3}}(?:nr\.?|nummer|huisnummer)?\s?{_NUMBER}(?!\d)")
_STREET = (
    r"(?i:[\w'’.-]{2,40}(?:straat|str\.|laan|weg|plein|dreef|kade|hof|singel|gracht|steeg|plantsoen|dijk|pad|park|ring|markt|baan)"
    r"|(?:Laan|Plein|Weg|Kade) (?:van|der|den) (?:(?:de|der|den|het) )?\w+(?: [A-Z]\w+)?)"
)
_MEASURE = r"(?:%|km|uur|euro|x\b|keer|jaar|dagen|weken|maanden|meter|graden|procent|minuten)"
_STREET_ADDRESS = re.compile(
    rf"(?<!\w){_STREET} (?:nr\.?\s?|nummer )?{_NUMBER}(?: ?(?:bis|hs|zw|rood|zwart)\b)?"
    rf"(?!\d|[:.,]\d|\s?{_MEASURE})(?:,?\s{_POSTCODE}\b)?"
)
_PLURAL = re.compile(r"\s([a-z]+(?:en|s))\b")  # 'in de Kanaalstraat 3 lantaarnpalen'
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d\d")


def find(text: str, *, own: Sequence[Contact] = ()) -> tuple[Found, ...]:
    """Return the personal data in a text, in order of place; ``own``: the town's contacts, which are nobody's secret.

    Of overlapping finds the surest counts. Nearly a tenth of all numbers of nine digits passes the test of a BSN, so a
    find is a reason to warn and to mask, never to refuse what a citizen writes.
    """
    plain, places = _visible(text)
    taken: list[_Span] = []
    found: list[Found] = []
    for kind, spans in _finders(plain, own):
        for start, end in spans:
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                taken.append((start, end))
                found.append(Found(kind=kind, start=places[start], end=places[end - 1] + 1))
    return tuple(sorted(found, key=lambda one: one.start))


def mask_bsn(text: str) -> str:
    """Return the text with each digit of a BSN as *; as long as before, so that places in the text still hold."""
    masked = list(text)
    for one in find(text):
        if one.kind == "bsn":
            masked[one.start : one.end] = ["*" if char.isdigit() else char for char in text[one.start : one.end]]
    return "".join(masked)


def redact(text: str, found: Iterable[Found], labels: Mapping[str, str] | None = None) -> str:
    """Return the text with what was found replaced by its label (by kind), or by dots."""
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + (labels or {}).get(one.kind, "•••") + text[one.end :]
    return text


def _visible(text: str) -> tuple[str, Sequence[int]]:
    """Return the text without what hides in it and with plain digits, and where each character came from."""
    if text.isascii():
        return text, range(len(text))
    kept = [
        (unicodedata.normalize("NFKC", char) if char.isdigit() else char, place)
        for place, char in enumerate(text)
        if char.isspace() or texts.letters(char)
    ]
    kept = [(char if len(char) == 1 else "\ufffd", place) for char, place in kept]
    return "".join("-" if char in "‐‑‒–—−" else " " if char == "\u00a0" else char for char, _ in kept), [
        p for _, p in kept
    ]


def _finders(text: str, own: Sequence[Contact]) -> Iterator[tuple[str, Iterable[_Span]]]:
    """Yield the kinds of personal data, the surest first."""
    digits = sum(char.isdigit() for char in text)
    if digits > 7:
        yield "iban", _ibans(text)
        yield "bsn", _bsns(text, sure=True)
    if "@" in text:
        yield "email", _emails(text, own)
    if digits > 2:
        yield "case_number", _case_numbers(text)
    if digits > 7:
        yield "phone", _phones(text, own)
        yield "bsn", _bsns(text, sure=False)
    if digits:
        yield "address", _addresses(text, own)


def _bsns(text: str, *, sure: bool) -> Iterator[_Span]:
    """Yield the numbers that pass the test of a BSN; ``sure``: only those that the writer calls so."""
    links = [match.span() for match in _LINK.finditer(text)]
    for match in _NUMBERS.finditer(text):
        for start, end in _candidates(match):
            named = bool(_BSN_WORD.search(text, max(0, start - 40), start))
            if named == sure and _passes(text[start:end]) and (named or _stands_alone(text, start, end, links)):
                yield start, end


def _candidates(match: re.Match[str]) -> Iterator[_Span]:
    """Yield the runs of eight or nine digits within a row of numbers: whole words of it, never a part of a number."""
    words = [word.span() for word in re.finditer(r"\S+", match.group())]
    for first, (start, _) in enumerate(words):
        for _, end in words[first : first + 5]:
            if sum(char.isdigit() for char in match.group()[start:end]) in (8, 9):
                yield match.start() + start, match.start() + end


def _passes(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    if len(digits) == 8 and (
        _DATE.fullmatch(digits) or re.fullmatch(r"\d{1,2}([-/. ])\d{1,2}\1\d{4}|\d{4}([-/. ])\d\d\2\d\d", written)
    ):
        return False
    return bool(bsn.is_valid(digits))  # adds the zero that people leave out


def _stands_alone(text: str, start: int, end: int, links: Iterable[_Span]) -> bool:
    before, after = text[:start], text[end:]
    return not (
        (before and (before[-1].isalnum() or before[-1] in "€$#+"))
        or before.endswith("€ ")
        or re.match(r"\w|,\d|%| ?(?:euro|eur)\b", after)
        or any(first <= start < last for first, last in links)
    )


def _ibans(text: str) -> Iterator[_Span]:
    for match in _IBAN_START.finditer(text):
        for length in range(34, 14, -1):
            written = re.compile(rf"[A-Za-z0-9](?:[ .-]?[A-Za-z0-9]){{{length - 1}}}(?![A-Za-z0-9])").match(
                text, match.start()
            )
            if written and iban.is_valid(re.sub(r"[ .-]", "", written.group())):
                yield written.span()
                break


def _emails(text: str, own: Sequence[Contact]) -> Iterator[_Span]:
    known = {contact.email.casefold() for contact in own}
    return (match.span() for match in _EMAIL.finditer(text) if match.group().casefold() not in known)


def _case_numbers(text: str) -> Iterator[_Span]:
    yield from (match.span("number") for match in _CASE.finditer(text))
    yield from (match.span() for match in _CASE_FORM.finditer(text))


def _phones(text: str, own: Sequence[Contact]) -> Iterator[_Span]:
    import phonenumbers  # 0.1 s, and most messages hold no number

    kinds = phonenumbers.PhoneNumberType
    public = (kinds.TOLL_FREE, kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN)
    known = _own_phones(tuple(contact.phone for contact in own if contact.phone))
    for match in phonenumbers.PhoneNumberMatcher(text, "NL"):
        written = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        if written not in known and phonenumbers.number_type(match.number) not in public:
            yield match.start, match.end


@cache
def _own_phones(written: tuple[str, ...]) -> frozenset[str]:
    import phonenumbers

    numbers = (match.number for one in written for match in phonenumbers.PhoneNumberMatcher(one, "NL"))
    return frozenset(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in numbers)


def _addresses(text: str, own: Sequence[Contact]) -> Iterator[_Span]:
    known = [_bare(contact.address) for contact in own if contact.address]
    for pattern in (_STREET_ADDRESS, _POSTCODE_ADDRESS):
        for match in pattern.finditer(text):
            after = _PLURAL.match(text, match.end())
            counts_things = after and after.group(1) not in _VERBS
            if not counts_things and not any(_bare(match.group()) in address for address in known):
                yield match.span()


_VERBS = frozenset(
    (
        "is",
        "was",
        "staan",
        "liggen",
        "zijn",
        "hebben",
        "wonen",
        "moeten",
        "kunnen",
        "willen",
        "worden",
        "en",
        "tegen",
        "tussen",
        "alles",
    )
)


def _bare(address: str) -> str:
    return texts.letters(address).replace(" ", "")
