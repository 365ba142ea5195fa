"""Rules that can never decide, because an earlier rule takes every message that would fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.rulebook.values import Rule

_CONDITIONS = ("words", "hashtags", "patterns", "places", "accounts", "channels", "languages", "kinds")


def hidden(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yield each rule that is never reached with the earlier rule that hides it.

    An index on the first condition of each rule keeps this from comparing all pairs.
    """
    seen: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        filled = [name for name in _CONDITIONS if getattr(rule, name)]
        candidates = (earlier for name in filled for earlier in seen.get((name, _fold(getattr(rule, name)[0])), ()))
        found = next((earlier for earlier in candidates if _takes_all_of(earlier, rule)), None)
        if found is not None:
            yield rule, found
        elif filled:
            for value in getattr(rule, filled[0]):
                seen.setdefault((filled[0], _fold(value)), []).append(rule)


def _takes_all_of(earlier: Rule, later: Rule) -> bool:
    for name in _CONDITIONS:
        wide = {_fold(value) for value in getattr(earlier, name)}
        narrow = {_fold(value) for value in getattr(later, name)}
        if wide and (not narrow or not narrow <= wide):
            return False
    return {_fold(word) for word in earlier.unless} <= {_fold(word) for word in later.unless}


def _fold(value: str) -> str:
    return str(value).casefold()
