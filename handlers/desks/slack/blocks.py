"""Block Kit, piece by piece: every text of others goes in plain, and never past Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]

# https://docs.slack.dev/reference/block-kit, checked against slack_sdk.models in the tests
MOST_BLOCKS = 50
MOST_BLOCKS_IN_VIEW = 100
ID = 255  # action_id, block_id, callback_id
BUTTON = 75
HEARD = 75  # accessibility_label
OPTION = 75
MOST_OPTIONS = 100
MOST_RADIOS = 10
TITLE = 24
LABEL = 2000
HINT = 2000
VALUE = 2000
METADATA = 3000
URL = 3000
QUOTE = 2900  # per piece of a long text


def cut_at(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."


def plain(text: str, length: int = LABEL) -> Json:
    return {"type": "plain_text", "text": cut_at(text, length) or " ", "emoji": False}


def escaped(text: str) -> str:
    """Return a text that Slack shows as it is, where it reads markup: no mention, no link, no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def run(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    """Return a piece of a line; Slack reads no markup in it."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def link(label: str, url: str) -> Json:
    return {"type": "link", "url": url, "text": label}


def lines(*rows: Sequence[Json]) -> Json:
    """Return rows of runs and links as one section, a row to a line."""
    elements: list[Json] = []
    for row in rows:
        if elements and row:
            elements.append(run("\n"))
        elements += row
    return {"type": "rich_text_section", "elements": elements}


def quotes(text: str) -> Iterator[Json]:
    """Return a text of others as quotes, as many as its length asks."""
    while text:
        end = len(text) if len(text) <= QUOTE else text.rfind(" ", 1, QUOTE) + 1 or QUOTE
        yield {"type": "rich_text_quote", "elements": [run(text[:end])]}
        text = text[end:]


def rich(*elements: Json, block_id: str = "") -> Json:
    kept = [element for element in elements if element["elements"]]
    return {"type": "rich_text", "elements": kept, **({"block_id": block_id} if block_id else {})}


def actions(*elements: Json, block_id: str = "") -> Json:
    return {"type": "actions", "elements": list(elements), **({"block_id": block_id} if block_id else {})}


def option(text: str, value: str) -> Json:
    return {"text": plain(text, OPTION), "value": value}


def field(name: str, label: str, element: Json, *, optional: bool = False, hint: str = "", told: bool = False) -> Json:
    """Return an input; ``told``: every change of it is sent to us."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": name.split(".")[0], **element},
        **({"optional": True} if optional else {}),
        **({"hint": plain(hint, HINT)} if hint else {}),
        **({"dispatch_action": True} if told else {}),
    }


def text_input(value: str = "", *, longest: int, lines: bool = False, as_typed: bool = False) -> Json:
    """Return a place to write; ``as_typed``: every character is sent to us."""
    return {
        "type": "plain_text_input",
        "max_length": longest,
        **({"multiline": True} if lines else {}),
        **({"initial_value": value} if 0 < len(value) <= longest else {}),  # all of it or nothing
        **({"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}} if as_typed else {}),
    }


def radios(options: Sequence[Json], *, chosen: str | None = None) -> Json:
    shown = list(options[:MOST_RADIOS])
    first = next((each for each in shown if each["value"] == chosen), None)
    return {"type": "radio_buttons", "options": shown, **({"initial_option": first} if first else {})}


def tick(text: str, *, on: bool = False) -> Json:
    options = [option(text, "yes")]
    return {"type": "checkboxes", "options": options, **({"initial_options": options} if on else {})}


def select(options: Sequence[Json], *, placeholder: str) -> Json:
    return {"type": "static_select", "placeholder": plain(placeholder, 150), "options": list(options[:MOST_OPTIONS])}


def view(
    title: str,
    blocks: Sequence[Json],
    *,
    close: str,
    callback: str = "",
    submit: str = "",
    metadata: str = "",
    whole: bool = False,
) -> Json:
    """Return a dialog; ``whole``: closing it closes what lies under it too."""
    return {
        "type": "modal",
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks[:MOST_BLOCKS_IN_VIEW]),
        **({"callback_id": callback} if callback else {}),
        **({"submit": plain(submit, TITLE)} if submit else {}),
        **({"private_metadata": metadata} if metadata else {}),
        **({"clear_on_close": True} if whole else {}),
    }
