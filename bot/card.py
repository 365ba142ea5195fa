"""Draws the card of a conversation from what the store knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot import reply
from bot.conversation import NEXT, Action, State
from bot.handling import handling
from bot.model import Abilities, Card, Face, Mention, Recovery, ReplyKind, ReplyShown, Submitted, Visibility
from bot.offering import ANYBODY, Offer
from bot.ports import PublicChannel
from bot.rules import Rules, department_of, who
from bot.store import conversations, mentions, replies, small
from bot.store.records import Conversation, StoredMention, StoredReply
from knowledge.advice import Route, Suggestion
from knowledge.rulebook.values import Account, Kind, Member, ProtocolClass
from knowledge.text import clean

PEOPLE = tuple(Action)[: tuple(Action).index(Action.SENT)]  # what a person can do
CONTEXT = 60  # characters of our own post on the card
OF_REPLY = {
    reply.State.WAITING: Face.WAITING,
    reply.State.SENDING: Face.SENDING,
    reply.State.BLOCKED: Face.BLOCKED,
    reply.State.UNSURE: Face.UNSURE,
}
OF_STATE = {
    State.OPEN: Face.NEW,
    State.CLAIMED: Face.CLAIMED,
    State.SUBMITTED: Face.SUBMITTED,
    State.APPROVED: Face.SENDING,
    State.ANSWERED: Face.ANSWERED,
    State.CLOSED: Face.CLOSED,
    State.FOLDED: Face.FOLDED,
    State.WITHDRAWN: Face.WITHDRAWN,
}
NO_CHANNEL = Abilities(recovery=Recovery.ASK, max_length=280, host="", title="")  # an account that left the rulebook


@dataclass(frozen=True, slots=True)
class Draftsman:
    """Knows the rules and the channels that every card needs."""

    rules: Rules
    channels: Mapping[str, PublicChannel]

    def draw(self, connection: Connection, conversation: Conversation, *, now: datetime) -> Card:
        """Return the card as it looks now."""
        rulebook = self.rules.rulebook
        mentioned = mentions.of_conversation(connection, conversation.id)
        answers = replies.of_conversation(connection, conversation.id)
        newest = next((m for m in reversed(mentioned) if not m.deleted_at), mentioned[-1])
        last, stands = replies.telling(answers), replies.standing(answers)
        abilities = self.abilities(conversation.account)
        topic = rulebook.topics.get(conversation.topic)
        context = self._context(connection, newest)
        suggestions = self.offer(connection, conversation, newest, now=now).suggestions()
        return Card(
            conversation_id=conversation.id,
            version=conversation.version,
            state=conversation.state,
            face=face(conversation, last, corrects=bool(stands)),
            actions=actions(conversation, answers, abilities),
            account=self.account(conversation.account),
            abilities=abilities,
            mention=self._shown(conversation, newest),
            seen=newest.seen,
            edited=newest.edited_at is not None,
            withdrawn=newest.deleted_at is not None,
            follow_ups=conversation.follow_ups,
            route=self._route(conversation, newest),
            department=department_of(rulebook, conversation.department).name,
            topic=topic.name if topic else "",
            suggestion=suggestions[0] if suggestions else None,
            context=context[0] if context else "",
            context_at=context[1] if context else None,
            contacts_before=conversations.contacts_before(connection, conversation),
            due_at=conversation.due_at,
            late=conversation.due_at is not None and conversation.due_at < now,
            reopened=conversation.reopened,
            folded_into=conversation.folded_into,
            submitted=self._submitted(connection, conversation, newest, suggestions),
            reply=self._reply(last) if last else None,
            standing=self._reply(stands[0]) if stands else None,
            **handling(conversation, rulebook),
        )

    def offer(
        self,
        connection: Connection,
        conversation: Conversation,
        newest: StoredMention,
        *,
        now: datetime,
        writer: Member = ANYBODY,
    ) -> Offer:
        return Offer(
            connection=connection,
            rulebook=self.rules.rulebook,
            conversation=conversation,
            newest=newest,
            channel=self.channels.get(conversation.account),
            now=now,
            writer=writer,
        )

    def abilities(self, account: str) -> Abilities:
        channel = self.channels.get(account)
        return channel.abilities if channel else replace(NO_CHANNEL, title=account)

    def account(self, key: str) -> Account:
        known = self.rules.rulebook.accounts.get(key)
        return known or Account(key=key, channel="", name=key)

    def _shown(self, conversation: Conversation, newest: StoredMention) -> Mention:
        author = clean(newest.mention.author).strip() or newest.mention.author_id
        if is_private(conversation, newest) or newest.deleted_at:
            return replace(newest.mention, author=author, text="")
        return replace(newest.mention, author=author, text=self.rules.advisor.presentable(newest.mention.text))

    def _route(self, conversation: Conversation, newest: StoredMention) -> Route:
        """Return the route as it is now: people may have forwarded it since it was advised."""
        advised = newest.advice.route if newest.advice else Route(department=conversation.department)
        return replace(
            advised,
            department=conversation.department,
            topic=conversation.topic,
            urgent=conversation.urgent,
            kind=advised.kind if newest.advice else Kind(conversation.kind or Kind.OTHER),  # of the newest message
            protocol=ProtocolClass(conversation.protocol) if conversation.protocol else None,
        )

    def _context(self, connection: Connection, newest: StoredMention) -> tuple[str, datetime] | None:
        parent = newest.mention.parent_id
        if not parent:
            return None
        ours = replies.of_post(connection, account=newest.mention.account, post_id=parent)
        if ours and ours.posted:
            return ours.text[:CONTEXT], ours.posted.at
        post = mentions.own_post(connection, account=newest.mention.account, post_id=parent)
        return (post.text[:CONTEXT], post.at) if post else None

    def _submitted(
        self,
        connection: Connection,
        conversation: Conversation,
        newest: StoredMention,
        suggestions: Sequence[Suggestion],
    ) -> Submitted | None:
        """Return the text that waits for a check; none of it in a channel when the message is private."""
        if conversation.state is not State.SUBMITTED or is_private(conversation, newest):
            return None
        kept = small.draft(connection, conversation.id, conversation.submitted_by)
        if kept is None or kept.privately:
            return None
        source = next((each for each in suggestions if each.entry == kept.entry != ""), None)
        return Submitted(text=kept.text, standard=source.answer if source else "")

    def _reply(self, last: StoredReply) -> ReplyShown:
        writer = who(self.rules.rulebook, last.written_by)
        assert writer  # noqa: S101
        return ReplyShown(
            key=last.key,
            kind=ReplyKind(last.kind),
            state=last.state,
            text=last.text,
            written_by=writer,
            approved_by=who(self.rules.rulebook, last.approved_by),
            send_after=last.send_after if last.state is reply.State.WAITING else None,
            posted=last.posted,
            retracted_at=last.retracted_at,
            problem=last.problem,
            visibility=last.visibility,
            entry=last.entry,
        )


def is_private(conversation: Conversation, newest: StoredMention) -> bool:
    """Tell whether the citizen's words stay out of channels: also when only the newest message is private."""
    return Visibility.PRIVATE in (conversation.visibility, newest.mention.visibility)


