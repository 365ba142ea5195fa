"""The decisions that put a text on a public channel, or keep it off: the only code that makes a reply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot import claims, learning, mandate, outcomes, reply
from bot.card_places import RELEASED
from bot.case import Case, mend, refuse
from bot.conversation import Action, State, step
from bot.errors import NotAllowed
from bot.model import Posted, ReplyKind, Visibility
from bot.placing import Text, channel_of, checked, keep, place
from bot.store import jobs, replies, small
from knowledge.sentence import Sentence, say


def submit(case: Case) -> None:
    """Have a text checked by somebody else."""
    _pick_up(case, Action.SUBMIT)
    newest = case.read_mention()
    if not mandate.publishers(case.conversation, case.rulebook, written_by=case.member.key, today=case.today):
        refuse(not_yourself(case, ""))
    text = _text(case, writer=case.member.key)
    checked(case, newest, text)
    keep(case, text)
    case.move(
        Action.SUBMIT, **{**RELEASED, "submitted_by": case.member.key, "submitted_at": case.now, "returned_note": ""}
    )


def approve(case: Case) -> None:
    """Put a text on the public channel: one's own, or one that a colleague submitted."""
    _nothing_under_way(case, Action.APPROVE)
    submitted = case.conversation.state is State.SUBMITTED
    writer = case.conversation.submitted_by if submitted else case.member.key
    if submitted:
        case.same_version()
    else:
        _pick_up(case, Action.APPROVE)
    newest = case.read_mention()
    _must_publish(case, writer)
    kept = small.draft(case.connection, case.conversation.id, writer) if submitted else None
    place(case, newest, _text(case, writer=writer, kept=kept))
    case.move(Action.APPROVE, **RELEASED, returned_note="")


def correct(case: Case) -> None:
    """Follow an answer that stands there by a better one, which no more people may read."""
    step(case.conversation.state, Action.CORRECT)
    _nothing_under_way(case, Action.CORRECT)
    newest = case.read_mention()
    _must_publish(case, case.member.key)
    stands = replies.standing(replies.of_conversation(case.connection, case.conversation.id))
    text = _text(case, writer=case.member.key, kind=ReplyKind.CORRECTION)
    if stands and stands[0].visibility is Visibility.PRIVATE:
        text = replace(text, privately=True)
    place(case, newest, text)
    case.move(Action.CORRECT)


def hold_back(case: Case) -> None:
    """Stop a reply that waits; every part of it."""
    live = replies.live(case.connection, case.conversation.id)
    if not live:
        raise NotAllowed(case.conversation.state, Action.HOLD_BACK)
    for waiting in live:
        reply.step(waiting.state, reply.Action.HOLD_BACK)
    for waiting in live:
        replies.change(case.connection, waiting.key, action=reply.Action.HOLD_BACK)
        jobs.cancel(case.connection, "post", waiting.key)
    if case.conversation.state is State.APPROVED:
        claims.give(case, Action.HOLD_BACK, live[0].written_by)
    else:
        case.move(Action.HOLD_BACK)


def retract(case: Case) -> None:
    """Take the newest answer away from the public channel."""
    step(case.conversation.state, Action.RETRACT)
    case.same_version()
    stands = replies.standing(replies.of_conversation(case.connection, case.conversation.id))
    if not stands or not channel_of(case).abilities.removes:
        raise NotAllowed(case.conversation.state, Action.RETRACT)
    for part in stands:
        lane = f"post:{part.account}"
        jobs.enqueue(case.connection, "remove", part.key, at=case.now, lane=lane, payload={"by": case.member.key})
    case.move(Action.RETRACT)


