"""The first line of a card: what state, by when, public or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot import reply
from bot.conversation import State
from bot.model import Card, Face, Recovery, ReplyKind, Who
from handlers.cards.words import (
    CLOSE_REASONS,
    Part,
    audience,
    first_name,
    in_short,
    is_private,
    is_thanks,
    our_answer,
    went_private,
)
from handlers.wording import Exact
from knowledge.sentence import Sentence, say

SHORT_QUOTE = 60


def head(card: Card) -> Iterator[Part]:
    match card.face:
        case Face.NEW | Face.OPEN if card.remind_at and card.remind_by:
            yield reminder(card.remind_by, card.remind_at)
            yield from _open_head(card)
        case Face.NEW:
            yield say("New")
            yield from _open_head(card)
        case Face.OPEN:
            yield say("Open")
            yield from _news(card)
            yield from _open_head(card)
        case Face.CLAIMED:
            yield from _claimed_head(card)
        case Face.SUBMITTED:
            yield say("Waiting for a check")
            if card.submitted_by and card.submitted_at:
                yield say("by %(name)s, %(at)s", name=first_name(card.submitted_by), at=card.submitted_at)
            yield from _due(card)
        case Face.WAITING | Face.SENDING:
            yield _on_its_way(card)
            yield from _how(card)
        case Face.ANSWERED:
            yield from _answered_head(card)
        case Face.CLOSED:
            yield from _closed_head(card)
        case Face.FOLDED:
            yield say("Merged")
            yield _who_said(card)
        case Face.WITHDRAWN:
            yield say("Deleted by the sender")
            yield say("%(author)s, %(at)s", author=card.mention.author, at=card.mention.posted_at)
        case Face.REFUSED if card.state is State.ANSWERED:
            yield _trouble(card)
            yield from _our_answer(card, still=True)
        case Face.REFUSED | Face.BLOCKED | Face.UNSURE:
            yield _trouble(card)
            yield from _due(card)


def _open_head(card: Card) -> Iterator[Part]:
    if card.route.urgent:
        yield say("Urgent")
    if not card.mention.addressed:
        yield say("Not addressed to us")
        yield say('search query "%(query)s"', query=card.mention.query)
    yield from _due(card)
    yield audience(card.mention.visibility, card.abilities.title)


def _claimed_head(card: Card) -> Iterator[Part]:
    if card.asked:
        name = first_name(card.asked)
        yield (
            say("Put to %(name)s, answer before %(at)s", name=name, at=card.asked_until)
            if card.asked_until
            else say("Put to %(name)s", name=name)
        )
    elif card.remind_at and card.remind_by:
        yield reminder(card.remind_by, card.remind_at)
    elif card.holder and card.held_since:
        yield say("In progress")
        name = first_name(card.holder)
        if card.writing:
            yield say("%(name)s is writing, since %(at)s", name=name, at=card.held_since)
        else:
            yield say("with %(name)s, since %(at)s", name=name, at=card.held_since)
    else:
        yield say("In progress")
    yield from _due(card)


def reminder(by: Who, at: datetime) -> Sentence:
    return say("Reminder at %(at)s, by %(name)s", at=at, name=first_name(by))


def _due(card: Card) -> Iterator[Part]:
    if card.due_at and card.late:
        yield say("Late")
        yield say("the norm was %(at)s", at=card.due_at)
    elif card.due_at:
        yield say("reply before %(at)s", at=card.due_at)


def _news(card: Card) -> Iterator[Part]:
    """Say what happened since we answered or closed: "reageert opnieuw, 14:40 · ons antwoord: 14:09, Jan"."""
    answer = our_answer(card)
    before = answer.posted.at if answer and answer.posted else card.closed_at
    if before and card.mention.posted_at > before and card.follow_ups:
        at = card.mention.posted_at
        yield say("thanks, %(at)s", at=at) if is_thanks(card) else say("reacts again, %(at)s", at=at)
    if answer:
        yield from _our_answer(card)
    elif card.closed_at and card.closed_by:
        yield say("no reply needed: %(at)s, %(name)s", at=card.closed_at, name=first_name(card.closed_by))
    if _refused_correction(card):
        yield say("correction not posted")


def _our_answer(card: Card, *, still: bool = False) -> Iterator[Part]:
    answer = our_answer(card)
    if answer and answer.posted:
        at, name = answer.posted.at, first_name(answer.approved_by or answer.written_by)
        if still:
            yield say("our answer still stands: %(at)s, %(name)s", at=at, name=name)
        else:
            yield say("our answer: %(at)s, %(name)s", at=at, name=name)


def _refused_correction(card: Card) -> bool:
    return bool(card.reply and card.reply.kind is ReplyKind.CORRECTION and card.reply.state is reply.State.REFUSED)


def _how(card: Card) -> Iterator[Part]:
    if went_private(card):
        yield say("in a private message")


def _on_its_way(card: Card) -> Sentence:
    if card.reply is None:
        return say("Being posted")
    name = first_name(card.reply.approved_by or card.reply.written_by)
    if card.face is Face.WAITING and card.reply.send_after:
        return say("Will be posted at %(at)s, by %(name)s", at=Exact(card.reply.send_after), name=name)
    return say("Is being posted, by %(name)s", name=name)


def _answered_head(card: Card) -> Iterator[Part]:
    yield say("Answered")
    yield from _how(card)
    if card.reply and card.reply.posted:
        by = card.reply.approved_by or card.reply.written_by
        yield say("%(name)s, %(at)s", name=by.name, at=card.reply.posted.at)
        if card.reply.kind is ReplyKind.CORRECTION:
            yield say("corrected")
        if card.reply.retracted_at:
            yield say("retracted, %(at)s", at=card.reply.retracted_at)
    yield _who_said(card)


def _closed_head(card: Card) -> Iterator[Part]:
    yield say("No reply needed")
    if card.close_reason:
        reason = CLOSE_REASONS[card.close_reason]
        yield say("%(reason)s (%(note)s)", reason=reason, note=card.close_note) if card.close_note else reason
    if card.closed_by and card.closed_at:
        yield say("%(name)s, %(at)s", name=first_name(card.closed_by), at=card.closed_at)
    yield _who_said(card)


def _who_said(card: Card) -> Sentence:
    if is_private(card) or card.withdrawn or not card.mention.text:
        return say("%(author)s, %(at)s", author=card.mention.author, at=card.mention.posted_at)
    return say('%(author)s: "%(quote)s"', author=card.mention.author, quote=in_short(card, SHORT_QUOTE))


def _trouble(card: Card) -> Sentence:
    title = card.abilities.title
    if card.face is Face.BLOCKED:
        return say(
            "Cannot post: the connection with %(title)s has expired. The administrator has been told.", title=title
        )
    if card.face is Face.REFUSED:
        problem = card.reply.problem if card.reply else None
        if _refused_correction(card):
            return say("Correction not posted: %(reason)s", reason=problem or say("the channel does not take it."))
        return say("Not posted: %(reason)s", reason=problem) if problem else say("Not posted")
    if card.abilities.recovery_for(card.mention.visibility) is Recovery.ASK:
        return say("Maybe posted. We cannot check this. Posting again may make it double.")
    return say("Maybe posted. We got no answer from %(title)s. Please look.", title=title)
