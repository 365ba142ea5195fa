"""An approved reply as a Bluesky record: pure, and the same record whenever it is built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC
from math import ceil
from typing import Any

import regex
from atproto_client.utils.facet_detection import detect_facets

from bot.model import Reply
from handlers.public.bluesky.events import POST

MAX_GRAPHEMES = 300
MAX_BYTES = 3000
GRAPHEME = regex.compile(r"\X")
TID = "234567abcdefghijklmnopqrstuvwxyz"


def length(text: str) -> int:
    """Count graphemes; a text of too many bytes counts as too long as well, as the platform has both limits."""
    graphemes, size = len(GRAPHEME.findall(text)), len(text.encode())
    return graphemes if size <= MAX_BYTES else max(graphemes, ceil(size * MAX_GRAPHEMES / MAX_BYTES))


def to_payload(reply: Reply) -> dict[str, Any]:
    """Build the record of a reply; every field comes from the reply, none from now."""
    at = reply.approved_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": POST, "text": reply.text, "createdAt": at, "langs": [reply.language]}
    if answers := _answers(reply):
        record["reply"] = answers
    if facets := _facets(reply.text):
        record["facets"] = facets
    return record


def record_key(reply: Reply) -> str:
    """Derive our own record key, a TID: the second of approval, and 30 bits of the reply's key below it."""
    digest = int.from_bytes(hashlib.sha256(f"{reply.account}/{reply.key}".encode()).digest())
    microseconds = int(reply.approved_at.timestamp()) * 1_000_000 + digest % 1_000_000
    number = microseconds << 10 | digest // 1_000_000 % 1024
    return "".join(TID[number >> shift & 31] for shift in range(60, -1, -5))


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two records say the same in the same place."""
    return one.get("text") == other.get("text") and _parent(one) == _parent(other)


def _parent(record: Mapping[str, Any]) -> object:
    reply = record.get("reply") or {}
    return (reply.get("parent") or {}).get("uri")


def _answers(reply: Reply) -> dict[str, Any] | None:
    known = reply.previous and reply.previous.reference  # empty: a person confirmed it, we never saw it
    before = reply.previous if known else reply.mention
    if before is None:
        return None
    reference = before.reference
    return {
        "root": {"uri": reference["root"], "cid": reference["root_cid"]},
        "parent": {"uri": before.post_id, "cid": reference["cid"]},
    }


def _facets(text: str) -> list[dict[str, Any]]:
    """Mark links and hashtags by UTF-8 byte offsets. Handles stay plain text: an answer calls in no third person."""
    return [
        {
            "index": {"byteStart": facet.index.byte_start, "byteEnd": facet.index.byte_end},
            "features": [feature.model_dump(by_alias=True, exclude_none=True) for feature in facet.features],
        }
        for facet in detect_facets(text)
    ]
