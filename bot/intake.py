"""Events in: each page of events is one transaction, and every event has one effect, in whatever order it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot import card_places, claims, conversation, hours, reply
from bot.clock import Clock
from bot.conversation import Action, State
from bot.model import Deleted, Delivered, Edited, Event, Mention, Mentioned, OwnPost, Reshared
from bot.rules import Rules, department_of
from bot.store import Store, audit, conversations, flights, jobs, mentions, pulses, replies, small
from bot.store.engine import changed
from bot.store.records import Conversation, StoredMention, Wording
from knowledge.advice import Advice, Message
from knowledge.advisor import Advisor
from knowledge.rulebook.values import Rulebook

CURSOR = "cursor"
BALIE = "balie"
ANEW: Mapping[str, Any] = {"reopened": True, "folded_into": None, "close_reason": "", "close_note": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One transaction's worth of events, with the advice worked out beforehand."""

    account: str
    events: Sequence[Event]
    advice: dict[str, Advice]  # by event id
    cursor: str | None
    now: datetime
    rulebook: Rulebook
    canaries: Mapping[str, str]  # account -> the author of its test messages


class Intake:
    """Takes events in; ``receive`` is what every public channel calls."""

    def __init__(self, store: Store, rules: Rules, clock: Clock, *, canaries: Mapping[str, str] | None = None) -> None:
        self._store, self._rules, self._clock = store, rules, clock
        self._canaries = {} if canaries is None else canaries  # may be filled later

    async def receive(self, account: str, events: Sequence[Event], *, cursor: str | None = None) -> None:
        """Store a page of events and the cursor behind it; raises StoreUnavailable, and then nothing was taken in.

        Only the leader may move a cursor: one that led before would set it back. Raises LostLeadership.
        """
        rulebook, advisor = self._rules.rulebook, self._rules.advisor
        cleaned = [_storable(event, advisor) for event in events]
        texts = {event.event_id: message for event in cleaned if (message := _message(event, account))}
        advice = await asyncio.to_thread(lambda: {key: advisor.advise(text) for key, text in texts.items()})
        page = Page(
            account=account,
            events=cleaned,
            advice=advice,
            cursor=cursor,
            now=self._clock.now(),
            rulebook=rulebook,
            canaries=self._canaries,
        )
        write = self._store.write if cursor is None else self._store.lead
        await write(lambda connection: take_in(connection, page))

    async def recall(self, account: str, name: str) -> str | None:
        return await self._store.read(lambda connection: small.recall(connection, account, name))

    async def keep(self, account: str, name: str, value: str) -> None:
        now = self._clock.now()
        await self._store.write(lambda connection: small.keep(connection, account, name, value, at=now))


def take_in(connection: Connection, page: Page) -> None:
    """Give each new event of a page its effect; of one account a page at a time."""
    mentions.one_at_a_time(connection, page.account)
    written: list[datetime] = []
    for event in page.events:
        if not mentions.first_time(connection, account=page.account, event_id=event.event_id, at=page.now):
            continue
        match event:
            case Mentioned():
                written.append(event.mention.posted_at)
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
    if written:
        pulses.saw(connection, page.account, at=page.now, lag=page.now - max(written))
    if page.cursor is not None:
        small.keep(connection, page.account, CURSOR, page.cursor, at=page.now)


def _mentioned(connection: Connection, page: Page, event: Mentioned) -> None:
    mention = event.mention
    if mark := flights.mark_of(page.canaries, mention):
        flights.arrive(connection, page.account, mark, now=page.now)
        return
    if _ours(page.rulebook, mention):
        return
    early = mentions.take_early(connection, account=page.account, post_id=mention.post_id)
    if early is mentions.TOMBSTONE:
        return
    if mentions.by_post(connection, account=page.account, post_id=mention.post_id):
        return
    advice = page.advice[event.event_id]
    found = conversations.of_thread(
        connection, account=page.account, thread_id=mention.thread_id, author_id=mention.author_id
    )
    known = conversations.lock(connection, found.id) if found else None
    if known is None:
        _open(connection, page, mention, advice)
    else:
        _follow_up(connection, page, known, mention, advice)
    if early and (stored := mentions.by_post(connection, account=page.account, post_id=mention.post_id)):
        mentions.reword(connection, stored, early)


def _ours(rulebook: Rulebook, mention: Mention) -> bool:
    """Tell whether another account of the town wrote this: we do not answer ourselves."""
    channel = rulebook.accounts[mention.account].channel if mention.account in rulebook.accounts else ""
    names = (account.name for account in rulebook.accounts.values() if account.channel == channel)
    return mention.author.casefold() in {name.casefold() for name in names}


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
        due_at=hours.due_from(_moment(page, mention), page.rulebook, department=department.key, topic=route.topic),
        changed_at=page.now,
        last_action="opened",
    )
    mentions.add(connection, mention, conversation_id=opened.id, advice=advice, at=page.now)
    card_places.open_round(connection, opened, page.rulebook, readers=route.readers, now=page.now)
    _record(connection, page, opened, "opened", object=mention.post_id, details={"department": department.key})


