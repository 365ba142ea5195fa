"""The questions of a web page (schema.org FAQPage, as JSON-LD or microdata) to a sheet; scripts are never run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.exchange.markup import parsed, plain, text_of
from knowledge.exchange.values import MAX_ROWS, Line, Sheet, Unreadable
from knowledge.sentence import say

COLUMNS = ("question", "answer", "source")
MAX_DEPTH = 12

Found = tuple[str, str, str]


def page_sheet(html: str) -> Sheet:
    """Read the questions of a page; rows are numbered from 1.

    Raises:
        Unreadable: the page marks no questions.
    """
    found = tuple(dict.fromkeys(_found(parsed(html))))
    if not found:
        raise Unreadable(
            say("This page has no questions that are marked as such (schema.org FAQPage)."),
            say("Ask who keeps the site for an export in Excel or CSV."),
        )
    if len(found) > MAX_ROWS:
        raise Unreadable(say("The file has too many rows: at most %(most)s are read.", most=MAX_ROWS))
    return Sheet(
        columns=COLUMNS,
        lines=tuple(Line(number=i, cells=(*each[:2], each[2] or None)) for i, each in enumerate(found, start=1)),
    )


def _found(page: LexborHTMLParser) -> Iterator[Found]:
    home = _canonical(page)
    for script in page.css("script[type]"):
        if (script.attributes.get("type") or "").split(";")[0].strip().lower() == "application/ld+json":
            yield from _linked_data(script.text() or "", home)
    for node in page.css("[itemtype]"):
        if _is(node.attributes.get("itemtype"), "Question"):
            yield from _microdata(node, home)


def _linked_data(text: str, home: str) -> Iterator[Found]:
    try:
        whole = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for question in _questions(whole, depth=0):
        name = _first(question.get("name")) or _first(question.get("text"))
        answer = next((_first(each.get("text")) for each in _answers(question) if _first(each.get("text"))), "")
        if name and answer:
            yield plain(name).replace("\n", " "), plain(answer), _address(question.get("url")) or home


def _questions(part: Any, *, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(part, list):
        for each in part:
            yield from _questions(each, depth=depth + 1)
    elif isinstance(part, dict):
        if _is(part.get("@type"), "Question"):
            yield part
        for name in ("@graph", "mainEntity", "hasPart", "itemListElement", "item", "mainEntityOfPage"):
            yield from _questions(part.get(name), depth=depth + 1)


def _answers(question: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("acceptedAnswer", "suggestedAnswer"):
        answers = question.get(name)
        for each in answers if isinstance(answers, list) else [answers]:
            if isinstance(each, dict):
                yield each
            elif isinstance(each, str):
                yield {"text": each}


def _microdata(node: LexborNode, home: str) -> Iterator[Found]:
    """Read the properties of one question; those of things inside it are theirs."""
    name = next((_value(each) for each in _properties(node, ("name", "text")) if _value(each)), "")
    for answer in _properties(node, ("acceptedAnswer", "suggestedAnswer")):
        text = next((_value(each) for each in _properties(answer, ("text",)) if _value(each)), "") or text_of(answer)
        if name and text:
            address = next((_value(each) for each in _properties(node, ("url",))), "")
            yield name.replace("\n", " "), text, _address(address) or home
            return


def _properties(node: LexborNode, names: Sequence[str]) -> list[LexborNode]:
    """Return the elements that hold these properties, in the order of ``names``."""
    own = [each for each in node.css("[itemprop]") if each != node and _owner(each) == node]
    return [each for name in names for each in own if name in (each.attributes.get("itemprop") or "").split()]


def _owner(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and "itemscope" not in above.attributes:
        above = above.parent
    return above


def _value(node: LexborNode) -> str:
    for name in ("content", "href"):
        if node.attributes.get(name) and (name == "content" or node.tag in ("a", "link")):
            return (node.attributes[name] or "").strip()
    return text_of(node)


def _canonical(page: LexborHTMLParser) -> str:
    link = page.css_first('link[rel="canonical"]')
    return _address(link.attributes.get("href")) if link else ""


def _address(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch(r"https://\S{3,400}", text) else ""


def _first(value: Any) -> str:
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str | dict)), "")
    if isinstance(value, dict):
        value = value.get("@value", "")
    return value.strip() if isinstance(value, str) else ""


def _is(kind: Any, name: str) -> bool:
    kinds = kind if isinstance(kind, list) else str(kind or "").split()
    return any(str(each).rstrip("/").rpartition("/")[2] == name for each in kinds)
