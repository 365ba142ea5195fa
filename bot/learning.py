"""Learns from what was posted: which words the answer was right for, and for which another one was better."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.model import ReplyKind, Visibility
from bot.model.answers import Verdict
from bot.offering import Offer
from bot.rules import Rules
from bot.store import conversations, jobs, mentions, phrasings, replies
from bot.store.records import Conversation, StoredMention, StoredReply
from knowledge.suggest.confidence import PERHAPS
from knowledge.wordings import EDITED, edited

OPEN_TO_ALL = (Visibility.PUBLIC, Visibility.UNLISTED)


def as_suggested(offer: Offer, text: str, entry: str) -> dict[str, Any]:
    """Return what the reply tells of its suggestion: what was offered first, how sure, and how much was changed.

    ``edited`` is about the entry that was used; for own words about the one that was offered.
    """
    offered = offer.suggestions()
    first = offered[0] if offered else None
    used = offer.known(entry) if entry else first
    told: dict[str, Any] = {}
    if first:
        told |= {"entry": first.entry, "score": first.score} | ({"pinned": True} if first.pinned_at else {})
    if used:
        told["edited"] = round(min(edited(known, text) for known in {used.answer, used.short or used.answer}), 3)
    return told


def ask(connection: Connection, key: str, *, now: datetime) -> None:
    """Have it learned from an answer that stands there as a whole: what was held back or refused answered nothing.

    In a transaction of its own: no trouble here may lose the word that a reply was posted.
    """
    jobs.enqueue(connection, "learn", key, at=now, urgency=2)


def teach(connection: Connection, conversation_id: int, entry: str, *, now: datetime) -> None:
    """Have it learned that this entry answers what was asked here: a colleague made it from the answer."""
    stands = replies.standing(replies.of_conversation(connection, conversation_id))
    if stands:
        jobs.enqueue(connection, "learn", f"{stands[0].key} {entry}", at=now, urgency=2)


def learn(connection: Connection, subject: str, rules: Rules, *, now: datetime) -> None:
    """Learn from a reply that was posted; behind its key may stand the entry that was made from it.

    Nothing is learned from what few may read, from what the response protocol treats, about sensitive topics, from an
    answer that was taken away, or when the citizen changed the message since.
    """
    key, _, made = subject.partition(" ")
    stored = replies.get(connection, key)
    if stored is None or stored.retracted_at:
        return
    first = _first(connection, stored)
    conversation = conversations.get(connection, stored.conversation_id)
    mention = mentions.get(connection, stored.seen.mention_id)
    if (
        first.kind is not ReplyKind.ANSWER
        or conversation is None
        or not _may_learn(conversation, mention, first, rules)
    ):
        return
    if verdicts := {made: Verdict.CONFIRMED} if made else _verdicts(first):
        text = rules.advisor.wording(mention.mention.text, author=mention.mention.author)
        for entry, verdict in verdicts.items() if text else ():
            phrasings.add(
                connection,
                entry=entry,
                text=text,
                verdict=verdict,
                mention_id=mention.id,
                conversation_id=conversation.id,
                reply_key=first.key,
                at=now,
                by=first.approved_by,
            )


def unlearn(connection: Connection, stored: StoredReply, *, by: str, now: datetime) -> None:
    """An answer was taken away: it teaches nothing any more."""
    phrasings.undo_reply(connection, _first(connection, stored).key, at=now, by=by)


def _verdicts(first: StoredReply) -> dict[str, Verdict]:
    """Return for which entries this was right or wrong.

    Of what was offered only the first counts as rejected: it stood on the card, so somebody saw it and chose otherwise.
    """
    told, changed = first.suggestion, first.suggestion.get("edited", 1.0)
    offered = str(told.get("entry", "")) if told.get("score", 0.0) >= PERHAPS and not told.get("pinned") else ""
    found: dict[str, Verdict] = {}
    if offered and offered != first.entry and (first.entry or changed > EDITED):
        found[offered] = Verdict.REJECTED
    if first.entry and changed <= EDITED:
        found[first.entry] = Verdict.CONFIRMED
    return found


def _may_learn(conversation: Conversation, mention: StoredMention, first: StoredReply, rules: Rules) -> bool:
    route = mention.advice.route if mention.advice else None
    topic = rules.rulebook.topics.get(conversation.topic)
    protected = conversation.protocol or (route and route.protocol) or (topic and topic.sensitive)
    seen_by_all = {conversation.visibility, mention.mention.visibility} <= set(OPEN_TO_ALL)
    return seen_by_all and not protected and not mention.deleted_at and mention.seen == first.seen


def _first(connection: Connection, stored: StoredReply) -> StoredReply:
    """Return the first part of an answer in parts: it tells what the whole is."""
    while stored.follows and (before := replies.get(connection, stored.follows)):
        stored = before
    return stored
