"""The known answers as people keep them; every call checks who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from bot import importing, kept, mandate, pinning, tasks
from bot.clock import Clock
from bot.keeping import ONLY_READING, Keeping
from bot.model import Told, Wrong
from bot.model.answers import (
    Import,
    Kept,
    Origin,
    Phrasing,
    Pin,
    Pinned,
    Proposal,
    Proposed,
    Revision,
    Saved,
    TakenOver,
    Task,
    TaskKind,
    Undone,
    Verdict,
)
from bot.ports import PublicChannel
from bot.reading import OUTSIDER
from bot.rules import Rules, local_day
from bot.store import Store, answers, imports, phrasings, pins, proposals
from knowledge.exchange import Plan
from knowledge.exchange import Row as FileRow
from knowledge.faq import Entry
from knowledge.learned import Effect, Lesson, measure
from knowledge.rulebook.values import DeskIdentity, Mandate, Member, Role

if TYPE_CHECKING:
    from knowledge.gaps import Asked, Gap

T = TypeVar("T")

# Who has the command line has the database; nobody on a desk can be this.
SHELL = DeskIdentity(desk="cli", workspace="", user="balie")
OF_SHELL = Member(key="balie", name="Balie", initials="B", mandates=(Mandate(role=Role.COORDINATOR),))


class Answers:
    """What pages, chat and command line may ask about the known answers; ``by`` is who asks."""

    def __init__(
        self, store: Store, rules: Rules, clock: Clock, *, channels: Mapping[str, PublicChannel] | None = None
    ) -> None:
        self._store, self._rules, self._clock, self._channels = store, rules, clock, channels or {}

    async def entries(self, *, by: DeskIdentity) -> Sequence[Kept]:
        """Return all answers by key, the retired ones among them; nothing for an outsider."""
        return await self._look(
            by, lambda keeping: [kept.kept(keeping, one) for one in answers.every(keeping.connection)]
        )

    async def one(self, key: str, *, by: DeskIdentity) -> Kept | None:
        def find(keeping: Keeping) -> Sequence[Kept]:
            stored = answers.get(keeping.connection, key)
            return [kept.kept(keeping, stored)] if stored else []

        found = await self._look(by, find)
        return found[0] if found else None

    async def history(self, key: str, *, by: DeskIdentity) -> Sequence[Revision]:
        """Return every revision of an answer, the newest first."""
        return await self._look(
            by, lambda keeping: [kept.revision(keeping, row) for row in answers.history(keeping.connection, key)]
        )

    async def may_publish(self, entry: Entry, *, by: DeskIdentity) -> bool:
        """Tell whether a save by this person stands at once, or waits for the owner."""
        member = self._member(by)
        return member is not None and mandate.may_keep(
            member, entry, today=local_day(self._rules.rulebook, self._clock.now())
        )

    async def save(
        self,
        entry: Entry,
        *,
        seen_revision: int,
        by: DeskIdentity,
        origin: Origin = Origin.PAGE,
        note: str = "",
        conversation_id: int = 0,
    ) -> Saved | Proposed | Told | Wrong:
        """Publish the next revision, or put it to those who may.

        ``seen_revision`` is the one that the writer changed; 0 makes a new answer, whose key may be left empty.
        """
        return await self._keep(
            by,
            lambda keeping: keeping.save(entry, seen=seen_revision, note=note, conversation_id=conversation_id),
            origin=origin,
        )

    async def retire(self, key: str, *, seen_revision: int, by: DeskIdentity) -> Saved | Told:
        """Take an answer out of use."""
        return await self._keep(by, lambda keeping: keeping.retire(key, seen=seen_revision))

    async def restore(self, key: str, revision: int, *, seen_revision: int, by: DeskIdentity) -> Saved | Told:
        """Undo: make an older revision the newest one."""
        return await self._keep(by, lambda keeping: keeping.restore(key, revision, seen=seen_revision))

    async def proposals(self, *, by: DeskIdentity) -> Sequence[Proposal]:
        """Return what waits for this person's yes or no, and what they proposed themselves; oldest first."""

        def find(keeping: Keeping) -> Sequence[Proposal]:
            rows = proposals.waiting(keeping.connection)
            return [found for row in rows if (found := kept.proposal(keeping, row))]

        return await self._look(by, find)

    async def accept(self, proposal_id: int, *, by: DeskIdentity) -> Saved | Told:
        return await self._keep(by, lambda keeping: keeping.accept(proposal_id))

    async def decline(self, proposal_id: int, *, by: DeskIdentity, note: str = "") -> Told | None:
        """Turn a proposal down; who proposed it may take it back this way. None: done."""
        return await self._keep(by, lambda keeping: keeping.decline(proposal_id, reason=note))

    async def plan(self, rows: Sequence[FileRow], *, source: str, by: DeskIdentity) -> Plan | Told:
        """Return what an import would change; ``source`` names where files like this come from."""
        return await self._coordinate(by, lambda keeping: importing.planned(keeping, rows, source=source), write=False)

    async def take_over(
        self,
        plan: Plan,
        *,
        source: str,
        name: str,
        by: DeskIdentity,
        chosen: Collection[str] = (),
        origin: Origin = Origin.IMPORT,
    ) -> TakenOver | Told:
        """Write everything a plan says, or nothing; ``chosen``: keys of conflicts in which the file wins."""
        return await self._coordinate(
            by,
            lambda keeping: importing.take_over(keeping, plan, source=source, name=name, of_file=chosen),
            origin=origin,
        )

    async def imports(self, *, by: DeskIdentity) -> Sequence[Import]:
        """Return what was imported, the newest first."""
        return await self._look(
            by, lambda keeping: [kept.imported(keeping, row) for row in imports.newest(keeping.connection)]
        )

    async def undo_import(self, import_id: int, *, by: DeskIdentity) -> Undone | Told:
        """Bring back what stood before; what was changed since is left alone and named."""
        return await self._coordinate(by, lambda keeping: importing.undo(keeping, import_id))

    async def phrasings(self, key: str, *, by: DeskIdentity) -> Sequence[Phrasing]:
        """Return what was learned about an answer, the newest first, what was undone among it."""
        return await self._look(
            by, lambda keeping: [kept.phrasing(keeping, row) for row in phrasings.of_entry(keeping.connection, key)]
        )

    async def undo_phrasing(self, phrasing_id: int, *, by: DeskIdentity) -> Told | None:
        """Unlearn a wording. None: done."""
        return await self._keep(by, lambda keeping: keeping.unlearn(phrasing_id))

    async def measured(self, *, by: DeskIdentity) -> Effect | None:
        """Return what learning does for the confirmed wordings; None for who may not see answers, or without any."""
        seen = await self._look(by, lambda keeping: [_lessons(keeping.connection)])
        return await asyncio.to_thread(measure, *seen[0]) if seen and seen[0][1] else None

    async def tasks(self, *, by: DeskIdentity) -> Sequence[Task]:
        """Return what is to be done: everything for the coordinator, for others what is theirs to mend."""
        found = await self._look(by, lambda keeping: [tasks.seen(keeping)])
        member, rulebook = self._member(by), self._rules.rulebook
        if not found or member is None:
            return ()
        listed = await asyncio.to_thread(tasks.tasks, found[0], self._channels, town=rulebook.town.name)
        today = local_day(rulebook, self._clock.now())
        if mandate.coordinates(member, today=today):
            return listed
        mine = {one.entry.key for one in found[0].live if mandate.may_keep(member, one.entry, today=today)}
        return [task for task in listed if task.kind is TaskKind.PROPOSAL or mine.intersection(task.entries)]

    async def gaps(self, since: datetime, *, by: DeskIdentity) -> Sequence[Gap]:
        """Return what was asked since then without a good answer, the largest cluster first; nobody's name is in it."""
        from knowledge.gaps import gaps  # a quarter of a second that a start can do without

        found = await self._look(by, lambda keeping: [_asked(keeping.connection, since, self._rules)])
        return await asyncio.to_thread(lambda: gaps(found[0][0], entries=found[0][1])) if found else ()

    async def pins(self, *, by: DeskIdentity) -> Sequence[Pin]:
        """Return what is or was pinned, the newest first."""
        return await self._look(by, lambda keeping: [kept.pin(keeping, row) for row in pins.newest(keeping.connection)])

    async def pin(self, topic: str, text: str, until: datetime, *, by: DeskIdentity) -> Pinned | Told | Wrong:
        """Make a text the only suggestion of a topic until a time; one that was pinned there gives way."""
        return await self._keep(by, lambda keeping: pinning.pin(keeping, topic=topic, text=text, until=until))

    async def withdraw(self, pin_id: int, *, by: DeskIdentity) -> Pinned | Told:
        """Take a pin away before its time."""
        return await self._keep(by, lambda keeping: pinning.withdraw(keeping, pin_id))

    async def _look(self, by: DeskIdentity, find: Callable[[Keeping], Sequence[T]]) -> Sequence[T]:
        """Read what this person may see; nothing for who may see no answers."""

        def look(connection: Connection) -> Sequence[T]:
            keeping = self._keeping(connection, by)
            return find(keeping) if keeping and mandate.may_see_answers(keeping.member, today=keeping.today) else ()

        return await self._store.read(look)

    async def _keep(
        self, by: DeskIdentity, change: Callable[[Keeping], T], *, origin: Origin = Origin.PAGE
    ) -> T | Told:
        def keep(connection: Connection) -> T | Told:
            keeping = self._keeping(connection, by, origin=origin)
            return change(keeping) if keeping else Told(sentence=OUTSIDER)

        return await self._store.write(keep)

    async def _coordinate(
        self,
        by: DeskIdentity,
        change: Callable[[Keeping], T],
        *,
        origin: Origin = Origin.PAGE,
        write: bool = True,
    ) -> T | Told:
        """What reaches answers of every department is for the coordinator."""

        def coordinate(connection: Connection) -> T | Told:
            keeping = self._keeping(connection, by, origin=origin)
            if keeping is None:
                return Told(sentence=OUTSIDER)
            if not mandate.coordinates(keeping.member, today=keeping.today):
                return Told(sentence=ONLY_READING)
            return change(keeping)

        return await (self._store.write(coordinate) if write else self._store.read(coordinate))

    def _member(self, by: DeskIdentity) -> Member | None:
        return OF_SHELL if by == SHELL else self._rules.rulebook.member(by)

    def _keeping(self, connection: Connection, by: DeskIdentity, *, origin: Origin = Origin.PAGE) -> Keeping | None:
        member = self._member(by)
        if member is None:
            return None
        return Keeping(
            connection=connection,
            member=member,
            rulebook=self._rules.rulebook,
            now=self._clock.now(),
            origin=origin,
            desk=f"{by.desk}:{by.workspace}",
        )


def _lessons(connection: Connection) -> tuple[Sequence[Entry], Sequence[Lesson], Mapping[str, Sequence[str]]]:
    """Return the answers, what was confirmed for them, and what was rejected."""
    live = answers.live(connection)
    lessons = [
        Lesson(text=row.text, entry=row.entry, group=row.conversation_id)
        for row in phrasings.in_use(connection)
        if row.verdict == Verdict.CONFIRMED and row.entry in live
    ]
    return tuple(live.values()), lessons, phrasings.by_entry(connection, Verdict.REJECTED)


def _asked(connection: Connection, since: datetime, rules: Rules) -> tuple[Sequence[Asked], Sequence[Entry]]:
    return tasks.questions(connection, since, rules), tuple(answers.live(connection).values())
