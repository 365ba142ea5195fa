"""What an import would change: three ways compared, what stands here, what the file says, and what it said before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.exchange.values import FIELDS, Row
from knowledge.faq import Entry
from knowledge.sentence import Sentence, say
from knowledge.text import tokens


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # changed here and in the file since the last import
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the file against what stands here."""

    kind: Kind
    number: int
    key: str = ""
    entry: Entry | None = None  # what the file makes of it; what the file does not mention stays as it is here
    before: Entry | None = None  # what stands here now
    fields: tuple[str, ...] = ()  # what differs between the two
    complaints: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every row in the order of the file."""

    changes: tuple[Change, ...]

    def counts(self) -> dict[Kind, int]:
        return {kind: sum(change.kind is kind for change in self.changes) for kind in Kind}

    def writes(self, chosen: Collection[str] = ()) -> tuple[Entry, ...]:
        """Return the entries to write; of a conflict only when its key is among the chosen ones."""
        return tuple(
            change.entry
            for change in self.changes
            if change.entry
            and (change.kind in (Kind.NEW, Kind.CHANGED) or (change.kind is Kind.CONFLICT and change.key in chosen))
        )

    def said(self) -> dict[str, Entry]:
        """Return what the file says of every sound row: the ``base`` of the next import from the same source."""
        return {change.key: change.entry for change in self.changes if change.entry}


def plan(rows: Iterable[Row], *, current: Mapping[str, Entry], base: Mapping[str, Entry]) -> Plan:
    """Compare rows with the entries that stand here.

    ``base`` is what the last import from the same source said (``Plan.said``). What is missing in the file stays.
    """
    asked: dict[tuple[str, ...], str] = {}
    for entry in {**current, **base, **current}.values():  # what stands here comes first
        asked.setdefault(tuple(tokens(entry.question)), entry.key)
    rows = tuple(rows)
    claimed = {row.entry.key for row in rows if row.entry}
    first: dict[object, Row] = {}  # by key, and by the words of the question
    changes = []
    for row in rows:
        if row.entry is None:
            changes.append(Change(kind=Kind.BROKEN, number=row.number, complaints=row.complaints))
            continue
        words = tuple(tokens(row.entry.question))
        key = row.entry.key
        if key not in current and key not in base and asked.get(words) not in claimed:
            key = asked.get(words, key)  # it stands here under another id
        same = (row.entry.key, key, words)
        before = next((first[each] for each in same if each in first), None)
        if before is not None:
            changes.append(_twice(row, row.entry, key, before))
            continue
        first |= dict.fromkeys(same, row)
        changes.append(_compared(row, replace(row.entry, key=key), current=current.get(key), base=base.get(key)))
    return Plan(changes=tuple(changes))


def _twice(row: Row, entry: Entry, key: str, first: Row) -> Change:
    """Say that a row tells the same as an earlier one; two that contradict each other are for people."""
    if first.entry and not differing(first.entry, entry):
        return Change(kind=Kind.UNCHANGED, number=row.number, key=key)
    number = str(first.number)
    words = say("This is the same question or the same id as in row %(row)s. Make one row of the two.", row=number)
    return Change(kind=Kind.BROKEN, number=row.number, key=key, complaints=(words,))


def _compared(row: Row, said: Entry, *, current: Entry | None, base: Entry | None) -> Change:
    under = current or base
    entry = replace(under, **{name: getattr(said, name) for name in row.fields}) if under else said
    kind = _kind(entry, row, current=current, base=base)
    fields = differing(current, entry) if current else ()
    return Change(kind=kind, number=row.number, key=said.key, entry=entry, before=current, fields=fields)


def _kind(entry: Entry, row: Row, *, current: Entry | None, base: Entry | None) -> Kind:
    file_changed = base is None or bool(set(differing(base, entry)) & row.fields)
    if current is None:
        if base is None:
            return Kind.NEW
        return Kind.CONFLICT if file_changed else Kind.UNCHANGED  # somebody took it away here since
    if not differing(current, entry) or not file_changed:
        return Kind.UNCHANGED
    here_changed = base is not None and bool(set(differing(base, current)) & row.fields)
    return Kind.CONFLICT if here_changed else Kind.CHANGED


def differing(one: Entry, other: Entry) -> tuple[str, ...]:
    """Return the fields in which two entries differ; the key and blank space do not count."""
    return tuple(
        name for name in FIELDS if name != "key" and _plain(getattr(one, name)) != _plain(getattr(other, name))
    )


def _plain(value: object) -> object:
    if isinstance(value, str):
        return [" ".join(line.split()) for line in value.split("\n") if line.strip()]
    if isinstance(value, tuple):
        return sorted({" ".join(str(each).split()) for each in value})
    return value
