"""An approved reply as a Telegram message: pure, plain text, and never wider than was approved."""

from __future__ import annotations

from typing import Any

import regex
from telegram import LinkPreviewOptions, MessageEntity, ReplyParameters

from bot.errors import Refused
from bot.model import Reply, Visibility
from knowledge.sentence import say

MAX_LENGTH = 4096
HANDLE = regex.compile(r"(?<![\w@./])@\w{3,32}")


def length(text: str) -> int:
    """Count UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def spot(post_id: str) -> tuple[int, int]:
    """Take a post id apart into chat and message."""
    chat, message = post_id.split(":")
    return int(chat), int(message)


def to_payload(reply: Reply) -> dict[str, Any]:
    """Build what sendMessage is given. Raises Refused when there is no place for it."""
    mention = reply.mention
    if mention is None:
        raise Refused(say("Balie only answers messages on Telegram; it posts none of its own there."))
    private = reply.visibility is Visibility.PRIVATE
    if mention.visibility is Visibility.PRIVATE and not private:
        raise Refused(say("on Telegram an answer can only stand where the message stands."))
    before = reply.previous.post_id if reply.previous else ""  # empty: a person confirmed that it stands there
    there, message = spot(before or mention.post_id)
    chat = int(mention.author_id) if private else there  # the chat with a person has their own number
    elsewhere = there if chat != there else None
    payload: dict[str, Any] = {
        "chat_id": chat,
        "text": reply.text,
        "entities": [] if private else _quiet(reply.text, but=mention.author),
        # a message that is gone must be told to the writer, not answered into the void
        "reply_parameters": ReplyParameters(message_id=message, chat_id=elsewhere, allow_sending_without_reply=False),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
    if (topic := mention.reference.get("topic")) and not private:
        payload["message_thread_id"] = int(topic)
    return payload


def _quiet(text: str, *, but: str) -> list[MessageEntity]:
    """Mark handles as code, in which Telegram looks for no names: an answer calls in no third person."""
    return [
        MessageEntity(type=MessageEntity.CODE, offset=length(text[: found.start()]), length=length(found.group()))
        for found in HANDLE.finditer(text)
        if found.group().casefold() != but.casefold()
    ]
