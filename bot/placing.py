"""Puts a text on its way that may be placed: checked, in parts, as replies with the job that posts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import compose, learning, privately, reply
from bot.case import Case, mend, refuse
from bot.model import ReplyKind, Visibility
from bot.offering import Offer
from bot.ports import PublicChannel
from bot.store import jobs, mentions, replies, small
from bot.store.records import StoredMention
from knowledge.protocol import treatment
from knowledge.rulebook.values import Member, ProtocolClass
from knowledge.sentence import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What somebody hands in; ``writer`` is the key of who wrote it and signs it."""

    kind: ReplyKind = ReplyKind.ANSWER
    writer: str
    words: str
    entry: str = ""
    privately: bool = False  # to the author of a public message alone


def checked(case: Case, newest: StoredMention, text: Text) -> tuple[str, ...]:
    """Return the parts that will stand there; refuse with the field that must be mended."""
    channel = channel_of(case)
    composed = compose.compose(
        text.words,
        mention=newest.mention,
        member=_signer(case, text),
        channel=channel,
        rules=case.rules,
        split=case.decision.split,
    )
    visibility(case, newest, text)
    if composed.blocked:
        mend(text=composed.blocked)
    if composed.too_long:
        mend(text=compose.too_long(composed, channel))
    if composed.warnings and not case.decision.personal_allowed:
        mend(personal=composed.warnings[0])
    return composed.parts


def keep(case: Case, text: Text) -> None:
    """Keep the draft until the reply stands there: it may be held back or refused."""
    small.save_draft(
        case.connection,
        conversation_id=case.conversation.id,
        member=text.writer,
        text=text.words,
        entry=text.entry,
        kind=text.kind,
        privately=text.privately,
        saved_at=case.now,
    )


def place(case: Case, newest: StoredMention, text: Text) -> None:
    """Store the parts of an approved text, and have the first one posted when its moment comes."""
    parts = checked(case, newest, text)
    keep(case, text)
    send_after = _send_after(case, newest)
    for number, part in enumerate(parts, start=1):
        _add(case, newest, text, part=part, number=number, of=len(parts), send_after=send_after)
    lane, urgency = f"post:{case.conversation.account}", 0 if case.conversation.urgent else 1
    jobs.enqueue(case.connection, "post", case.key, at=send_after, lane=lane, urgency=urgency)


def visibility(case: Case, newest: StoredMention, text: Text) -> Visibility:
    """Return who may read it: as the message, or fewer; refuse what the channel cannot do."""
    channel, asked = channel_of(case), newest.mention.visibility
    if text.privately and asked is not Visibility.PRIVATE:
        if not privately.possible(case.connection, newest.mention, channel.abilities):
            refuse(say("%(channel)s cannot answer this message privately.", channel=channel.abilities.title))
        return Visibility.PRIVATE
    found = privately.widest(asked, channel.abilities)
    if found is None:
        refuse(say("%(channel)s cannot answer this message privately.", channel=channel.abilities.title))
    return found


def channel_of(case: Case) -> PublicChannel:
    if case.channel is None:
        refuse(say("The account %(account)s is not connected.", account=case.conversation.account))
    return case.channel


def _add(
    case: Case, newest: StoredMention, text: Text, *, part: str, number: int, of: int, send_after: datetime
) -> None:
    """Store one part, bound to what the writer saw of the message."""
    before = "" if number == 1 else _key(case, number - 1)
    replies.add(
        case.connection,
        key=_key(case, number),
        conversation_id=case.conversation.id,
        account=case.conversation.account,
        kind=text.kind if number == 1 else ReplyKind.PART,
        state=reply.State.WAITING,
        part=number,
        parts=of,
        follows=before,
        text=part,
        text_hash=mentions.text_hash(part),
        mention_id=newest.id,
        mention_version=newest.version,
        mention_hash=newest.text_hash,
        visibility=visibility(case, newest, text),
        language=case.conversation.language or case.rulebook.town.language,
        department=case.conversation.department,
        topic=case.conversation.topic,
        written_by=text.writer,
        approved_by=case.member.key,
        approved_at=case.now,
        send_after=send_after,
        entry=text.entry,
        suggestion=learning.as_suggested(_offer(case, newest, text), text.words, text.entry),
        personal_allowed=case.decision.personal_allowed,
    )


def _key(case: Case, number: int) -> str:
    return case.key if number == 1 else f"{case.key}-{number}"


def _offer(case: Case, newest: StoredMention, text: Text) -> Offer:
    return Offer(
        connection=case.connection,
        rulebook=case.rulebook,
        conversation=case.conversation,
        newest=newest,
        channel=case.channel,
        now=case.now,
        writer=_signer(case, text),
    )


def _signer(case: Case, text: Text) -> Member:
    return case.rulebook.members.get(text.writer, case.member)


def _send_after(case: Case, newest: StoredMention) -> datetime:
    """Return the end of the ten seconds, or of the cooling-down that the protocol asks."""
    protocol = case.conversation.protocol
    wait = treatment(ProtocolClass(protocol), case.rulebook).wait if protocol else timedelta(0)
    return max(case.now + case.rulebook.hold, newest.received_at + wait)
