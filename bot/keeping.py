"""What changes an answer of the knowledge base, each within one transaction by one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bot import learning, mandate
from bot.model import Told, Wrong
from bot.model.answers import Origin, Proposed, Saved
from bot.rules import local_day, who
from bot.store import answers, audit, phrasings, proposals
from bot.store.records import StoredEntry
from knowledge import faq
from knowledge.exchange.keys import key_for
from knowledge.faq import Entry
from knowledge.rulebook.values import Member, Rulebook
from knowledge.sentence import Sentence, say
from knowledge.text import tokens

GONE = say("This answer does not exist.")
ONLY_READING = say("You have no mandate to change answers. Ask the coordinator.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """One transaction of one person who keeps the answers."""

    connection: Connection
    member: Member
    rulebook: Rulebook
    now: datetime
    origin: Origin = Origin.PAGE
    desk: str = "web"

    @property
    def today(self) -> date:
        return local_day(self.rulebook, self.now)

    def save(
        self, entry: Entry, *, seen: int, note: str = "", conversation_id: int = 0
    ) -> Saved | Proposed | Told | Wrong:
        """Publish the next revision, or put it to those who may; ``seen`` 0: this is a new answer."""
        answers.one_at_a_time(self.connection)
        entry = tidy(entry, taken=self._taken if seen == 0 else None)
        if wrong := self.wrong(entry):
            return Wrong(fields=wrong)
        stored = answers.get(self.connection, entry.key)
        if seen != (stored.revision if stored else 0):
            return Told(sentence=self._overtaken(stored))
        if stored and stored.entry == entry and stored.retired_at is None:
            return Saved(key=entry.key, revision=seen)
        if self._may(entry, stored):
            return self._write(entry, seen=seen, note=note, conversation_id=conversation_id)
        return self._propose(entry, seen=seen, note=note, conversation_id=conversation_id)

    def retire(self, key: str, *, seen: int) -> Saved | Told:
        """Take an answer out of use; it stays in the history."""
        answers.one_at_a_time(self.connection)
        stored = answers.get(self.connection, key)
        if stored is None:
            return Told(sentence=GONE)
        if stored.revision != seen or stored.retired_at:
            return Told(sentence=self._overtaken(stored))
        if not self._may(stored.entry, stored):
            return Told(sentence=self.not_yours(stored.entry))
        return self._write(stored.entry, seen=seen, retired=True)

    def restore(self, key: str, number: int, *, seen: int) -> Saved | Told:
        """Make an older revision the newest one."""
        answers.one_at_a_time(self.connection)
        stored, row = answers.get(self.connection, key), answers.revision(self.connection, key, number)
        if stored is None or row is None:
            return Told(sentence=GONE)
        entry = answers.entry_of(row)
        if stored.revision != seen:
            return Told(sentence=self._overtaken(stored))
        if twin := self._twin(entry):
            return Told(sentence=_same_question(twin))
        if not self._may(entry, stored):
            return Told(sentence=self.not_yours(stored.entry))
        return self._write(entry, seen=seen)

    def accept(self, proposal_id: int) -> Saved | Told:
        """Publish what somebody proposed; refused when the answer was changed since."""
        answers.one_at_a_time(self.connection)
        row = proposals.get(self.connection, proposal_id)
        if row is None or row.decided_at:
            return Told(sentence=self._decided(row.decided_by if row else ""))
        entry = answers.entry_of(row)
        stored = answers.get(self.connection, row.key)
        if not self._may(entry, stored):
            return Told(sentence=self.not_yours(stored.entry if stored else entry))
        if row.base_revision != (stored.revision if stored else 0):
            return Told(sentence=self._overtaken(stored))
        if twin := self._twin(entry):
            return Told(sentence=_same_question(twin))
        proposals.decide(self.connection, proposal_id, verdict="accepted", by=self.member.key, at=self.now)
        return self._write(
            entry,
            seen=row.base_revision,
            note=row.note,
            proposed_by=row.by,
            conversation_id=row.conversation_id,
        )

    def decline(self, proposal_id: int, *, reason: str) -> Told | None:
        """Turn a proposal down, with a word for who made it; None: done."""
        answers.one_at_a_time(self.connection)
        row = proposals.get(self.connection, proposal_id)
        if row is None or row.decided_at:
            return Told(sentence=self._decided(row.decided_by if row else ""))
        stored = answers.get(self.connection, row.key)
        if not self._may(answers.entry_of(row), stored) and row.by != self.member.key:
            return Told(sentence=self.not_yours(stored.entry if stored else answers.entry_of(row)))
        proposals.decide(
            self.connection, proposal_id, verdict="declined", by=self.member.key, at=self.now, reason=reason.strip()
        )
        self.record("declined", f"proposal {proposal_id}")
        return None

    def unlearn(self, phrasing_id: int) -> Told | None:
        """Undo what was learned from one message; None: done."""
        row = phrasings.get(self.connection, phrasing_id)
        stored = answers.get(self.connection, row.entry) if row else None
        if row is None or stored is None:
            return Told(sentence=GONE)
        if not self._may(stored.entry, stored):
            return Told(sentence=self.not_yours(stored.entry))
        if not phrasings.undo(self.connection, phrasing_id, at=self.now, by=self.member.key):
            return Told(sentence=say("This was undone already."))
        self.record("unlearned", f"phrasing {phrasing_id}", answer=row.entry)
        return None

    def wrong(self, entry: Entry) -> dict[str, Sentence]:
        """Return the fields to mend."""
        found = faq.mistakes(entry)
        if "question" not in found and (twin := self._twin(entry)):
            found["question"] = _same_question(twin)
        return found

    def not_yours(self, entry: Entry) -> Sentence:
        names = ", ".join(person.name for person in mandate.keepers(entry, self.rulebook, today=self.today))
        if not names:
            return ONLY_READING
        return say("You may not change this answer yourself. %(names)s can.", names=names)

    def record(self, action: str, object: str, **details: object) -> None:
        audit.record(
            self.connection,
            conversation_id=0,
            at=self.now,
            action=action,
            object=object,
            result="ok",
            origin=self.desk,
            actor=self.member.key,
            details=details,
        )

    def _may(self, entry: Entry, stored: StoredEntry | None) -> bool:
        """The mandate must reach what stood and what will stand; who owns it may change all of it."""
        stood = stored.entry if stored else replace(entry, owner="")
        own = replace(entry, owner=stood.owner)
        return all(mandate.may_keep(self.member, one, today=self.today) for one in (stood, own))

    def _write(
        self,
        entry: Entry,
        *,
        seen: int,
        note: str = "",
        retired: bool = False,
        proposed_by: str = "",
        conversation_id: int = 0,
    ) -> Saved | Told:
        number = answers.write(
            self.connection,
            entry,
            seen=seen,
            at=self.now,
            by=self.member.key,
            origin=self.origin,
            retired=retired,
            note=note,
        )
        if number is None:
            return Told(sentence=self._overtaken(answers.get(self.connection, entry.key)))
        answers.count_up(self.connection)
        told = {"revision": number} | ({"proposed_by": proposed_by} if proposed_by else {})
        if conversation_id:
            learning.teach(self.connection, conversation_id, entry.key, now=self.now)
        self.record("retired" if retired else "answer saved", f"answer {entry.key}", **told)
        return Saved(key=entry.key, revision=number)

    def _propose(self, entry: Entry, *, seen: int, note: str, conversation_id: int) -> Proposed | Told:
        if not mandate.may_propose(self.member, today=self.today):
            return Told(sentence=ONLY_READING)
        stored = answers.get(self.connection, entry.key)
        twice = proposals.same(self.connection, entry, seen=seen, by=self.member.key)
        deciders = tuple(mandate.keepers(stored.entry if stored else entry, self.rulebook, today=self.today))
        if twice:
            return Proposed(id=twice, key=entry.key, deciders=deciders)
        number = proposals.add(
            self.connection,
            entry,
            seen=seen,
            by=self.member.key,
            at=self.now,
            origin=self.origin,
            note=note,
            conversation_id=conversation_id,
        )
        self.record("proposed", f"answer {entry.key}", proposal=number)
        return Proposed(id=number, key=entry.key, deciders=deciders)

    def _taken(self, key: str) -> bool:
        return answers.get(self.connection, key) is not None

    def _twin(self, entry: Entry) -> Entry | None:
        """Return another answer to the same question: nobody could tell which one is meant."""
        asked = tokens(entry.question)
        live = answers.live(self.connection).values()
        same = (other for other in live if other.key != entry.key and other.language == entry.language)
        return next((other for other in same if tokens(other.question) == asked), None)

    def _overtaken(self, stored: StoredEntry | None) -> Sentence:
        if stored is None:
            return GONE
        name = who(self.rulebook, stored.changed_by)
        return say(
            "%(name)s changed this answer at %(time)s. Look at it again.",
            name=name.name if name else "Balie",
            time=stored.changed_at,
        )

    def _decided(self, by: str) -> Sentence:
        name = who(self.rulebook, by)
        return say("%(name)s has decided about this already.", name=name.name if name else "Balie")


def tidy(entry: Entry, *, taken: Callable[[str], bool] | None = None) -> Entry:
    """Take blank space off the ends; a new answer without a key gets one from its question."""
    variants = tuple(dict.fromkeys(" ".join(variant.split()) for variant in entry.variants if variant.strip()))
    entry = replace(
        entry,
        question=" ".join(entry.question.split()),
        answer=entry.answer.strip(),
        short=entry.short.strip(),
        department=entry.department.strip(),
        topic=entry.topic.strip(),
        product=entry.product.strip(),
        source=entry.source.strip(),
        owner=" ".join(entry.owner.split()),
        variants=variants,
    )
    return entry if entry.key or taken is None else replace(entry, key=_free(entry.question, taken))


def _free(question: str, taken: Callable[[str], bool]) -> str:
    key = key_for(question)
    names = (key, *(f"{key}-{number}" for number in range(2, 10_000)))
    return next(name for name in names if not taken(name))


def _same_question(twin: Entry) -> Sentence:
    return say("'%(question)s' asks the same already. Change that answer instead.", question=twin.question)
