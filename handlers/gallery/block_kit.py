"""Draws Block Kit as HTML, near enough to see what a colleague sees in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from markupsafe import Markup, escape

Json = Mapping[str, Any]

LINE, QUOTE = Markup("<p>{}</p>"), Markup("<blockquote>{}</blockquote>")
STYLES = {"bold": Markup("<b>{}</b>"), "italic": Markup("<i>{}</i>")}


def message(shown: Json) -> Markup:
    """Draw a message, with the line that a locked phone shows above it."""
    phone = Markup('<p class="phone">{}</p>').format(unescape(shown["text"]))
    return Markup('<article class="slack">{}{}</article>').format(phone, blocks(shown["blocks"]))


def dialog(view: Json) -> Markup:
    """Draw a dialog with its title and its two buttons."""
    foot = _button(view.get("close"), "") + _button(view.get("submit"), "primary")
    head = Markup("<h4>{}</h4>").format(view["title"]["text"])
    return Markup('<article class="slack modal">{}{}<footer>{}</footer></article>').format(
        head, blocks(view["blocks"]), foot
    )


def blocks(shown: list[Json]) -> Markup:
    return Markup("").join(_block(block) for block in shown)


def _block(block: Json) -> Markup:
    match block["type"]:
        case "rich_text":
            return Markup("").join(_rich(element) for element in block["elements"])
        case "actions":
            return Markup('<p class="row">{}</p>').format(Markup("").join(_action(each) for each in block["elements"]))
        case "input":
            return _input(block)
    return escape(str(block))


def _rich(element: Json) -> Markup:
    inside = Markup("").join(_run(run) for run in element["elements"])
    return (QUOTE if element["type"] == "rich_text_quote" else LINE).format(inside)


def _run(run: Json) -> Markup:
    if run["type"] == "link":
        return Markup('<a href="{}">{}</a>').format(run["url"], run["text"])
    text = escape(run["text"]).replace("\n", Markup("<br>"))
    for name in run.get("style", {}):
        text = STYLES[name].format(text)
    return text


def _action(element: Json) -> Markup:
    if element["type"] == "overflow":
        entries = Markup("").join(Markup("<li>{}</li>").format(each["text"]["text"]) for each in element["options"])
        return Markup('<details class="overflow"><summary>…</summary><ul>{}</ul></details>').format(entries)
    return _button(element["text"], element.get("style", ""), heard=element.get("accessibility_label", ""))


def _button(text: Json | None, style: str, *, heard: str = "") -> Markup:
    if text is None:
        return Markup("")
    return Markup('<button class="{}" title="{}">{}</button>').format(style, heard, text["text"])


def _input(block: Json) -> Markup:
    label = Markup("<label>{}</label>").format(block["label"]["text"])
    hint = Markup('<p class="hint">{}</p>').format(block["hint"]["text"]) if "hint" in block else ""
    return Markup('<div class="field">{}{}{}</div>').format(label, _element(block["element"]), hint)


def _element(element: Json) -> Markup:
    match element["type"]:
        case "plain_text_input":
            shape = Markup("<textarea>{}</textarea>") if element.get("multiline") else Markup('<input value="{}">')
            return shape.format(element.get("initial_value", ""))
        case "radio_buttons" | "checkboxes":
            chosen = [element.get("initial_option"), *element.get("initial_options", [])]
            kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
            return Markup("<br>").join(
                Markup('<input type="{}"{}> {}').format(
                    kind, Markup(" checked") if each in chosen else "", each["text"]["text"]
                )
                for each in element["options"]
            )
        case "datetimepicker":
            return Markup('<input type="datetime-local">')
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options = [each["text"]["text"] for group in groups for each in group["options"]]
    shown = [element["placeholder"]["text"], *options]
    return Markup("<select>{}</select>").format(
        Markup("").join(Markup("<option>{}</option>").format(each) for each in shown)
    )
