"""Known answers: what an entry of the knowledge base is, and how a YAML file with entries is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from knowledge.rulebook.complaints import complaints
from knowledge.rulebook.faults import BrokenRulebook, Fault
from knowledge.rulebook.scalars import Day, Key, Language, Text, refuse
from knowledge.rulebook.shape import Many, Part, about, needed
from knowledge.rulebook.tree import Branch, find, parse
from knowledge.sentence import Sentence, say
from knowledge.text import tokens

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")  # the short name of an entry
SHORT = 280  # characters of a short answer: it fits every channel
LONGEST_QUESTION, LONGEST_ANSWER, MOST_VARIANTS = 300, 10_000, 200  # what a person can still oversee


def _link(text: str) -> str:
    if not text.startswith("https://") or len(text.split()) != 1:
        raise refuse(say("'%(written)s' is no link.", written=text), say("Begin with https://"))
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One known answer; ``short`` is the same answer for channels with little room."""

    key: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()  # other ways in which people ask this
    short: str = ""
    department: str = ""
    topic: str = ""
    product: str = ""  # name in the Uniforme Productnamenlijst (UPL)
    source: str = ""  # link to the town's own page
    owner: str = ""  # who keeps the answer right
    valid_until: date | None = None  # the last day on which it may be suggested
    review_by: date | None = None
    language: str = "nl"
    formal: bool = True  # written with u; False: with je

    def valid(self, today: date) -> bool:
        return self.valid_until is None or today <= self.valid_until


def mistakes(entry: Entry) -> dict[str, Sentence]:
    """Return what keeps an entry out of the base, by field; empty: nothing does."""
    found: dict[str, Sentence] = {}
    if not KEY.fullmatch(entry.key):
        found["key"] = say("A name has small letters, digits, - and _, and begins with a letter or a digit.")
    if not entry.question.strip():
        found["question"] = say("Write the question.")
    elif len(entry.question) > LONGEST_QUESTION:
        found["question"] = say("Make the question shorter: at most %(count)d characters.", count=LONGEST_QUESTION)
    if not entry.answer.strip():
        found["answer"] = say("Write the answer.")
    elif len(entry.answer) > LONGEST_ANSWER:
        found["answer"] = say("Make the answer shorter: at most %(count)d characters.", count=LONGEST_ANSWER)
    if len(entry.short) > SHORT:
        found["short"] = say("Make the short answer shorter: at most %(count)d characters.", count=SHORT)
    if len(entry.variants) > MOST_VARIANTS or any(len(each) > LONGEST_QUESTION for each in entry.variants):
        found["variants"] = say("That is too much. Keep the ways of asking that differ most.")
    if entry.source and (not entry.source.startswith("https://") or len(entry.source.split()) != 1):
        found["source"] = say("Give the link of your page; it begins with https://.")
    if not re.fullmatch(r"[a-z]{2,3}", entry.language):
        found["language"] = say("Write two small letters, for example nl, fy or en.")
    return found


class BrokenFaq(BrokenRulebook):
    """The file with answers cannot be used; ``faults`` holds every mistake in the order of the file."""


class _Entry(Part):
    question: Text = needed("The question, as the town writes it.")
    variants: Many[Text] = about("Other ways in which people ask this.", [])
    answer: Text = needed("The whole answer.")
    short: Annotated[str, Field(min_length=1, max_length=SHORT)] | None = about(
        "The answer for channels with little room."
    )
    department: Text | None = about("The department that knows about this.")
    topic: Text | None = about("The topic of the rulebook that this belongs to.")
    product: Text | None = about("Name in the Uniforme Productnamenlijst.")
    source: Annotated[Text, AfterValidator(_link)] | None = about("Your own page about this.")
    owner: Text | None = about("Who keeps this answer right.")
    valid_until: Day | None = about("The last day on which this may be suggested.")
    review_by: Day | None = about("Look at this answer again before this day.")
    language: Language = about("Language of this entry.", "nl")
    formal: bool = about("true: written with 'u'. false: written with 'je'.", True)


class _File(Part):
    example: bool = about("true: made up, to be adapted before it is used.", False)
    entries: dict[Key, _Entry] = needed("Your answers, each under a short name of its own.")


def read(text: str, *, name: str = "faq.yaml") -> tuple[Entry, ...]:
    """Return the entries of a YAML file in its order.

    Raises:
        BrokenFaq: with every fault, in the order of the file.
    """
    try:
        tree, faults = parse(text)
    except BrokenRulebook as broken:
        raise BrokenFaq(broken.faults, name=name) from broken
    try:
        file = _File.model_validate(tree)
    except ValidationError as error:
        raise BrokenFaq([*faults, *complaints(error, tree, shape=_File)], name=name) from error
    entries = tuple(_entry(key, part) for key, part in file.entries.items())
    faults += _twice(entries, tree)
    if faults:
        raise BrokenFaq(faults, name=name)
    return entries


def _entry(key: str, part: _Entry) -> Entry:
    filled = {field.name: getattr(part, field.name, None) for field in fields(Entry) if field.name != "key"}
    filled["variants"] = tuple(part.variants)
    return Entry(key=key, **{name: value for name, value in filled.items() if value is not None})


def _twice(entries: Iterable[Entry], tree: Branch) -> Iterator[Fault]:
    """Find questions that stand in the file twice: nobody could tell which answer is meant."""
    first: dict[tuple[str, ...], str] = {}
    for entry in entries:
        before = first.setdefault(tuple(tokens(entry.question)), entry.key)
        if before != entry.key:
            mark = find(tree, ("entries", entry.key, "question"))
            message = say("'%(name)s' asks the same question.", name=before)
            yield Fault(line=mark.line, column=mark.column, message=message, hint=say("Make one entry of the two."))
