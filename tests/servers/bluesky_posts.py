"""The posts and people of the fake Bluesky: what stands where, since when, and for whom to see."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import libipld
import regex
from atproto import models
from atproto_client.models.utils import get_or_create

POST = "app.bsky.feed.post"
TO_TID = str.maketrans("0189", "wxyz")


@dataclass(frozen=True, kw_only=True)
class Record:
    """A post as it is kept: ``seen_from`` is when the reading side knows it, ``sort_at`` where it puts it."""

    uri: str
    cid: str
    value: dict[str, Any]
    sort_at: datetime
    seen_from: datetime

    @property
    def did(self) -> str:
        return self.uri.split("/")[2]

    @property
    def key(self) -> str:
        return self.uri.rsplit("/", 1)[1]


@dataclass(kw_only=True)
class Person:
    did: str
    handle: str
    passwords: set[str]
    followers: int = 0


class Refusal(Exception):
    """An answer that is an error: status, name, message."""

    def __init__(self, status: int, error: str, message: str = "") -> None:
        super().__init__(status, error, message)
        self.status, self.error, self.message = status, error, message


class Posts:
    """Everything that was written, as the data server has it at once and the reading side perhaps later."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.posts: dict[str, Record] = {}  # by at-uri, as the data server has them
        self.gone: dict[str, Record] = {}  # deleted, perhaps still to be seen
        self.closed: set[str] = set()  # threads nobody may answer
        self.suspended: set[str] = set()  # people whose account is shut for a while
        self.commits = 0
        self.lag = timedelta(0)  # of the reading side
        self.serial = 0

    def join(self, handle: str, password: str = "", *, followers: int = 0) -> Person:
        self.serial += 1
        did = f"did:plc:{hashlib.sha256(handle.encode()).hexdigest()[:24].translate(str.maketrans('0189', 'abcd'))}"
        person = Person(did=did, handle=handle, passwords={password}, followers=followers)
        self.people[did] = person
        return person

    def write(
        self,
        author: Person,
        text: str,
        *,
        mentions: Person | None = None,
        under: str = "",
        quotes: str = "",
        **more: Any,
    ) -> str:
        """Post as somebody; return the at-uri. ``more`` overrides fields of the record, such as createdAt."""
        value: dict[str, Any] = {"$type": POST, "text": text, "createdAt": iso(now()), "langs": ["nl"]}
        if mentions:
            at, handle = text.index(f"@{mentions.handle}"), f"@{mentions.handle}"
            start = len(text[:at].encode())
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": mentions.did}
            index = {"byteStart": start, "byteEnd": start + len(handle)}
            value["facets"] = [{"index": index, "features": [feature]}]
        if under:
            parent = self.posts[under]
            root = parent.value["reply"]["root"] if "reply" in parent.value else ref(parent)
            value["reply"] = {"root": root, "parent": ref(parent)}
        if quotes:
            value["embed"] = {"$type": "app.bsky.embed.record", "record": ref(self.posts[quotes])}
        self.serial += 1
        return self.store(author.did, f"3k{self.serial:011d}".translate(TO_TID), {**value, **more}).uri

    def edit(self, uri: str, text: str) -> None:
        record = self.posts[uri]
        self.store(record.did, record.key, {**record.value, "text": text})

    def delete(self, uri: str) -> None:
        record = self.posts.pop(uri, None)
        if record:
            self.gone[uri] = replace(record, seen_from=now() + self.lag)

    def below(self, uri: str) -> list[Record]:
        """Return what stands directly under a post, for everybody to see."""
        answers = [
            post for post in self.posts.values() if post.value.get("reply", {}).get("parent", {}).get("uri") == uri
        ]
        return [post for post in answers if post.seen_from <= now()]

    def visible(self) -> list[Record]:
        at = now()
        standing = [post for post in self.posts.values() if post.seen_from <= at and post.did not in self.suspended]
        return standing + [post for post in self.gone.values() if post.seen_from > at]

    def store(self, did: str, key: str, value: dict[str, Any]) -> Record:
        valid_post(value)
        at, uri = now(), f"at://{did}/{POST}/{key}"
        created = datetime.fromisoformat(value["createdAt"])
        before = self.posts.get(uri)
        sort_at = before.sort_at if before else min(at, created)
        record = Record(uri=uri, cid=cid_of(value), value=value, sort_at=sort_at, seen_from=at + self.lag)
        self.posts[uri] = record
        self.commits += 1
        return record


def cid_of(value: Mapping[str, Any]) -> str:
    """Return the content id as the network computes it: SHA-256 of the DAG-CBOR form."""
    digest = hashlib.sha256(libipld.encode_dag_cbor(dict(value))).digest()
    return "b" + base64.b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")


def valid_post(value: Mapping[str, Any]) -> None:
    try:
        get_or_create(dict(value), models.AppBskyFeedPost.Record, strict_string_format=True)
    except Exception as wrong:
        raise Refusal(400, "InvalidRequest", f"Invalid {POST} record") from wrong
    text = value["text"]
    if len(text.encode()) > 3000 or len(regex.findall(r"\X", text)) > 300:
        raise Refusal(400, "InvalidRequest", f"Invalid {POST} record: text too long")


def ref(post: Record) -> dict[str, str]:
    return {"uri": post.uri, "cid": post.cid}


def now() -> datetime:
    return datetime.now(UTC)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
