"""What both desks show, taken apart in one form: buttons, fields, links, and the words that are ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

NO_END = frozenset({"input", "meta", "link", "br", "hr", "img"})
FOREIGN = frozenset({"quote", "own", "answer"})  # classes around words that are not the desk's


@dataclass
class Button:
    label: str
    heard: str = ""
    style: str = ""
    url: str = ""
    does: str = ""


@dataclass
class Part:
    """One card or dialog; ``menu`` is what stands behind "…"."""

    name: str
    desk: str
    dialog: bool
    title: str = ""
    close: str = ""
    hands_in: str = ""
    notification: str = ""
    first: str = ""
    buttons: list[Button] = field(default_factory=list)
    menu: list[Button] = field(default_factory=list)
    menus: int = 0
    unlabelled: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0
    words: str = ""


def of_slack(name: str, shown: Mapping[str, Any], *, dialog: bool) -> Part:
    part = Part(name=name, desk="slack", dialog=dialog, notification=shown.get("text", ""))
    part.title, part.close, part.hands_in = (
        shown.get(each, {}).get("text", "") for each in ("title", "close", "submit")
    )
    for block in shown["blocks"]:
        if block["type"] == "image":
            part.pictures += 1
        for element in block.get("elements", []):
            _slack_element(part, element)
        if block["type"] == "input":
            part.words += f" {block['label']['text']}"
            if not block["label"]["text"].strip():
                part.unlabelled.append(block["block_id"])
    return part


def _slack_element(part: Part, element: Mapping[str, Any]) -> None:
    match element["type"]:
        case "rich_text_section":
            for run in element["elements"]:
                part.first = part.first or run["text"]
                part.words += run["text"]
                if run["type"] == "link":
                    part.links.append((run["text"], run["url"]))
        case "button":
            heard, style = element.get("accessibility_label", ""), element.get("style", "")
            does, url = element["action_id"], element.get("url", "")
            part.buttons.append(Button(element["text"]["text"], heard, style, url, does))
        case "overflow":
            part.menus += 1
            part.menu += [Button(each["text"]["text"], does=each["value"].split(":")[0]) for each in element["options"]]


class Page(HTMLParser):
    """One card or dialog of the web desk."""

    def __init__(self, name: str, html: str, *, dialog: bool) -> None:
        super().__init__()
        self.part = Part(name=name, desk="web", dialog=dialog)
        self._open: list[tuple[str, dict[str, str]]] = []
        self._labelled: set[str] = set()
        self._fields: list[tuple[str, bool]] = []
        self._button: Button | None = None
        self._link: tuple[str, str] | None = None
        self.feed(html)
        self.part.unlabelled = [key for key, inside in self._fields if not inside and key not in self._labelled]
        self.part.words = re.sub(r"\s+", " ", self.part.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag not in NO_END:
            self._open.append((tag, has))
        part = self.part
        part.notification = part.notification or has.get("data-heard", "")
        if tag == "img":
            part.pictures += 1
        if tag == "label" and "for" in has:
            self._labelled.add(has["for"])
        if tag == "details":
            part.menus += "menu" in has.get("class", "")
        if tag in ("input", "textarea", "select") and has.get("type") != "hidden" and "hidden" not in has:
            named = "aria-label" in has or any(each == "label" for each, _ in self._open)
            self._fields.append((has.get("id", ""), named))
        if tag == "button" or (tag == "a" and "button" in has.get("class", "")):
            style = (
                "primary" if "primary" in has.get("class", "") else "danger" if "danger" in has.get("class", "") else ""
            )
            self._button = Button(
                "",
                has.get("aria-label", ""),
                style,
                url=has.get("href", ""),
                does=has.get("data-verb") or has.get("formaction", ""),
            )
        if tag == "a":
            self._link = ("", has.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1][0] != tag:
            self._open.pop()
        if tag in ("button", "a") and self._button:
            inside = any(each == "details" for each, _ in self._open)
            (self.part.menu if inside else self.part.buttons).append(self._button)
            self._button = None
        if tag == "a" and self._link:
            self.part.links.append(self._link)
            self._link = None
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        inside = [tag for tag, _ in self._open]
        if self._button:
            self._button.label += data.strip()
        if self._link:
            self._link = (self._link[0] + data.strip(), self._link[1])
        if any(FOREIGN.intersection(has.get("class", "").split()) for _, has in self._open) or "textarea" in inside:
            return
        if self.part.dialog and "h2" in inside:
            self.part.title += data.strip()
        self.part.first = self.part.first or data.strip()
        self.part.words += f" {data}"
