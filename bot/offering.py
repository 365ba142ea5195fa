"""What a civil servant is offered now: the answers of the base as they are today, and what is pinned before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot import compose
from bot.ports import PublicChannel
from bot.rules import local_day
from bot.store import answers, pins
from bot.store.records import Conversation, StoredEntry, StoredMention
from knowledge.advice import Suggestion
from knowledge.protocol import treatment
from knowledge.rulebook.values import Member, ProtocolClass, Rulebook
from knowledge.templates import fill

ANYBODY = Member(key="", name="Wilhelmina", initials="WWW")  # on a card nobody signs yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One conversation at one moment; ``writer`` decides how much room the sign-off takes."""

    connection: Connection
    rulebook: Rulebook
    conversation: Conversation
    newest: StoredMention
    channel: PublicChannel | None
    now: datetime
    writer: Member = ANYBODY

    def suggestions(self) -> tuple[Suggestion, ...]:
        """Return what was advised as far as it still holds; a pin is the only one, but for 112."""
        advised = self.newest.advice.suggestions if self.newest.advice else ()
        current = self.current(advised)
        if self._silent():
            return current
        pinned = self.pinned()
        if pinned is None:
            return current
        urgent = self.conversation.urgent or bool(self.newest.advice and self.newest.advice.route.urgent)
        return (*(fixed for fixed in current if not fixed.entry and urgent), pinned)

    def searched(self, found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
        """Return what a search found, with what is pinned to the topic before it."""
        pinned = None if self._silent() else self.pinned()
        return (*([pinned] if pinned else []), *self.current(found))

    def current(self, advised: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
        """Return those that may still be used, in the words of today."""
        known = answers.some(self.connection, [each.entry for each in advised if each.entry])
        return tuple(self.fitted(found) for each in advised if (found := self._today(each, known)))

    def known(self, key: str) -> Suggestion | None:
        """Return one entry as it is offered here."""
        stored = answers.some(self.connection, [key]).get(key)
        if stored is None:
            return next((each for each in self.suggestions() if each.entry == key), None)
        entry = stored.entry
        return self.fitted(
            Suggestion(entry=key, title=entry.question, answer=entry.answer, short=entry.short, language=entry.language)
        )

    def pinned(self) -> Suggestion | None:
        """Return the spokesperson's text for this topic."""
        row = pins.of_topic(self.connection, self.conversation.topic, now=self.now)
        if row is None:
            return None
        return self.fitted(Suggestion(entry="", title="", answer=row.text, pinned_at=row.from_at))

    def fitted(self, suggestion: Suggestion) -> Suggestion:
        """Return it in the tone of the account, and short where the whole answer has no room."""
        answer, short = self._said(suggestion.answer), self._said(suggestion.short)
        if short and self.channel and self.channel.length(answer) > self._room(self.channel):
            answer = short
        return replace(suggestion, answer=answer, short=short)

    def _today(self, advised: Suggestion, known: Mapping[str, StoredEntry]) -> Suggestion | None:
        """Return an advised entry as it stands now; None when it was retired or has expired.

        What is no entry of the base, a fixed text for instance, stands as it was advised.
        """
        stored = known.get(advised.entry)
        if stored is None:
            return advised
        entry = stored.entry
        if stored.retired_at or not entry.valid(local_day(self.rulebook, self.now)):
            return None
        return replace(
            advised,
            title=entry.question,
            answer=entry.answer,
            short=entry.short,
            source=entry.source,
            language=entry.language,
        )

    def _silent(self) -> bool:
        """Tell whether the response protocol says what is offered, if anything: threats, signs of self-harm."""
        advised = self.newest.advice.route.protocol if self.newest.advice else None
        protocol = advised or (ProtocolClass(self.conversation.protocol) if self.conversation.protocol else None)
        return protocol is not None and not treatment(protocol, self.rulebook).suggest

    def _said(self, text: str) -> str:
        account = self.rulebook.accounts.get(self.conversation.account)
        return fill(text, formal=account.formal if account else True, town=self.rulebook.town.name)

    def _room(self, channel: PublicChannel) -> int:
        return compose.room(channel, self.newest.mention, self.writer)
