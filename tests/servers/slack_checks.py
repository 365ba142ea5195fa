"""What the real Slack refuses: a call with unknown or missing arguments, and blocks past their limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

# method -> (required, also allowed): facts of Slack's own description of its Web API, the newer ones of docs.slack.dev
ARGUMENTS: Mapping[str, tuple[set[str], set[str]]] = {
    "apps.connections.open": (set(), set()),
    "auth.test": (set(), set()),
    "chat.postEphemeral": (
        {"channel", "user"},
        {"attachments", "blocks", "icon_emoji", "icon_url", "link_names", "parse", "text", "thread_ts", "username"},
    ),
    "chat.postMessage": (
        {"channel"},
        {
            *("attachments", "blocks", "icon_emoji", "icon_url", "link_names", "metadata", "mrkdwn", "parse"),
            *("reply_broadcast", "text", "thread_ts", "unfurl_links", "unfurl_media", "username"),
        },
    ),
    "chat.update": (
        {"channel", "ts"},
        {"attachments", "blocks", "link_names", "metadata", "parse", "reply_broadcast", "text"},
    ),
    "conversations.history": (
        {"channel"},
        {"cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
    ),
    "conversations.info": ({"channel"}, {"include_locale", "include_num_members"}),
    "users.info": ({"user"}, {"include_locale"}),
    "views.open": ({"trigger_id", "view"}, set()),
    "views.publish": ({"user_id", "view"}, {"hash"}),
    "views.push": ({"trigger_id", "view"}, set()),
    "views.update": ({"view"}, {"external_id", "hash", "view_id"}),
}
READS = {"auth.test", "conversations.history", "conversations.info", "users.info"}
LONGEST_TEXT = 4000
MOST_BLOCKS = 50
KNOWN_BLOCKS = {"rich_text", "section", "context", "actions", "input", "divider", "header"}
IN_MESSAGES = KNOWN_BLOCKS - {"input"}
IN_MESSAGE_ACTIONS = {"button", "overflow"}
INPUTS = {
    *("plain_text_input", "radio_buttons", "checkboxes", "static_select", "external_select", "datetimepicker"),
}
PLAIN_LIMITS = {"placeholder": 150, "label": 2000, "hint": 2000, "title": 24, "submit": 24, "close": 24}


def faults_of_call(method: str, arguments: Mapping[str, Any]) -> list[str]:
    if method not in ARGUMENTS:
        return [f"unknown method {method}"]
    required, allowed = ARGUMENTS[method]
    given = set(arguments)
    found = [f"missing {name}" for name in required - given]
    return found + [f"unknown argument {name}" for name in given - required - allowed]


def faults_of_message(arguments: Mapping[str, Any]) -> list[str]:
    """Return why these blocks are refused, or are no good message."""
    blocks = arguments.get("blocks") or []
    found = list(_faults_of_blocks(blocks, allowed=IN_MESSAGES))
    if not arguments.get("text"):
        found.append("no text for notifications")
    if len(arguments.get("text") or "") > LONGEST_TEXT:
        found.append("text is too long")
    if len(blocks) > MOST_BLOCKS:
        found.append("too many blocks")
    return found


def faults_of_view(view: Mapping[str, Any]) -> list[str]:
    found = list(_faults_of_blocks(view.get("blocks") or [], allowed=KNOWN_BLOCKS))
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError) as exc:
        found.append(str(exc))
    has_inputs = any(block["type"] == "input" for block in view.get("blocks") or [])
    if view["type"] == "modal" and has_inputs and not view.get("submit"):
        found.append("a dialog with fields needs a submit")
    if view["type"] == "modal" and not view.get("title"):
        found.append("a dialog needs a title")
    return found


def _faults_of_blocks(blocks: list[dict[str, Any]], *, allowed: set[str]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "a block_id twice"
    for block in blocks:
        if block.get("type") not in allowed:
            yield f"no such block here: {block.get('type')}"
    try:
        for parsed in Block.parse_all(blocks):
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError) as exc:
        yield str(exc)
    for block in blocks:
        yield from _faults_of_block(block)


def _faults_of_block(block: Mapping[str, Any]) -> Iterator[str]:
    if len(block.get("block_id", "")) > 255:
        yield "block_id is too long"
    match block["type"]:
        case "rich_text":
            yield from _faults_of_rich_text(block)
        case "actions":
            yield from _faults_of_elements(block["elements"])
        case "input":
            if block["element"]["type"] not in INPUTS:
                yield f"no input: {block['element']['type']}"
            yield from _faults_of_elements([block["element"]])
    yield from _faults_of_plain(block)


def _faults_of_rich_text(block: Mapping[str, Any]) -> Iterator[str]:
    if not block["elements"]:
        yield "rich text without elements"
    for section in block["elements"]:
        if section["type"] not in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield f"unknown rich text: {section['type']}"
        if not section["elements"]:
            yield "an empty section"
        for element in section["elements"]:
            if element["type"] not in ("text", "link"):
                yield f"not plain: {element['type']}"
            if element["type"] == "text" and not element["text"]:
                yield "an empty text"
            if element["type"] == "link" and not element["url"].startswith(("https://", "http://")):
                yield f"no address: {element['url']}"


def _faults_of_elements(elements: list[dict[str, Any]]) -> Iterator[str]:
    ids = [element["action_id"] for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action_id twice in one block"
    for element in elements:
        if len(element["action_id"]) > 255:
            yield "action_id is too long"
        options = [
            *element.get("options", []),
            *(option for group in element.get("option_groups", []) for option in group["options"]),
        ]
        values = [option["value"] for option in options]
        if len(values) != len(set(values)):
            yield "two options with one value"
        if element["type"] in ("radio_buttons", "checkboxes") and not 1 <= len(options) <= 10:
            yield f"{len(options)} options to tick"
        if element["type"] == "overflow" and not 1 <= len(options) <= 5:
            yield f"{len(options)} options in a menu"
        if element["type"] == "static_select" and not options:
            yield "nothing to select"
        if any(not value or len(value) > 150 for value in values):
            yield "an option's value is empty or too long"
        if any(not 1 <= len(option["text"]["text"]) <= 75 for option in options):
            yield "an option's text is empty or too long"
        first = element.get("initial_option")
        if first and first not in options:
            yield "the first option is not one of the options"
        if len(element.get("initial_value", "")) > element.get("max_length", 3000):
            yield "more text than fits"
        yield from _faults_of_plain(element)


def _faults_of_plain(holder: Mapping[str, Any]) -> Iterator[str]:
    for name, limit in PLAIN_LIMITS.items():
        if name in holder and not 1 <= len(holder[name]["text"]) <= limit:
            yield f"{name} is empty or longer than {limit}"