def face(conversation: Conversation, last: StoredReply | None, *, corrects: bool = False) -> Face:
    """Return the first word of the card: a reply under way goes before the conversation's own state.

    ``corrects``: an answer of ours stands there, so what was refused is a correction of it.
    """
    answering = conversation.state in (State.APPROVED, State.ANSWERED, State.WITHDRAWN)
    if last and last.state in OF_REPLY and (answering or last.state is reply.State.UNSURE):
        return OF_REPLY[last.state]
    refusable = (State.CLAIMED, State.ANSWERED) if corrects else (State.CLAIMED,)
    if last and last.state is reply.State.REFUSED and conversation.state in refusable:
        return Face.REFUSED
    if conversation.state is State.OPEN and conversation.reopened:
        return Face.OPEN
    return OF_STATE[conversation.state]


def actions(conversation: Conversation, answers: Sequence[StoredReply], abilities: Abilities) -> tuple[Action, ...]:
    """Return what people may do in this state, the states of its replies counted in."""
    last = replies.telling(answers)
    state = last.state if last else None
    stands = bool(replies.standing(answers)) and state not in reply.LIVE
    needs = {
        Action.HOLD_BACK: state in (reply.State.WAITING, reply.State.BLOCKED),
        Action.CONFIRM: state in (reply.State.UNSURE, reply.State.REFUSED),
        Action.SEND_AGAIN: state is reply.State.UNSURE,
        Action.CORRECT: stands,
        Action.RETRACT: stands and abilities.removes,
    }
    return tuple(action for action in PEOPLE if action in NEXT[conversation.state] and needs.get(action, True))
