"""The texts by which an entry is known."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.faq import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasings:
    """An entry, what colleagues answered with it, and what it was wrongly suggested for; the newest first."""

    entry: Entry
    confirmed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        return (self.entry.question, *self.entry.variants, *self.confirmed)
