"""What Bluesky reports, as events: pure; a malformed item is skipped and named, never fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from bot.model import Deleted, Edited, Mention, Mentioned, OwnPost

REASONS = ("mention", "reply", "quote")
POST = "app.bsky.feed.post"
LINK = "app.bsky.richtext.facet#link"

E = TypeVar("E")
T = TypeVar("T")
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, OverflowError)

log = structlog.get_logger(__name__)


def to_events(page: Mapping[str, Any], *, account: str, did: str) -> list[Mentioned]:
    """Translate listNotifications (newest first), oldest first; ``did`` is our own, whose posts are no mentions."""

    def mentioned(item: Mapping[str, Any]) -> Mentioned | None:
        if item["reason"] not in REASONS or item["author"]["did"] == did:
            return None
        return Mentioned(event_id=_text(item["uri"]), mention=_mention(item, account))

    events = _each(page.get("notifications"), mentioned)
    return list({event.event_id: event for event in reversed(events)}.values())  # a post can be reply and mention


def own_posts(page: Mapping[str, Any]) -> list[OwnPost]:
    """Translate a page of listRecords of our own posts."""

    def posted(item: Mapping[str, Any]) -> OwnPost:
        uri, record = _text(item["uri"]), item["value"]
        parent = record["reply"]["parent"]["uri"] if record.get("reply") else ""
        at = moment(record["createdAt"])
        return OwnPost(
            event_id=uri, post_id=uri, parent_id=_text(parent), text=_text(record["text"]), at=at, url=url(uri)
        )

    return _each(page.get("records"), posted)


def edited(view: Mapping[str, Any]) -> Edited | None:
    """Describe a post (``uri``, ``cid``, ``record`` or ``value``) whose content changed; None when it is malformed."""

    def changed(item: Mapping[str, Any]) -> Edited:
        uri, cid, record = _text(item["uri"]), _text(item["cid"]), item.get("record") or item["value"]
        reference = _reference(uri, cid, record)
        at, event_id = datetime.now(UTC), f"{uri} {cid}"
        return Edited(event_id=event_id, post_id=uri, text=readable(record), at=at, reference=reference)

    return next(iter(_each([view], changed)), None)


def deleted(uri: str) -> Deleted:
    return Deleted(event_id=f"{uri} deleted", post_id=uri, at=datetime.now(UTC))


def readable(record: Mapping[str, Any]) -> str:
    """Return the text of a post with its links in full: a link may show other words than where it leads."""
    text = _text(record["text"])
    return _optional(lambda: _with_links(text.encode(), record), text)


def url(uri: str) -> str:
    """Return the permalink of an at-uri; by DID, because handles change."""
    did, key = uri.removeprefix("at://").split(f"/{POST}/")
    return f"https://bsky.app/profile/{did}/post/{key}"


def moment(text: object) -> datetime:
    """Parse a datetime of the protocol; raise ValueError when it names no zone."""
    at = datetime.fromisoformat(_text(text))
    if at.tzinfo is None:
        raise ValueError("a datetime without a zone")
    return at.astimezone(UTC)


def _each(items: object, translate: Callable[[Mapping[str, Any]], E | None]) -> list[E]:
    events = []
    for item in items if isinstance(items, list) else ():
        try:
            event = translate(item)
        except MALFORMED as problem:
            uri = item.get("uri") if isinstance(item, Mapping) else None
            log.warning("bluesky item skipped", uri=str(uri)[:200], problem=type(problem).__name__)
            continue
        if event is not None:
            events.append(event)
    return events


def _mention(item: Mapping[str, Any], account: str) -> Mention:
    uri, cid, record, author = _text(item["uri"]), _text(item["cid"]), item["record"], item["author"]
    reference = _reference(uri, cid, record)
    return Mention(
        account=account,
        post_id=uri,
        thread_id=reference["root"],
        parent_id=_text(record["reply"]["parent"]["uri"]) if record.get("reply") else "",
        author_id=_text(author["did"]),
        author=f"@{_text(author['handle'])}",
        text=readable(record),
        posted_at=moment(item["indexedAt"]),  # the citizen's own createdAt may say anything
        url=url(uri),
        language=_optional(lambda: _text(record["langs"][0]).partition("-")[0].lower(), ""),
        media=_optional(lambda: _media(record["embed"]), 0),
        reference=reference,
    )


def _reference(uri: str, cid: str, record: Mapping[str, Any]) -> dict[str, str]:
    root = record["reply"]["root"] if record.get("reply") else {"uri": uri, "cid": cid}
    return {"cid": cid, "root": _text(root["uri"]), "root_cid": _text(root["cid"])}


def _media(embed: Mapping[str, Any]) -> int:
    media = embed.get("media") or embed  # a quote with media holds them one level deeper
    pieces = media.get("images") or media.get("items") or ()
    return len(pieces) or int("video" in media)


def _links(record: Mapping[str, Any], length: int) -> Iterable[tuple[int, int, str]]:
    last = 0
    for facet in sorted(record.get("facets") or (), key=lambda facet: int(facet["index"]["byteStart"])):
        start, end = int(facet["index"]["byteStart"]), int(facet["index"]["byteEnd"])
        uris = [feature["uri"] for feature in facet["features"] if feature.get("$type") == LINK]
        if uris and last <= start < end <= length:
            yield start, end, _text(uris[0])
            last = end


def _with_links(text: bytes, record: Mapping[str, Any]) -> str:
    for start, end, uri in sorted(_links(record, len(text)), reverse=True):
        text = text[:start] + uri.encode() + text[end:]
    return text.decode(errors="replace")


def _optional(read: Callable[[], T], default: T) -> T:
    """Read what a post may have; a citizen's words never wait for a malformed ornament."""
    try:
        return read()
    except MALFORMED:
        return default


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
