"""What is wrong in routing_rules.yaml, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.sentence import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake; line and column count from 1."""

    line: int
    column: int
    message: Sentence  # begins with a small letter: it stands behind the line number
    hint: Sentence | None = None

    @property
    def sentence(self) -> Sentence:
        """Return where it is, what it is and what to do about it."""
        if self.hint is None:
            return say("Line %(line)s: %(message)s", line=str(self.line), message=self.message)
        return say("Line %(line)s: %(message)s %(hint)s", line=str(self.line), message=self.message, hint=self.hint)


class BrokenRulebook(Exception):
    """The file cannot be used; ``faults`` holds every mistake in the order of the file."""

    def __init__(self, faults: Iterable[Fault], *, name: str) -> None:
        self.name = name
        self.faults = in_order(faults)
        super().__init__(f"{name}: " + "; ".join(f"line {fault.line}: {fault.message}" for fault in self.faults))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort by place in the file; the same mistake at the same place stands once."""
    by_place = {(fault.line, fault.column, str(fault.message)): fault for fault in faults}
    return tuple(by_place[place] for place in sorted(by_place))


def did_you_mean(word: str, known: Iterable[str]) -> Sentence | None:
    """Return a hint with the known name nearest to a mistyped one, or None when nothing looks like it."""
    from rapidfuzz import fuzz, process  # 30 ms that only a broken file has to pay

    # Names of two or three letters differ by one letter in three, so a high bar would hide every near miss.
    bar = 60 if len(word) < 5 else 70
    best = process.extractOne(word.casefold(), {name: name.casefold() for name in known}, scorer=fuzz.ratio)
    if best is None or best[1] < bar:
        return None
    return say("Did you mean '%(name)s'?", name=best[2])
