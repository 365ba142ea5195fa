"""What is stored when a post begins, and when it ends: each function is one transaction's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import card_places, claims, hours, learning, mandate, reply
from bot.card_places import RELEASED
from bot.conversation import Action, State, step
from bot.model import Posted
from bot.rules import Rules, local_day
from bot.store import audit, conversations, jobs, mentions, replies, small
from bot.store.records import Conversation, StoredReply
from bot.work import Again
from knowledge.sentence import Sentence, say

BALIE = "balie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An intent is committed: the call may run until ``deadline`` (real time), and must not begin after it."""

    deadline: datetime


def begin(
    connection: Connection, now: datetime, rules: Rules, key: str, *, at: datetime, limit: timedelta
) -> Begun | None:
    """Commit the intent to post; None when this reply must not go out (any more)."""
    stored, conversation = _locked(connection, key)
    if stored.state not in (reply.State.WAITING, reply.State.SENDING):
        return None
    if stored.state is reply.State.WAITING and not _still_allowed(rules, stored, conversation, now):
        name = rules.rulebook.members.get(stored.approved_by)
        reason = say("%(name)s may no longer post about this.", name=name.name if name else stored.approved_by)
        refused(connection, now, rules, key, reason)
        return None
    if stored.text_hash != mentions.text_hash(stored.text):
        raise AssertionError(f"the text of reply {key} is not the text that was approved")
    deadline = at + limit
    replies.change(
        connection,
        key,
        action=reply.Action.START,
        intent_at=at,
        deadline=deadline,
        tried_at=stored.tried_at or at,
        tries=stored.tries + 1,
    )
    _show(connection, conversation, now, "sending")
    return Begun(deadline=deadline)


def posted(connection: Connection, now: datetime, rules: Rules, key: str, what: Posted) -> Again | None:
    """The reply stands there: go on with its next part, or call the conversation answered."""
    stored, conversation = _locked(connection, key)
    if stored.state is reply.State.POSTED:
        return None
    replies.change(connection, key, action=reply.Action.SENT, posted=what, problem=None)
    mentions.add_own_post(
        connection,
        account=stored.account,
        post_id=what.post_id,
        text=stored.text,
        at=what.at,
        url=what.url,
        parent_id=mentions.get(connection, stored.seen.mention_id).mention.post_id,
        reply_key=key,
    )
    _record(connection, stored, now, "sent", details={"post": what.post_id, "url": what.url, "by": stored.approved_by})
    rest = [part for part in replies.live(connection, stored.conversation_id) if part.follows == key]
    if rest:
        jobs.enqueue(connection, "post", rest[0].key, at=now, lane=f"post:{stored.account}", urgency=0)
        _show(connection, conversation, now, "sent")
        return None
    small.drop_draft(connection, conversation.id, stored.written_by)
    small.drop_drafts(connection, conversation.id, until=stored.approved_at)
    learning.ask(connection, key, now=now)
    state = step(conversation.state, Action.SENT)
    after = conversations.change(connection, conversation, at=now, by=BALIE, action=Action.SENT, state=state)
    over(connection, after, stored, rules, now=now)
    return None


def later(connection: Connection, now: datetime, rules: Rules, key: str, again: Again) -> Again | None:
    """Certainly not posted: wait for another try, unless it was stopped meanwhile."""
    stored, conversation = _locked(connection, key)
    if stored.state is not reply.State.SENDING:
        return None
    replies.change(connection, key, action=reply.Action.LATER, intent_at=None, deadline=None)
    if changed := changed_since(connection, stored):
        replies.change(connection, key, action=changed)
        _after_failure(connection, conversation, stored, rules, now, Action.REFUSED)
        return None
    _show(connection, conversation, now, "later")
    return again


