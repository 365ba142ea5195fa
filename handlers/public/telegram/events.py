"""What Telegram reports, as events: pure; a malformed update is skipped and named, never fatal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.model import Edited, Event, Mention, Mentioned, OwnPost
from handlers.public.telegram import message as one
from handlers.public.telegram.message import Me, Message

KINDS = ("message", "edited_message")  # of update that we ask for
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update; more than one message when they are an album, pictures that were sent together."""

    id: int
    edit: bool
    messages: tuple[Message, ...]


def to_events(updates: Sequence[object], *, account: str, me: Me, known: Mapping[str, str]) -> list[Event]:
    """Translate a page of getUpdates, in its order.

    ``known``: the thread of each post that we took in or wrote before, and the post of each album.
    """
    known = dict(known)
    events: list[Event] = []
    for update in _gathered(updates):
        try:
            found = list(_of_update(update, account=account, me=me, known=known))
        except MALFORMED as problem:
            log.warning("telegram update skipped", update=update.id, problem=type(problem).__name__)
            continue
        known |= to_know(found)
        events += found
    return events


def to_know(events: Sequence[Event]) -> dict[str, str]:
    """Return what of these events must be known to understand later ones."""
    mentions = [event.mention for event in events if isinstance(event, Mentioned)]
    posts = {mention.post_id: mention.thread_id for mention in mentions}
    return posts | {together: m.post_id for m in mentions if (together := m.reference.get("album"))}


def number(update: object) -> int | None:
    """Return the id of an update; None when it has none."""
    found = update.get("update_id") if isinstance(update, Mapping) else None
    return found if type(found) is int else None


def album(update: object) -> str:
    """Return the key of the album that a new message belongs to; empty: none."""
    try:
        return _album(update["message"])  # type: ignore[index]
    except MALFORMED:
        return ""


def _album(message: Message) -> str:
    group = message.get("media_group_id")
    return f"album {one.chat(message)} {one.text(group)}" if group else ""


def _gathered(updates: Sequence[object]) -> Iterator[Update]:
    """Put the messages of an album together, where the first of them stood."""
    together: dict[object, list[Mapping[str, object]]] = {}
    for place, update in enumerate(updates):
        if isinstance(update, Mapping):
            together.setdefault(album(update) or place, []).append(update)
    for parts in together.values():
        for kind in KINDS:
            messages = tuple(message for part in parts if isinstance(message := part.get(kind), Mapping))
            if messages:
                yield Update(id=number(parts[0]) or 0, edit=kind == "edited_message", messages=messages)


def _of_update(update: Update, *, account: str, me: Me, known: Mapping[str, str]) -> Iterator[Event]:
    first = update.messages[0]
    if first.get("is_automatic_forward"):
        yield from map(_channel_post, update.messages)
        return
    own_id = one.post_id(first)
    post_id = known.get(_album(first), own_id)
    words = "\n".join(filter(None, map(one.readable, update.messages)))
    concerned = post_id == own_id and any(one.concerns(message, me) for message in update.messages)
    seen = update.edit and post_id in known
    if concerned and not seen:  # also when the edit names us and what it replaced did not
        yield Mentioned(event_id=post_id, mention=_mention(update, words, account=account, known=known))
    if update.edit and (concerned or seen):
        at = one.moment(first.get("edit_date") or first["date"])
        yield Edited(event_id=f"{post_id} edited {update.id} {at.isoformat()}", post_id=post_id, text=words, at=at)
    elif post_id != own_id and words and not update.edit:
        # a picture that came later than its album, with words of its own
        yield Edited(event_id=f"{own_id} of {post_id}", post_id=post_id, text=words, at=one.moment(first["date"]))


def _mention(update: Update, words: str, *, account: str, known: Mapping[str, str]) -> Mention:
    first = update.messages[0]
    author_id, author = one.author(first)
    topic = one.integer(first["message_thread_id"]) if first.get("is_topic_message") else ""
    reference = {"topic": str(topic), "album": _album(first)}
    return Mention(
        account=account,
        post_id=one.post_id(first),
        thread_id=one.thread(first, known),
        parent_id=one.parent(first),
        author_id=author_id,
        author=author,
        text=words,
        posted_at=one.moment(first["date"]),
        url=one.url(first),
        visibility=one.visibility(first),
        media=sum(map(one.media, update.messages)),
        reference={name: value for name, value in reference.items() if value},
    )


def _channel_post(message: Message) -> OwnPost:
    """Translate the copy of a channel's post in its discussion group, where the comments come."""
    post_id, at = one.post_id(message), one.moment(message["date"])
    return OwnPost(event_id=post_id, post_id=post_id, text=one.readable(message), at=at, url=one.url(message))
