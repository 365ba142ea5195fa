"""What the Bot API says of the methods and types that are used here (version 10.1), and a check against it.

A "!" marks what is required; "Array of X" and names of types are as in the description of the API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

METHODS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "getMe": ({}, "User"),
    "setWebhook": (
        {
            "url": "String!",
            "max_connections": "Integer",
            "allowed_updates": "Array of String",
            "drop_pending_updates": "Boolean",
            "secret_token": "String",
        },
        "Boolean",
    ),
    "getWebhookInfo": ({}, "WebhookInfo"),
    "deleteWebhook": ({"drop_pending_updates": "Boolean"}, "Boolean"),
    "getUpdates": (
        {"offset": "Integer", "limit": "Integer", "timeout": "Integer", "allowed_updates": "Array of String"},
        "Array of Update",
    ),
    "sendMessage": (
        {
            "chat_id": "Integer!",
            "message_thread_id": "Integer",
            "text": "String!",
            "parse_mode": "String",
            "entities": "Array of MessageEntity",
            "link_preview_options": "LinkPreviewOptions",
            "reply_parameters": "ReplyParameters",
        },
        "Message",
    ),
    "deleteMessage": ({"chat_id": "Integer!", "message_id": "Integer!"}, "Boolean"),
}
TYPES: Mapping[str, Mapping[str, str]] = {
    "Update": {"update_id": "Integer!", "message": "Message", "edited_message": "Message", "channel_post": "Message"},
    "Message": {
        "message_id": "Integer!",
        "message_thread_id": "Integer",
        "from": "User",
        "sender_chat": "Chat",
        "date": "Integer!",
        "chat": "Chat!",
        "is_topic_message": "Boolean",
        "is_automatic_forward": "Boolean",
        "reply_to_message": "Message",
        "edit_date": "Integer",
        "media_group_id": "String",
        "text": "String",
        "entities": "Array of MessageEntity",
        "link_preview_options": "LinkPreviewOptions",
        "photo": "Array of PhotoSize",
        "caption": "String",
        "caption_entities": "Array of MessageEntity",
        "location": "Location",
        "new_chat_members": "Array of User",
        "forum_topic_created": "ForumTopicCreated",
    },
    "User": {
        "id": "Integer!",
        "is_bot": "Boolean!",
        "first_name": "String!",
        "last_name": "String",
        "username": "String",
        "language_code": "String",
    },
    "Chat": {
        "id": "Integer!",
        "type": "String!",
        "title": "String",
        "username": "String",
        "first_name": "String",
        "is_forum": "Boolean",
    },
    "MessageEntity": {
        "type": "String!",
        "offset": "Integer!",
        "length": "Integer!",
        "url": "String",
        "user": "User",
    },
    "ReplyParameters": {"message_id": "Integer!", "chat_id": "Integer", "allow_sending_without_reply": "Boolean"},
    "LinkPreviewOptions": {"is_disabled": "Boolean"},
    "PhotoSize": {
        "file_id": "String!",
        "file_unique_id": "String!",
        "width": "Integer!",
        "height": "Integer!",
    },
    "WebhookInfo": {
        "url": "String!",
        "has_custom_certificate": "Boolean!",
        "pending_update_count": "Integer!",
        "last_error_date": "Integer",
        "last_error_message": "String",
        "max_connections": "Integer",
        "allowed_updates": "Array of String",
    },
    "Location": {"latitude": "Float!", "longitude": "Float!"},
    "ForumTopicCreated": {"name": "String!", "icon_color": "Integer!"},
}
PLAIN: Mapping[str, tuple[type, ...]] = {"Integer": (int,), "String": (str,), "Boolean": (bool,), "Float": (int, float)}


def read(method: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Read the parameters of a call, which come as text or JSON; raise ValueError when they are not as described."""
    fields = METHODS[method][0]
    found = {
        name: value if fields.get(name, "").startswith("String") else json.loads(value) for name, value in given.items()
    }
    _check_fields(found, fields, method)
    return found


def check(value: object, kind: str, where: str = "") -> None:
    """Raise ValueError unless a value is what the Bot API calls ``kind``."""
    where = where or kind
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise ValueError(f"{where} is no list")
        for each in value:
            check(each, kind.removeprefix("Array of "), where)
    elif kind in PLAIN:
        if type(value) not in PLAIN[kind]:
            raise ValueError(f"{where} is {value!r}, no {kind}")
    elif isinstance(value, Mapping):
        _check_fields(value, TYPES[kind], where)
    else:
        raise ValueError(f"{where} is {value!r}, no {kind}")


def _check_fields(found: Mapping[str, Any], fields: Mapping[str, str], where: str) -> None:
    if missing := [name for name, kind in fields.items() if kind.endswith("!") and name not in found]:
        raise ValueError(f"{where} lacks {missing}")
    for name, value in found.items():
        if name not in fields:
            raise ValueError(f"{where} has no {name}")
        check(value, fields[name].removesuffix("!"), f"{where}.{name}")