def refused(connection: Connection, now: datetime, rules: Rules, key: str, reason: Sentence) -> Again | None:
    """Certainly not posted, and not to be tried again: back to its writer, with the text and the reason."""
    stored, conversation = _locked(connection, key)
    if stored.state not in (reply.State.WAITING, reply.State.SENDING):
        return None
    replies.change(connection, key, action=reply.Action.REFUSED, problem=reason)
    for part in replies.live(connection, conversation.id):
        if part.state is reply.State.WAITING:
            replies.change(connection, part.key, action=reply.Action.HOLD_BACK)
    _record(connection, stored, now, "refused", result="refused", details={"reason": reason.text})
    _after_failure(connection, conversation, stored, rules, now, Action.REFUSED)
    return None


def blocked(connection: Connection, now: datetime, rules: Rules, key: str) -> Again | None:
    """Certainly not posted: it waits until the account is reconnected."""
    stored, conversation = _locked(connection, key)
    if stored.state is reply.State.WAITING:
        replies.change(connection, key, action=reply.Action.START)
    elif stored.state is not reply.State.SENDING:
        return None
    problem = say("Cannot post: the connection with %(account)s has ended.", account=_account(rules, stored.account))
    replies.change(connection, key, action=reply.Action.BLOCKED, problem=problem)
    _record(connection, stored, now, "blocked", result="failed")
    _after_failure(connection, conversation, stored, rules, now, Action.BLOCKED)
    return None


def unsure(connection: Connection, now: datetime, rules: Rules, key: str) -> Again | None:
    """May be posted, and we cannot find out: a person decides."""
    stored, conversation = _locked(connection, key)
    if stored.state is not reply.State.SENDING:
        return None
    problem = say("We got no answer from %(account)s. Please look.", account=_account(rules, stored.account))
    replies.change(connection, key, action=reply.Action.UNSURE, problem=problem)
    _record(connection, stored, now, "unsure", result="unknown")
    _after_failure(connection, conversation, stored, rules, now, Action.UNSURE)
    return None


def absent(connection: Connection, now: datetime, rules: Rules, key: str) -> Again | None:
    """Looked long enough after a restore: it is not there, so it goes out, unless the citizen changed the message."""
    stored, conversation = _locked(connection, key)
    if stored.state is not reply.State.UNSURE:
        return None
    replies.change(connection, key, action=reply.Action.ABSENT, intent_at=None, problem=None)
    if changed := changed_since(connection, stored):
        replies.change(connection, key, action=changed)
        if replies.live(connection, conversation.id):
            _show(connection, conversation, now, "absent")
        else:
            _after_failure(connection, conversation, stored, rules, now, Action.REFUSED)
        return None
    before = replies.get(connection, stored.follows) if stored.follows else None
    if before is None or before.state is reply.State.POSTED:
        jobs.enqueue(connection, "post", key, at=now, lane=f"post:{stored.account}")
    _show(connection, conversation, now, "absent")
    return None


def reconnected(connection: Connection, now: datetime, account: str) -> int:
    """The account works again: what was blocked goes out; return how many."""
    waiting = [r for r in replies.in_state(connection, reply.State.BLOCKED) if r.account == account]
    for stored in waiting:
        stored, conversation = _locked(connection, stored.key)
        if stored.state is not reply.State.BLOCKED:
            continue
        replies.change(connection, stored.key, action=reply.Action.RECONNECTED, problem=None)
        jobs.enqueue(connection, "post", stored.key, at=now, lane=f"post:{account}")
        _show(connection, conversation, now, "reconnected")
    return len(waiting)


def removed(connection: Connection, now: datetime, key: str, *, by: str) -> Again | None:
    stored, conversation = _locked(connection, key)
    replies.change(connection, key, retracted_at=now, retracted_by=by)
    learning.unlearn(connection, stored, by=by, now=now)
    _record(connection, stored, now, "removed", details={"by": by})
    _show(connection, conversation, now, "removed")
    return None


