"""The decisions that put a text on a public channel, or keep it off: the only code that makes a reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import claims, compose, learning, mandate, outcomes, reply
from bot.card_places import RELEASED
from bot.case import Case, mend, refuse
from bot.conversation import Action, State, step
from bot.errors import NotAllowed
from bot.model import Posted, ReplyKind, Visibility
from bot.offering import Offer
from bot.ports import PublicChannel
from bot.store import jobs, mentions, replies, small
from bot.store.records import StoredMention
from knowledge.protocol import treatment
from knowledge.rulebook.values import Member, ProtocolClass
from knowledge.sentence import Sentence, say


def submit(case: Case) -> None:
    """Have a text checked by somebody else."""
    _pick_up(case, Action.SUBMIT)
    newest = case.read_mention()
    if not mandate.publishers(case.conversation, case.rulebook, written_by=case.member.key, today=case.today):
        refuse(not_yourself(case, ""))
    _composed(case, newest, case.decision.text, writer=case.member)
    _keep_text(case, writer=case.member.key, text=case.decision.text, entry=case.decision.entry)
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
    kept = small.draft(case.connection, case.conversation.id, writer)
    text = case.decision.text or (kept.text if submitted and kept else "")
    entry = case.decision.entry or (kept.entry if submitted and kept else "")
    signer = case.rulebook.members.get(writer, case.member)
    parts = _composed(case, newest, text, writer=signer)
    _keep_text(case, writer=writer, text=text, entry=entry)
    suggestion = learning.as_suggested(_offer(case, newest, signer), text, entry)
    _add_replies(case, newest, parts, kind=ReplyKind.ANSWER, writer=writer, entry=entry, suggestion=suggestion)
    case.move(Action.APPROVE, **RELEASED, returned_note="")


def correct(case: Case) -> None:
    """Follow an answer that stands there by a better one."""
    step(case.conversation.state, Action.CORRECT)
    _nothing_under_way(case, Action.CORRECT)
    newest = case.read_mention()
    _must_publish(case, case.member.key)
    parts = _composed(case, newest, case.decision.text, writer=case.member)
    text, entry = case.decision.text, case.decision.entry
    _keep_text(case, writer=case.member.key, text=text, entry=entry, kind=ReplyKind.CORRECTION)
    suggestion = learning.as_suggested(_offer(case, newest, case.member), text, entry)
    _add_replies(
        case,
        newest,
        parts,
        kind=ReplyKind.CORRECTION,
        writer=case.member.key,
        entry=entry,
        suggestion=suggestion,
    )
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
    if not stands or not _channel(case).abilities.removes:
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


def _composed(case: Case, newest: StoredMention, text: str, *, writer: Member) -> tuple[str, ...]:
    """Return the parts that will stand there; refuse with the field that must be mended."""
    channel = _channel(case)
    composed = compose.compose(
        text, mention=newest.mention, member=writer, channel=channel, rules=case.rules, split=case.decision.split
    )
    if composed.blocked:
        mend(text=composed.blocked)
    if composed.too_long:
        mend(text=compose.too_long(composed, channel))
    if composed.warnings and not case.decision.personal_allowed:
        mend(personal=composed.warnings[0])
    return composed.parts


def _add_replies(
    case: Case,
    newest: StoredMention,
    parts: tuple[str, ...],
    *,
    kind: ReplyKind,
    writer: str,
    entry: str,
    suggestion: Mapping[str, Any],
) -> None:
    send_after = _send_after(case, newest)
    mention = newest.mention
    for number, text in enumerate(parts, start=1):
        key = case.key if number == 1 else f"{case.key}-{number}"
        replies.add(
            case.connection,
            key=key,
            conversation_id=case.conversation.id,
            account=case.conversation.account,
            kind=kind if number == 1 else ReplyKind.PART,
            state=reply.State.WAITING,
            part=number,
            parts=len(parts),
            follows="" if number == 1 else case.key if number == 2 else f"{case.key}-{number - 1}",
            text=text,
            text_hash=mentions.text_hash(text),
            mention_id=newest.id,
            mention_version=newest.version,
            mention_hash=newest.text_hash,
            visibility=_visibility(mention.visibility, _channel(case)),
            language=case.conversation.language or case.rulebook.town.language,
            department=case.conversation.department,
            topic=case.conversation.topic,
            written_by=writer,
            approved_by=case.member.key,
            approved_at=case.now,
            send_after=send_after,
            entry=entry,
            suggestion=dict(suggestion),
            personal_allowed=case.decision.personal_allowed,
        )
    jobs.enqueue(
        case.connection,
        "post",
        case.key,
        at=send_after,
        lane=f"post:{case.conversation.account}",
        urgency=0 if case.conversation.urgent else 1,
    )


def _offer(case: Case, newest: StoredMention, writer: Member) -> Offer:
    return Offer(
        connection=case.connection,
        rulebook=case.rulebook,
        conversation=case.conversation,
        newest=newest,
        channel=case.channel,
        now=case.now,
        writer=writer,
    )


def _send_after(case: Case, newest: StoredMention) -> datetime:
    """Return the end of the ten seconds, or of the cooling-down that the protocol asks."""
    protocol = case.conversation.protocol
    wait = treatment(ProtocolClass(protocol), case.rulebook).wait if protocol else timedelta(0)
    return max(case.now + case.rulebook.hold, newest.received_at + wait)


def _visibility(asked: Visibility, channel: PublicChannel) -> Visibility:
    """Return the mention's own visibility, or the widest one that is narrower and that the channel can do."""
    fitting = [v for v in Visibility if asked.allows(v) and v in channel.abilities.visibilities]
    if not fitting:
        refuse(say("%(channel)s cannot answer this message privately.", channel=channel.abilities.title))
    return fitting[0]


def _channel(case: Case) -> PublicChannel:
    if case.channel is None:
        refuse(say("The account %(account)s is not connected.", account=case.conversation.account))
    return case.channel


def _keep_text(case: Case, *, writer: str, text: str, entry: str, kind: ReplyKind = ReplyKind.ANSWER) -> None:
    """The draft stays until the reply stands there: it may be held back or refused."""
    small.save_draft(
        case.connection,
        conversation_id=case.conversation.id,
        member=writer,
        text=text,
        entry=entry,
        kind=kind,
        saved_at=case.now,
    )
