"""Takes over what a file says about the answers, and takes it back again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.keeping import Keeping
from bot.model import Told
from bot.model.answers import Origin, TakenOver, Undone
from bot.rules import who
from bot.store import answers, imports
from bot.store.records import StoredEntry
from knowledge.exchange import Plan, Row, plan
from knowledge.faq import Entry
from knowledge.sentence import say

CHANGED_MEANWHILE = say("Somebody changed an answer while you looked. Look at what will change once more.")


def planned(keeping: Keeping, rows: Sequence[Row], *, source: str) -> Plan:
    """Return what taking these rows over would change."""
    connection = keeping.connection
    return plan(rows, current=answers.live(connection), base=imports.said(connection, source))


def take_over(
    keeping: Keeping, chosen: Plan, *, source: str, name: str, of_file: Collection[str] = ()
) -> TakenOver | Told:
    """Write everything that a plan says, or nothing; of a conflict what the file says only where it is chosen.

    ``of_file``: the keys of those conflicts.
    """
    connection = keeping.connection
    answers.one_at_a_time(connection)
    stored = {one.entry.key: one for one in answers.every(connection)}
    if any(_live(stored.get(change.key)) != change.before for change in chosen.changes if change.entry):
        return Told(sentence=CHANGED_MEANWHILE)
    writes = chosen.writes(of_file)
    counts = {str(kind): count for kind, count in chosen.counts().items()} | {"written": len(writes)}
    said, before = chosen.said(), imports.said(connection, source)
    news = {key: entry for key, entry in said.items() if before.get(key) != entry}
    if not writes and not news:
        return TakenOver(import_id=0, counts=counts)
    made = imports.add(connection, source=source, name=name, by=keeping.member.key, at=keeping.now, counts=counts)
    imports.remember(connection, made, news)
    for entry in writes:
        _write(keeping, entry, stored.get(entry.key), import_id=made)
    answers.count_up(connection)
    keeping.record("imported", f"import {made}", source=source, written=len(writes))
    return TakenOver(import_id=made, counts=counts)


def undo(keeping: Keeping, import_id: int) -> Undone | Told:
    """Bring back what stood before an import; what somebody changed since is left alone, and named."""
    connection = keeping.connection
    answers.one_at_a_time(connection)
    row = imports.get(connection, import_id)
    if row is None:
        return Told(sentence=say("This import does not exist."))
    if not imports.undo(connection, import_id, at=keeping.now, by=keeping.member.key):
        name = who(keeping.rulebook, row.undone_by)
        return Told(sentence=say("%(name)s has undone this import already.", name=name.name if name else "Balie"))
    left: list[Entry] = []
    written = answers.of_import(connection, import_id)
    for revision in written:
        stored = answers.get(connection, revision.key)
        assert stored  # noqa: S101
        if stored.revision == revision.revision:
            _back(keeping, stored)
        else:
            left.append(stored.entry)
    answers.count_up(connection)
    keeping.record("import undone", f"import {import_id}", left=len(left))
    return Undone(count=len(written) - len(left), left=tuple(left))


def _write(keeping: Keeping, entry: Entry, stored: StoredEntry | None, *, import_id: int) -> None:
    answers.write(
        keeping.connection,
        entry,
        seen=stored.revision if stored else 0,
        at=keeping.now,
        by=keeping.member.key,
        origin=keeping.origin,
        import_id=import_id,
    )


def _back(keeping: Keeping, stored: StoredEntry) -> None:
    """Write the revision before this one again; without one the answer goes out of use."""
    before = answers.revision(keeping.connection, stored.entry.key, stored.revision - 1)
    answers.write(
        keeping.connection,
        answers.entry_of(before) if before else stored.entry,
        seen=stored.revision,
        at=keeping.now,
        by=keeping.member.key,
        origin=Origin.IMPORT,
        retired=before is None or before.retired,
    )


def _live(stored: StoredEntry | None) -> Entry | None:
    return stored.entry if stored and stored.retired_at is None else None