def not_removed(connection: Connection, now: datetime, key: str, reason: Sentence) -> Again | None:
    stored, conversation = _locked(connection, key)
    replies.change(connection, key, problem=reason)
    _record(connection, stored, now, "removed", result="refused", details={"reason": reason.text})
    _show(connection, conversation, now, "not_removed")
    return None


def over(
    connection: Connection, conversation: Conversation, stored: StoredReply, rules: Rules, *, now: datetime
) -> Conversation:
    """A reply is no longer under way: open the conversation again if the citizen wrote meanwhile; show it."""
    settled = conversation.state in (State.ANSWERED, State.WITHDRAWN)
    if not settled or replies.live(connection, conversation.id) or not _wrote_again(connection, stored):
        card_places.show(connection, conversation, now=now)
        return conversation
    due = hours.due_from(now, rules.rulebook, department=conversation.department, topic=conversation.topic)
    after = conversations.change(
        connection,
        conversation,
        at=now,
        by=BALIE,
        action=Action.FOLLOW_UP,
        state=step(conversation.state, Action.FOLLOW_UP),
        **{**RELEASED, "reopened": True, "due_at": due},
    )
    card_places.fresh_round(connection, after, rules.rulebook, now=now)
    return after


def _after_failure(
    connection: Connection, conversation: Conversation, stored: StoredReply, rules: Rules, now: datetime, action: Action
) -> None:
    """Move the conversation on; one that is open again for its writer is theirs."""
    state = step(conversation.state, action)
    columns = {}
    if state is State.CLAIMED and conversation.state is State.APPROVED:
        columns = claims.back_to(connection, conversation, stored.written_by, now=now)
    after = conversations.change(connection, conversation, at=now, by=BALIE, action=action, state=state, **columns)
    over(connection, after, stored, rules, now=now)


def changed_since(connection: Connection, stored: StoredReply) -> reply.Action | None:
    """Return what the citizen did to the message that this reply answers, since it was approved."""
    mention = mentions.get(connection, stored.seen.mention_id)
    if mention.deleted_at:
        return reply.Action.WITHDRAWN
    return None if mention.seen == stored.seen else reply.Action.EDITED


def _wrote_again(connection: Connection, stored: StoredReply) -> bool:
    rest = mentions.of_conversation(connection, stored.conversation_id)
    return any(m.id > stored.seen.mention_id and not m.deleted_at for m in rest)


def _still_allowed(rules: Rules, stored: StoredReply, conversation: Conversation, now: datetime) -> bool:
    approver = rules.rulebook.members.get(stored.approved_by)
    today = local_day(rules.rulebook, now)
    return approver is not None and mandate.may_publish(
        approver, conversation, rules.rulebook, written_by=stored.written_by, today=today
    )


def _locked(connection: Connection, key: str) -> tuple[StoredReply, Conversation]:
    stored = replies.get(connection, key)
    assert stored  # noqa: S101
    conversation = conversations.lock(connection, stored.conversation_id)
    assert conversation  # noqa: S101
    locked = replies.get(connection, key)
    assert locked  # noqa: S101
    return locked, conversation


def _show(connection: Connection, conversation: Conversation, now: datetime, action: str) -> None:
    """The reply changed and the conversation did not: its cards still show a new version."""
    after = conversations.change(connection, conversation, at=now, by=conversation.changed_by, action=action)
    card_places.show(connection, after, now=now)


def _record(
    connection: Connection,
    stored: StoredReply,
    now: datetime,
    action: str,
    *,
    result: str = "ok",
    details: dict[str, object] | None = None,
) -> None:
    audit.record(
        connection,
        conversation_id=stored.conversation_id,
        at=now,
        action=action,
        object=f"reply {stored.key}",
        result=result,
        origin=stored.account,
        actor=BALIE,
        details=details,
    )


def _account(rules: Rules, key: str) -> str:
    known = rules.rulebook.accounts.get(key)
    return known.name if known else key
