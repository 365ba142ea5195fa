"""The parts of an entry as people filled them in, to an Entry or to what is wrong with each part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from knowledge.exchange.keys import key_for, key_of
from knowledge.exchange.values import FIELDS, NAMES, Cell
from knowledge.faq import LONGEST_ANSWER, LONGEST_QUESTION, MOST_VARIANTS, SHORT, Entry, mistakes
from knowledge.sentence import Sentence, say
from knowledge.text import clean, tokens

FAR_TOO_LONG = LONGEST_QUESTION * MOST_VARIANTS  # more than any part may hold
_BARS = re.compile(r"\|(?![^{|}]*\})")  # not the one of {u|je}
_DUTCH_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[ T]0?0:00(?::00)?)?")
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00)?)?")
_FORMAL: Mapping[str, bool] = {
    **dict.fromkeys(("u", "ja", "waar", "true", "formeel", "formal", "yes", "1"), True),
    **dict.fromkeys(("je", "jij", "nee", "onwaar", "false", "informeel", "informal", "no", "0"), False),
}
_LANGUAGES: Mapping[str, str] = {
    "nederlands": "nl", "dutch": "nl", "engels": "en", "english": "en", "duits": "de", "german": "de", "turks": "tr",
    "turkish": "tr", "arabisch": "ar", "arabic": "ar", "pools": "pl", "polish": "pl", "fries": "fy", "frisian": "fy",
    "frans": "fr", "french": "fr",
}  # fmt: skip

Complaints = dict[str, Sentence]


def filled(cells: Mapping[str, Cell]) -> Entry | Complaints:
    """Return an entry, or for every wrong part what is wrong with it; absent and empty parts get their defaults."""
    wrong: Complaints = {}
    values: dict[str, object] = {}
    for name, read in _READERS.items():
        try:
            value = read(name, cells.get(name))
        except _Wrong as reason:
            wrong[name] = reason.sentence
        else:
            if value not in (None, "", ()):
                values[name] = value
    for name in ("question", "answer"):
        if name not in values and name not in wrong:
            wrong[name] = say("%(name)s is empty.", name=NAMES[name])
    if wrong:
        return {name: wrong[name] for name in FIELDS if name in wrong}
    values.setdefault("key", key_for(str(values["question"])))
    entry = Entry(**values)  # type: ignore[arg-type]
    return mistakes(entry) or entry


class _Wrong(Exception):
    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence


def _text(name: str, cell: Cell) -> str:
    if isinstance(cell, tuple):
        cell = "\n".join(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # Excel keeps every number with a fraction
    return _at_most(name, "" if cell is None else str(cell), most=LONGEST_ANSWER)


def _at_most(name: str, written: str, *, most: int) -> str:
    """Return the text as it may be shown; what is far too long is not even cleaned, that could take long."""
    text = clean(written).strip() if len(written) < FAR_TOO_LONG else written
    if len(text) > most:
        sentence = say(
            "%(name)s is too long: %(count)s characters, at most %(most)s fit.",
            name=NAMES[name],
            count=len(text),
            most=most,
        )
        raise _Wrong(sentence)
    return text


def _line(name: str, cell: Cell) -> str:
    return " ".join(_text(name, cell).split())


def _question(name: str, cell: Cell) -> str:
    text = _at_most(name, _line(name, cell), most=LONGEST_QUESTION)
    if text and not any(word[0].isalnum() for word in tokens(text)):
        raise _Wrong(say("%(name)s has no words.", name=NAMES[name]))
    return text


def _short(name: str, cell: Cell) -> str:
    return _at_most(name, _text(name, cell), most=SHORT)


def _key(name: str, cell: Cell) -> str:
    text = _line(name, cell)
    return key_of(text) if text else ""


def _variants(name: str, cell: Cell) -> tuple[str, ...]:
    if isinstance(cell, str):
        _at_most(name, cell, most=FAR_TOO_LONG)
    texts = dict.fromkeys(_at_most(name, _line(name, each), most=LONGEST_QUESTION) for each in listed(cell))
    texts.pop("", None)
    if len(texts) > MOST_VARIANTS:
        sentence = say(
            "%(name)s: these are %(count)s, at most %(most)s fit.",
            name=NAMES[name],
            count=len(texts),
            most=MOST_VARIANTS,
        )
        raise _Wrong(sentence)
    return tuple(texts)


def listed(cell: Cell) -> tuple[str, ...]:
    """Return the texts in one cell: a list, a text on each line, or on its only line with a | between them."""
    if isinstance(cell, tuple):
        return cell
    text = "" if cell is None else str(cell)
    return tuple(text.splitlines() if "\n" in text else _BARS.split(text))


def _source(name: str, cell: Cell) -> str:
    text = _text(name, cell)
    if text and (not text.startswith("https://") or len(text.split()) != 1 or len(text) < len("https://a.nl")):
        raise _Wrong(say("'%(written)s' is no link. Begin with https://", written=_cut(text)))
    return text


def _day(name: str, cell: Cell) -> date | None:
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = _line(name, cell)
    if not text:
        return None
    dutch, iso = _DUTCH_DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if dutch:
            return date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
        if iso:
            return date.fromisoformat(iso[1])
    except ValueError:
        pass
    sentence = say(
        "%(name)s: '%(written)s' is no date. Write for example 31-12-2027.", name=NAMES[name], written=_cut(text)
    )
    raise _Wrong(sentence)


def _language(name: str, cell: Cell) -> str:
    text = _line(name, cell).lower()
    code = _LANGUAGES.get(text) or re.sub(r"^([a-z]{2})[-_][a-z]{2}$", r"\1", text)
    if code and not re.fullmatch("[a-z]{2,3}", code):
        raise _Wrong(say("'%(written)s' is no language. Write for example nl, en or fy.", written=_cut(text)))
    return code


def _formal(name: str, cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = _line(name, cell).lower()
    if not text:
        return None
    if text not in _FORMAL:
        raise _Wrong(say("%(name)s: write u or je.", name=NAMES[name]))
    return _FORMAL[text]


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


_READERS = {
    "key": _key,
    "question": _question,
    "answer": _text,
    "variants": _variants,
    "short": _short,
    "department": _line,
    "topic": _line,
    "product": _line,
    "source": _source,
    "owner": _line,
    "valid_until": _day,
    "review_by": _day,
    "language": _language,
    "formal": _formal,
}
