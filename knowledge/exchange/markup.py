"""HTML to plain text: nothing of it is run, loaded or followed."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.exchange.values import Unreadable
from knowledge.sentence import say

_TAG = re.compile(r"</?(?:p|br|a|ul|ol|li|div|span|strong|em|b|i|u|h[1-6]|table|tr|td|script|style|img)\b[^>]*>", re.I)
_SILENT = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head", "title", "button"})
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "table", "tr", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dd", "dt"}
)
MAX_DEPTH = 200  # elements in one another; what lies deeper is left out
MAX_OPEN = 10_000  # elements that wait for their end: the parser takes the square of it
_OPENS = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form"
    r"|header|hgroup|listing|main|menu|nav|ol|pre|search|section|span|summary|ul|[a-z]+-[a-z-]+)\b",
    re.I,
)


def is_html(text: str) -> bool:
    return bool(_TAG.search(text))


def parsed(html: str) -> LexborHTMLParser:
    """Read a page.

    Raises:
        Unreadable: it is built to keep a program busy.
    """
    still_open = most = 0
    for match in _OPENS.finditer(html):
        still_open += -1 if match[1] else 1
        most = max(most, still_open)
    if most > MAX_OPEN:
        raise Unreadable(say("This page cannot be read: its parts lie too deep in one another."))
    return LexborHTMLParser(html)


def plain(html: str) -> str:
    """Return what a reader would see of a piece of HTML, links with their address behind them."""
    body = parsed(html).body
    return text_of(body) if body else ""


def text_of(node: LexborNode) -> str:
    parts: list[str] = []
    _gather(node, parts, depth=0)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _gather(node: LexborNode, parts: list[str], *, depth: int) -> None:
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            parts.append(re.sub(r"\s+", " ", child.text_content or ""))
        elif tag == "br":
            parts.append("\n")
        elif tag not in _SILENT and not tag.startswith(("-", "_", "!")) and depth < MAX_DEPTH:
            _element(child, tag, parts, depth=depth)
        child = child.next


def _element(node: LexborNode, tag: str, parts: list[str], *, depth: int) -> None:
    if tag in _BLOCKS:
        parts.append("\n\n" if tag in ("p", "ul", "ol") else "\n")
    elif tag == "li":
        parts.append("\n- ")
    elif tag in ("td", "th"):
        parts.append(" ")
    start = len(parts)
    _gather(node, parts, depth=depth + 1)
    address = (node.attributes.get("href") or "").strip() if tag == "a" else ""
    if address.startswith(("https://", "http://")) and address not in "".join(parts[start:]):
        parts.append(f" ({address})")
    if tag in _BLOCKS:
        parts.append("\n\n" if tag in ("p", "ul", "ol") else "\n")
