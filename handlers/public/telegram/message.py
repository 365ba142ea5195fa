"""One message as Telegram describes it: what it says, who says it, where it stands, whether it is meant for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.model import Visibility

Message = Mapping[str, Any]

MEDIA = (
    "photo", "video", "live_photo", "animation", "audio", "voice", "video_note", "document", "sticker", "paid_media",
    "story", "location", "contact", "poll",
)  # fmt: skip
SUPERGROUP = 10**12  # ids of supergroups are this far below zero
START = "/start"  # the button that opens a chat with a bot: nobody said anything yet
UTF16 = "utf-16-le"  # entities are counted in its code units


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who our bot is."""

    id: int
    username: str


def concerns(message: Message, me: Me) -> bool:
    """Tell whether somebody says something to us: in private, by name, in answer to us, or below our channel."""
    sender = message.get("from") or {}
    if sender.get("id") == me.id or (sender.get("is_bot") and not message.get("sender_chat")):
        return False
    words = text(message.get("text") or message.get("caption") or "")
    if words.split(maxsplit=1)[:1] in ([START], [f"{START}@{me.username}"]) or not (words or media(message)):
        return False
    if message["chat"]["type"] == "private":
        return True
    answered = message.get("reply_to_message") or {}
    return (
        (answered.get("from") or {}).get("id") == me.id
        or bool(answered.get("is_automatic_forward"))
        or any(_names(entity, words, me) for entity in _entities(message))
    )


def readable(message: Message) -> str:
    """Return the words, with the address behind a link that hides it; of a place, where it is."""
    words = text(message.get("text") or message.get("caption") or "")
    place = message.get("location")
    if not words and place:
        return f"{float(place['latitude']):.5f}, {float(place['longitude']):.5f}"
    units = words.encode(UTF16, "surrogatepass")
    hidden = [entity for entity in _entities(message) if entity.get("type") == "text_link"]
    for entity in sorted(hidden, key=_end, reverse=True):
        address = f" ({text(entity['url'])})".encode(UTF16, "surrogatepass")
        units = units[: 2 * _end(entity)] + address + units[2 * _end(entity) :]
    return units.decode(UTF16, "surrogatepass") if hidden else words


def media(message: Message) -> int:
    return int(any(message.get(kind) for kind in MEDIA))


def post_id(message: Message) -> str:
    return f"{chat(message)}:{integer(message['message_id'])}"


def parent(message: Message) -> str:
    """Return the post id of what this answers; in a forum every message "answers" the opening of its topic."""
    answered = message.get("reply_to_message")
    if not answered or answered.get("forum_topic_created"):
        return ""
    return f"{chat(message)}:{integer(answered['message_id'])}"


def thread(message: Message, known: Mapping[str, str]) -> str:
    """Return the post id that opened the thread; a private chat is one thread for ever."""
    if message["chat"]["type"] == "private":
        return str(chat(message))
    above = parent(message)
    if above in known:
        return known[above]
    root = message.get("message_thread_id")
    if root and not message.get("is_topic_message"):
        return f"{chat(message)}:{integer(root)}"
    return above or post_id(message)


def chat(message: Message) -> int:
    return integer(message["chat"]["id"])


def author(message: Message) -> tuple[str, str]:
    """Return the stable id and the name as people see it: of a person, or of the chat they speak for."""
    speaker = message.get("sender_chat") or message["from"]
    key = str(integer(speaker["id"]))
    name = speaker.get("username")
    return key, f"@{text(name)}" if name else text(speaker.get("first_name") or speaker.get("title") or key)


def visibility(message: Message) -> Visibility:
    place = message["chat"]
    if place["type"] == "private":
        return Visibility.PRIVATE
    below_a_channel = (message.get("reply_to_message") or {}).get("is_automatic_forward")
    return Visibility.PUBLIC if place.get("username") or below_a_channel else Visibility.FOLLOWERS


def url(message: Message) -> str:
    """Return the link; empty in private chats and small groups, where messages have none."""
    place, number = message["chat"], integer(message["message_id"])
    if place["type"] == "private":
        return ""
    if name := place.get("username"):
        return f"https://t.me/{text(name)}/{number}"
    return f"https://t.me/c/{-chat(message) - SUPERGROUP}/{number}" if place["type"] == "supergroup" else ""


def moment(seconds: object) -> datetime:
    return datetime.fromtimestamp(integer(seconds), UTC)


def integer(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"integer expected, not {type(value).__name__}")
    return value


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _names(entity: Message, words: str, me: Me) -> bool:
    if entity.get("type") == "text_mention":
        return bool(entity["user"]["id"] == me.id)
    if entity.get("type") not in ("mention", "bot_command"):
        return False
    units = words.encode(UTF16, "surrogatepass")[2 * integer(entity["offset"]) : 2 * _end(entity)]
    named = units.decode(UTF16, "replace").rpartition("@")[2]  # "@bot" or "/command@bot"
    return named.casefold() == me.username.casefold()


def _entities(message: Message) -> list[Message]:
    found = message.get("entities") or message.get("caption_entities")
    return [entity for entity in found if isinstance(entity, Mapping)] if isinstance(found, list) else []


def _end(entity: Message) -> int:
    return integer(entity["offset"]) + integer(entity["length"])
