"""A text for people: written in English in the code, translated by the surface that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English text with %(name)s places, and what stands in them: also Sentences and datetimes."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def say(text: str, **values: object) -> Sentence:
    """Mark a text for translation; the message catalogues are extracted from calls of this function."""
    return Sentence(text, values)