def confirm(case: Case) -> None:
    """A person looked: the reply stands there, or they placed it by hand."""
    step(case.conversation.state, Action.CONFIRM)
    last = case.last_reply
    if last is None or last.state not in (reply.State.UNSURE, reply.State.REFUSED):
        raise NotAllowed(case.conversation.state, Action.CONFIRM)
    by_hand = last.state is reply.State.REFUSED
    url = case.decision.url.strip()
    if not url.startswith("https://") and (by_hand or url):
        mend(url=say("Give the link of the post; it begins with https://."))
    if by_hand and not case.decision.text.strip():
        mend(text=say("Give the text as it stands there; the archive needs it."))
    posted = Posted(post_id="", url=url, at=last.intent_at or case.now)
    columns = {"text": case.decision.text.strip()} if by_hand else {}
    replies.change(
        case.connection,
        last.key,
        action=reply.Action.CONFIRM,
        posted=posted,
        confirmed_by=case.member.key,
        problem=None,
        **columns,
    )
    small.drop_draft(case.connection, case.conversation.id, last.written_by)
    small.drop_drafts(case.connection, case.conversation.id, until=last.approved_at)
    rest = [part for part in replies.live(case.connection, case.conversation.id) if part.follows == last.key]
    if rest:
        jobs.enqueue(case.connection, "post", rest[0].key, at=case.now, lane=f"post:{last.account}", urgency=0)
    elif not by_hand:
        learning.ask(case.connection, last.key, now=case.now)
    if rest or last.kind is ReplyKind.CORRECTION:
        case.move(Action.CONFIRM, state=case.conversation.state)
    else:
        case.move(Action.CONFIRM, **RELEASED)
        case.conversation = outcomes.over(case.connection, case.conversation, last, case.rules, now=case.now)


def send_again(case: Case) -> None:
    """A person looked: the reply does not stand there, so it is posted anew."""
    last = case.last_reply
    if last is None or last.state is not reply.State.UNSURE:
        raise NotAllowed(case.conversation.state, Action.SEND_AGAIN)
    case.same_version()
    if not case.decision.looked:
        mend(looked=say("Look first whether it is there, and tick the box."))
    _must_publish(case, last.written_by)
    send_after = case.now + case.rulebook.hold
    replies.change(
        case.connection,
        last.key,
        action=reply.Action.SEND_AGAIN,
        send_after=send_after,
        intent_at=None,
        problem=None,
        approved_by=case.member.key,
    )
    jobs.reschedule(case.connection, "post", last.key, at=send_after, lane=f"post:{last.account}")
    case.move(Action.SEND_AGAIN)


def _text(case: Case, *, writer: str, kept: Row[Any] | None = None, kind: ReplyKind = ReplyKind.ANSWER) -> Text:
    """Return what is handed in; ``kept``: what a colleague submitted, which stays private if it was."""
    decision = case.decision
    return Text(
        kind=kind,
        writer=writer,
        words=decision.text or (kept.text if kept else ""),
        entry=decision.entry or (kept.entry if kept else ""),
        privately=decision.privately or bool(kept and kept.privately),
    )


def _pick_up(case: Case, action: Action) -> None:
    """Take a claim that was released and that nobody took; refuse when somebody else is busy."""
    if case.conversation.state is State.OPEN:
        claims.give(case, Action.CLAIM, case.member.key)
    step(case.conversation.state, action)
    if case.conversation.state is State.CLAIMED and case.conversation.holder != case.member.key:
        raise NotAllowed(case.conversation.state, action)


def _nothing_under_way(case: Case, action: Action) -> None:
    if replies.live(case.connection, case.conversation.id):
        raise NotAllowed(case.conversation.state, action)


def _must_publish(case: Case, writer: str) -> None:
    if mandate.may_publish(case.member, case.conversation, case.rulebook, written_by=writer, today=case.today):
        return
    able = mandate.publishers(case.conversation, case.rulebook, written_by=writer, today=case.today)
    refuse(not_yourself(case, ", ".join(person.name for person in able)))


def not_yourself(case: Case, names: str) -> Sentence:
    """Return why this person may not place this, and who can."""
    topic = case.rulebook.topics.get(case.conversation.topic)
    department = case.rulebook.departments.get(case.conversation.department)
    about = topic.name if topic else department.name if department else case.conversation.department
    if not names:
        return say("Nobody may post about %(about)s yet. Ask the coordinator.", about=about)
    return say(
        "You may not post about %(about)s yourself. Have it checked; %(names)s can approve.", about=about, names=names
    )
