"""Rows about the answers as the values that people get to see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot import mandate
from bot.keeping import Keeping
from bot.model import Who
from bot.model.answers import Import, Kept, Origin, Phrasing, Pin, Proposal, Revision, Verdict
from bot.rules import who
from bot.store import answers
from bot.store.records import StoredEntry


def kept(keeping: Keeping, stored: StoredEntry) -> Kept:
    return Kept(
        entry=stored.entry,
        revision=stored.revision,
        changed_at=stored.changed_at,
        changed_by=named(keeping, stored.changed_by),
        retired_at=stored.retired_at,
    )


def revision(keeping: Keeping, row: Row[Any]) -> Revision:
    return Revision(
        entry=answers.entry_of(row),
        number=row.revision,
        at=row.at,
        by=named(keeping, row.by),
        origin=Origin(row.origin),
        retired=row.retired,
        import_id=row.import_id,
        note=row.note,
    )


def decides(keeping: Keeping, row: Row[Any]) -> bool:
    """Tell whether this person may say yes or no to a proposal."""
    stored = answers.get(keeping.connection, row.key)
    entry = stored.entry if stored else answers.entry_of(row)
    return mandate.may_keep(keeping.member, entry, today=keeping.today)


def proposal(keeping: Keeping, row: Row[Any]) -> Proposal | None:
    """Return a proposal for who may decide about it, or who made it; None for anybody else."""
    entry, stored = answers.entry_of(row), answers.get(keeping.connection, row.key)
    before = stored.entry if stored else None
    if row.by != keeping.member.key and not mandate.may_keep(keeping.member, before or entry, today=keeping.today):
        return None
    return Proposal(
        id=row.id,
        entry=entry,
        before=before,
        base_revision=row.base_revision,
        overtaken=row.base_revision != (stored.revision if stored else 0),
        by=named(keeping, row.by),
        at=row.at,
        origin=Origin(row.origin),
        note=row.note,
        conversation_id=row.conversation_id,
    )


def imported(keeping: Keeping, row: Row[Any]) -> Import:
    return Import(
        id=row.id,
        source=row.source,
        name=row.name,
        by=named(keeping, row.by),
        at=row.at,
        counts=row.counts,
        undone_at=row.undone_at,
        undone_by=who(keeping.rulebook, row.undone_by),
    )


def phrasing(keeping: Keeping, row: Row[Any]) -> Phrasing:
    return Phrasing(
        id=row.id,
        entry=row.entry,
        text=row.text,
        verdict=Verdict(row.verdict),
        conversation_id=row.conversation_id,
        at=row.at,
        by=named(keeping, row.by),
        undone_at=row.undone_at,
        undone_by=who(keeping.rulebook, row.undone_by),
    )


def pin(keeping: Keeping, row: Row[Any]) -> Pin:
    return Pin(
        id=row.id,
        topic=row.topic,
        text=row.text,
        from_at=row.from_at,
        until_at=row.until_at,
        by=named(keeping, row.by),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=who(keeping.rulebook, row.withdrawn_by),
    )


def named(keeping: Keeping, key: str) -> Who:
    """Return who did it; what no colleague did, Balie did."""
    if key == "balie":
        return Who(key=key, name="Balie")
    return who(keeping.rulebook, key) or Who(key="balie", name="Balie")
