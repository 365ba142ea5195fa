"""How posts that we know stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from atproto import models
from atproto.exceptions import BadRequestError

from bot.model import Deleted, Edited, Unknown
from handlers.public.bluesky.events import POST, deleted, edited
from handlers.public.bluesky.session import SignedIn, error_name

BATCH = 25  # posts or profiles in one question


async def changes(signed_in: SignedIn, known: Mapping[str, str]) -> dict[str, Edited | Deleted | Unknown]:
    """Return what became of posts (at-uri -> cid as we know it); a post that still stands has no entry."""
    found: dict[str, Edited | Deleted | Unknown] = {}
    views = await read_posts(signed_in, list(known))
    for uri, cid in known.items():
        try:
            view = views.get(uri) or await read_record(signed_in, uri)
        except BadRequestError:  # nothing is said about the post, such as while its author is suspended
            found[uri] = Unknown()
            continue
        if view is None:
            found[uri] = deleted(uri)
        elif view.get("cid") != cid and (change := edited(view)):
            found[uri] = change
    return found


async def read_posts(signed_in: SignedIn, uris: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return posts as readers see them, by at-uri. What is missing may be gone, blocked or not indexed yet."""
    views = {}
    for batch in batches(uris):
        answer = await signed_in.ask("app.bsky.feed.getPosts", models.AppBskyFeedGetPosts.Params(uris=batch))
        views.update({str(view.get("uri")): view for view in listed(answer, "posts")})
    return views


async def read_record(signed_in: SignedIn, uri: str) -> dict[str, Any] | None:
    """Return a record (``uri``, ``cid``, ``value``) from where it is kept; None: certainly not there."""
    repo, key = uri.removeprefix("at://").split(f"/{POST}/")
    params = models.ComAtprotoRepoGetRecord.Params(repo=repo, collection=POST, rkey=key)
    try:
        return await signed_in.ask("com.atproto.repo.getRecord", params)
    except BadRequestError as problem:
        if error_name(problem) == "RecordNotFound":
            return None
        raise


def listed(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list in an answer; what is no object is left out."""
    items = answer.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def batches(items: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
