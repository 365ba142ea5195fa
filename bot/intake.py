"""Events in: each page of events is one transaction, and every event has one effect, in whatever order it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot import card_places, conversation, hours, reply
from bot.clock import Clock
from bot.conversation import Action, State
from bot.model import Deleted, Delivered, Edited, Event, Mention, Mentioned, OwnPost, Reshared
from bot.rules import Rules, department_of
from bot.store import Store, audit, conversations, jobs, mentions, replies, small
from bot.store.engine import changed
from bot.store.records import Conversation, StoredMention
from knowledge.advice import Advice, Message
from knowledge.rulebook.values import Rulebook

CURSOR = "cursor"
BALIE = "balie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One transaction's worth of events, with the advice worked out beforehand."""

    account: str
    events: Sequence[Event]
    advice: dict[str, Advice]  # by event id
    cursor: str | None
    now: datetime
    rulebook: Rulebook


class Intake:
    """Takes events in; ``receive`` is what every public channel calls."""

    def __init__(self, store: Store, rules: Rules, clock: Clock) -> None:
        self._store, self._rules, self._clock = store, rules, clock

    async def receive(self, account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
        """Store a page of events and the cursor behind it; raises StoreUnavailable, and then nothing was taken in."""
        rulebook, advisor = self._rules.rulebook, self._rules.advisor
        masked = [_masked(event, advisor.mask) for event in events]
        texts = {event.event_id: message for event in masked if (message := _message(event, account))}
        advice = await asyncio.to_thread(lambda: {key: advisor.advise(text) for key, text in texts.items()})
        page = Page(
            account=account, events=masked, advice=advice, cursor=cursor, now=self._clock.now(), rulebook=rulebook
        )
        await self._store.write(lambda connection: take_in(connection, page))

    async def recall(self, account: str, name: str) -> str | None:
        return await self._store.read(lambda connection: small.recall(connection, account, name))

    async def keep(self, account: str, name: str, value: str) -> None:
        now = self._clock.now()
        await self._store.write(lambda connection: small.keep(connection, account, name, value, at=now))


def take_in(connection: Connection, page: Page) -> None:
    """Give each new event of a page its effect."""
    for event in page.events:
        if not mentions.first_time(connection, account=page.account, event_id=event.event_id, at=page.now):
            continue
        match event:
            case Mentioned():
                _mentioned(connection, page, event)
            case Edited():
                _edited(connection, page, event)
            case Deleted():
                _deleted(connection, page, event)
            case Reshared():
                _reshared(connection, page, event)
            case OwnPost():
                _own_post(connection, page, event)
            case Delivered():
                _delivered(connection, page, event)
            case _:
                assert_never(event)
    if page.cursor is not None:
        small.keep(connection, page.account, CURSOR, page.cursor, at=page.now)


def _mentioned(connection: Connection, page: Page, event: Mentioned) -> None:
    mention = event.mention
    early = mentions.take_early(connection, account=page.account, post_id=mention.post_id)
    if early and early.deleted:
        return
    if mentions.by_post(connection, account=page.account, post_id=mention.post_id):
        return
    if early:
        mention = replace(mention, text=early.text)
    advice = page.advice[event.event_id]
    found = conversations.of_thread(
        connection, account=page.account, thread_id=mention.thread_id, author_id=mention.author_id
    )
    known = conversations.lock(connection, found.id) if found else None
    if known is None:
        _open(connection, page, mention, advice)
    else:
        _follow_up(connection, page, known, mention, advice)


def _open(connection: Connection, page: Page, mention: Mention, advice: Advice) -> None:
    route = advice.route
    department = department_of(page.rulebook, route.department)
    opened = conversations.add(
        connection,
        account=page.account,
        thread_id=mention.thread_id,
        author_id=mention.author_id,
        author=mention.author,
        state=State.OPEN,
        department=department.key,
        topic=route.topic,
        district=route.district,
        kind=route.kind,
        protocol=route.protocol or "",
        language=route.language,
        urgent=route.urgent,
        visibility=mention.visibility,
        opened_at=page.now,
        due_at=_due_at(page, mention, department=department.key, topic=route.topic),
        changed_at=page.now,
        last_action="opened",
    )
    mentions.add(connection, mention, conversation_id=opened.id, advice=advice, at=page.now)
    card_places.open_round(connection, opened, page.rulebook, readers=route.readers, now=page.now)
    _record(connection, page, opened, "opened", object=mention.post_id, details={"department": department.key})


def _follow_up(connection: Connection, page: Page, known: Conversation, mention: Mention, advice: Advice) -> None:
    mentions.add(connection, mention, conversation_id=known.id, advice=advice, at=page.now)
    state = conversation.step(known.state, Action.FOLLOW_UP)
    columns: dict[str, Any] = {"state": state, "follow_ups": known.follow_ups + 1}
    if state is State.OPEN and known.state is not State.OPEN:
        columns |= {
            **card_places.RELEASED,
            "reopened": True,
            "folded_into": None,
            "close_reason": "",
            "close_note": "",
            "due_at": _due_at(page, mention, department=known.department, topic=known.topic),
        }
    if advice.route.urgent:
        columns["urgent"] = True
    after = conversations.change(connection, known, at=page.now, by=BALIE, action=Action.FOLLOW_UP, **columns)
    if state is State.OPEN and known.state is not State.OPEN:
        card_places.fresh_round(connection, after, page.rulebook, now=page.now)
    else:
        card_places.show(connection, after, now=page.now)
    _record(connection, page, known, Action.FOLLOW_UP, object=mention.post_id)


def _edited(connection: Connection, page: Page, event: Edited) -> None:
    stored = mentions.by_post(connection, account=page.account, post_id=event.post_id)
    if stored is None:
        mentions.note_early(connection, account=page.account, post_id=event.post_id, at=event.at, text=event.text)
        return
    if stored.deleted_at or stored.mention.text == event.text or (stored.edited_at and stored.edited_at > event.at):
        return
    mentions.reword(
        connection,
        stored,
        text=event.text,
        at=event.at,
        advice=page.advice[event.event_id],
        reference=event.reference,
    )
    _citizen_changed(connection, page, stored, Action.EDITED)


def _deleted(connection: Connection, page: Page, event: Deleted) -> None:
    stored = mentions.by_post(connection, account=page.account, post_id=event.post_id)
    if stored is None:
        mentions.note_early(connection, account=page.account, post_id=event.post_id, at=event.at, deleted=True)
        return
    if stored.deleted_at:
        return
    mentions.withdraw(connection, stored, at=event.at)
    rest = mentions.of_conversation(connection, stored.conversation_id)
    gone = all(other.deleted_at for other in rest)
    _citizen_changed(connection, page, stored, Action.WITHDRAWN if gone else Action.EDITED)


def _citizen_changed(connection: Connection, page: Page, stored: StoredMention, action: Action) -> None:
    """Stop what waits to be published, and let the card say what the citizen did."""
    known = conversations.lock(connection, stored.conversation_id)
    assert known  # noqa: S101
    held = False
    for waiting in replies.live(connection, known.id):
        moved = replies.change(connection, waiting.key, action=reply.Action(action.value))
        held |= moved.state is reply.State.HELD_BACK
        if moved.state is reply.State.HELD_BACK:
            jobs.cancel(connection, "post", waiting.key)
    state = conversation.step(known.state, action)
    columns: dict[str, Any] = {}
    if held and state in (State.APPROVED, State.ANSWERED):
        state = conversation.step(state, Action.HOLD_BACK)
    if state is State.CLAIMED and known.state is State.SUBMITTED:
        columns |= {"holder": known.submitted_by, "submitted_by": "", "submitted_at": None}
    after = conversations.change(connection, known, at=page.now, by=BALIE, action=action, state=state, **columns)
    card_places.show(connection, after, now=page.now)
    _record(connection, page, known, action, object=stored.mention.post_id, details={"held_back": held})


def _reshared(connection: Connection, page: Page, event: Reshared) -> None:
    stored = mentions.by_post(connection, account=page.account, post_id=event.post_id)
    if stored and event.count > stored.reshares:
        mentions.reshared(connection, stored, event.count)
        changed(connection, stored.conversation_id)


def _own_post(connection: Connection, page: Page, event: OwnPost) -> None:
    ours = replies.of_post(connection, account=page.account, post_id=event.post_id)
    mentions.add_own_post(
        connection,
        account=page.account,
        post_id=event.post_id,
        parent_id=event.parent_id,
        text=event.text,
        at=event.at,
        url=event.url,
        reply_key=ours.key if ours else "",
    )


def _delivered(connection: Connection, page: Page, event: Delivered) -> None:
    ours = replies.of_post(connection, account=page.account, post_id=event.post_id)
    if ours is None:
        return
    audit.record(
        connection,
        conversation_id=ours.conversation_id,
        at=page.now,
        action="delivered",
        object=ours.key,
        result="ok" if event.ok else "failed",
        origin=page.account,
        actor=BALIE,
        details={"reason": event.reason},
    )


def _due_at(page: Page, mention: Mention, *, department: str, topic: str) -> datetime | None:
    """Count from the moment the citizen wrote, also when we were away."""
    return hours.due_at(
        min(mention.posted_at, page.now),
        page.rulebook,
        department=department_of(page.rulebook, department),
        topic=page.rulebook.topics.get(topic),
    )


def _record(
    connection: Connection,
    page: Page,
    about: Conversation,
    action: str,
    *,
    object: str,
    details: dict[str, object] | None = None,
) -> None:
    audit.record(
        connection,
        conversation_id=about.id,
        at=page.now,
        action=action,
        object=object,
        result="ok",
        origin=page.account,
        actor="citizen",
        details=details,
    )


def _masked(event: Event, mask: Callable[[str], str]) -> Event:
    """Take out what must never be stored: a citizen service number, and NUL, which PostgreSQL refuses."""
    match event:
        case Mentioned():
            return replace(event, mention=replace(event.mention, text=mask(event.mention.text.replace("\0", ""))))
        case Edited() | OwnPost():
            return replace(event, text=mask(event.text.replace("\0", "")))
        case _:
            return event


def _message(event: Event, account: str) -> Message | None:
    match event:
        case Mentioned():
            return Message(text=event.mention.text, account=account, language=event.mention.language)
        case Edited():
            return Message(text=event.text, account=account)
        case _:
            return None