def _follow_up(connection: Connection, page: Page, known: Conversation, mention: Mention, advice: Advice) -> None:
    mentions.add(connection, mention, conversation_id=known.id, advice=advice, at=page.now)
    state = conversation.step(known.state, Action.FOLLOW_UP)
    columns: dict[str, Any] = {"follow_ups": known.follow_ups + 1, "urgent": known.urgent or advice.route.urgent}
    _change(connection, page, known, Action.FOLLOW_UP, state=state, moment=_moment(page, mention), **columns)
    _record(connection, page, known, Action.FOLLOW_UP, object=mention.post_id)


def _change(
    connection: Connection,
    page: Page,
    before: Conversation,
    action: Action,
    *,
    state: State,
    moment: datetime,
    **columns: Any,
) -> None:
    """Store what the citizen did at ``moment``; a conversation that comes back to the desk gets a fresh card below."""
    again = state is State.OPEN and before.state is not State.OPEN
    if again:
        due = hours.due_from(moment, page.rulebook, department=before.department, topic=before.topic)
        columns |= {**card_places.RELEASED, **ANEW, "due_at": due}
    elif state is State.CLAIMED and before.state is State.SUBMITTED:
        columns |= claims.back_to(connection, before, before.submitted_by, now=page.now)
    after = conversations.change(connection, before, at=page.now, by=BALIE, action=action, state=state, **columns)
    if again:
        card_places.fresh_round(connection, after, page.rulebook, now=page.now)
    else:
        card_places.show(connection, after, now=page.now)


def _edited(connection: Connection, page: Page, event: Edited) -> None:
    stored = mentions.by_post(connection, account=page.account, post_id=event.post_id)
    advice = page.advice[event.event_id]
    wording = Wording(text=event.text, at=event.at, advice=advice, reference=event.reference)
    if stored is None:
        mentions.note_early(connection, account=page.account, post_id=event.post_id, wording=wording)
        return
    if stored.deleted_at or stored.mention.text == event.text or (stored.edited_at and stored.edited_at > event.at):
        return
    mentions.reword(connection, stored, wording)
    _citizen_changed(connection, page, stored, Action.EDITED)


def _deleted(connection: Connection, page: Page, event: Deleted) -> None:
    stored = mentions.by_post(connection, account=page.account, post_id=event.post_id)
    if stored is None:
        mentions.note_gone(connection, account=page.account, post_id=event.post_id, at=event.at)
        return
    if stored.deleted_at:
        return
    mentions.withdraw(connection, stored, at=event.at)
    gone = _nothing_left_to_answer(connection, stored.conversation_id)
    _citizen_changed(connection, page, stored, Action.WITHDRAWN if gone else Action.EDITED)


def _nothing_left_to_answer(connection: Connection, conversation_id: int) -> bool:
    """Tell whether the citizen took back everything that was written since our last answer."""
    rest = mentions.of_conversation(connection, conversation_id)
    answers = [answer for answer in replies.of_conversation(connection, conversation_id) if answer.posted]
    last = max((answer.seen.mention_id for answer in answers), default=0)
    return all(mention.deleted_at for mention in [one for one in rest if one.id > last] or rest)


def _citizen_changed(connection: Connection, page: Page, stored: StoredMention, action: Action) -> None:
    """Stop what waits to be published, and let the card say what the citizen did."""
    known = conversations.lock(connection, stored.conversation_id)
    assert known  # noqa: S101
    live = replies.live(connection, known.id)
    moved = [replies.change(connection, waiting.key, action=reply.Action(action.value)) for waiting in live]
    held = [stopped for stopped in moved if stopped.state is reply.State.HELD_BACK]
    for stopped in held:
        jobs.cancel(connection, "post", stopped.key)
    state = conversation.step(known.state, action)
    columns: dict[str, Any] = {}
    if state is State.APPROVED and held and held == moved:
        state = conversation.step(state, Action.HOLD_BACK)
        columns = claims.back_to(connection, known, held[0].written_by, now=page.now)
    _change(connection, page, known, action, state=state, moment=page.now, **columns)
    _record(connection, page, known, action, object=stored.mention.post_id, details={"held_back": bool(held)})


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
    conversations.lock(connection, ours.conversation_id)
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


def _moment(page: Page, mention: Mention) -> datetime:
    """Return when the citizen wrote, from which the norm counts, also when we were away."""
    return min(mention.posted_at, page.now)


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


def storable(text: str, advisor: Advisor) -> str:
    """Take out what must never be stored: citizen service numbers, and what a database refuses (NUL, half a pair)."""
    whole = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return advisor.mask(whole)


def _storable(event: Event, advisor: Advisor) -> Event:
    match event:
        case Mentioned():
            return replace(event, mention=replace(event.mention, text=storable(event.mention.text, advisor)))
        case Edited() | OwnPost():
            return replace(event, text=storable(event.text, advisor))
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
