"""Turns sentences, moments and numbers into the words of the town's language, in the town's time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from knowledge.sentence import Sentence

LOCALE = Path(__file__).parent / "locale"
BETWEEN = " · "  # between the parts of one line


@dataclass(frozen=True, slots=True)
class Exact:
    """A moment in a sentence where seconds matter: 14:09:20."""

    at: datetime


class _Number(int):
    """A whole number that is written as people write it where a text says %s: 1.204."""

    _language: str

    def __new__(cls, value: int, language: str) -> Self:
        number = super().__new__(cls, value)
        number._language = language
        return number

    def __str__(self) -> str:
        return str(format_decimal(int(self), locale=self._language))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every translation of a language: all .po files together; empty for a language without any."""
    words: dict[str, str] = {}
    for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            words.update(
                (message.id, message.string)
                for message in read_po(file, locale=language)
                if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
            )
    return words


class Wording:
    """One language and one time zone; ``now`` decides what is "today"."""

    def __init__(
        self, language: str, *, zone: ZoneInfo, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.language = language
        self.zone = zone
        self._now = now
        self._words = catalogue(language)
        self._locale = Locale.parse(language)  # babel would look for its file at every date

    def gettext(self, text: str) -> str:
        return self._words.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)

    def text(self, sentence: Sentence | str | datetime) -> str:
        """Translate a sentence with all that stands in it; a plain text is returned as it is, a moment as its words."""
        if not isinstance(sentence, Sentence):
            return sentence if isinstance(sentence, str) else self.moment(sentence)
        words = self.gettext(sentence.text)
        return (
            words % {name: self._value(value) for name, value in sentence.values.items()} if sentence.values else words
        )

    def line(self, parts: Iterable[Sentence | str | datetime]) -> str:
        return BETWEEN.join(self.text(part) for part in parts)

    def moment(self, at: datetime, *, seconds: bool = False) -> str:
        """Say when: "16:02" for today, "ma 23 nov 10:30" for another day."""
        local, today = at.astimezone(self.zone), self.today()
        clock = "HH:mm:ss" if seconds else "HH:mm"
        day = "" if local.date() == today else "EEE d MMM " if local.year == today.year else "EEE d MMM y "
        return format_datetime(local.replace(tzinfo=None), day + clock, locale=self._locale)

    def day(self, day: date) -> str:
        return format_date(day, "EEEE d MMMM", locale=self._locale)

    def full_date(self, day: date) -> str:
        return format_date(day, "d MMMM y", locale=self._locale)

    def day_and_time(self, local: datetime) -> str:
        return format_datetime(local.replace(tzinfo=None), "EEE d MMM HH:mm:ss", locale=self._locale)

    def today(self) -> date:
        return self.now().date()

    def now(self) -> datetime:
        """Return the present moment on the clocks of the town."""
        return self._now().astimezone(self.zone)

    def midnight(self) -> datetime:
        """Return when the next day begins in the town."""
        return datetime.combine(self.today() + timedelta(days=1), time(0), self.zone)

    def utc(self, local: str) -> datetime:
        """Read "2026-11-23T10:30" as wall time of the town; raises ValueError."""
        return datetime.fromisoformat(local).replace(tzinfo=self.zone).astimezone(UTC)

    def _value(self, value: object) -> object:
        match value:
            case Sentence():
                return self.text(value)
            case Exact():
                return self.moment(value.at, seconds=True)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case timedelta():
                return self._duration(value)
            case bool() | str():
                return value
            case int():
                return _Number(value, self.language)
            case tuple() | list():
                return ", ".join(str(self._value(each)) for each in value)
            case _:
                return value

    def _duration(self, span: timedelta) -> str:
        minutes = round(span.total_seconds() / 60)
        if minutes % 60 or not minutes:
            return f"{minutes} min"
        return f"{minutes // 60} {self.gettext('hours' if minutes != 60 else 'hour')}"
