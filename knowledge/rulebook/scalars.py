"""The small notations inside routing_rules.yaml: durations, opening times, words, patterns, places in chat apps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from knowledge.sentence import Sentence, say

MAX_PATTERN = 300
Week = dict[int, tuple[tuple[time, time], ...]]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_DURATION = re.compile(r"(?:\d{1,6}[smhdwy])+")
_DAYS = (
    ("maandag", "monday"),
    ("dinsdag", "tuesday"),
    ("woensdag", "wednesday"),
    ("donderdag", "thursday"),
    ("vrijdag", "friday"),
    ("zaterdag", "saturday"),
    ("zondag", "sunday"),
)
_HOURS = re.compile(r"(?P<days>[a-z]+(?:-[a-z]+)?)|(?P<start>\d{1,2}:\d\d)-(?P<end>\d{1,2}:\d\d)|(?P<other>[^\s,]+)")


def refuse(message: Sentence, hint: Sentence | None = None) -> PydanticCustomError:
    """Return the exception by which a validator says what is wrong in words for the coordinator."""
    return PydanticCustomError("refused", "refused", {"message": message, "hint": hint})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "string_type")
    return value.strip()


def duration(value: Any) -> timedelta:
    """Read "2h", "30m", "90d", "1h30m"; y is 365 days."""
    text = _text(value).replace(" ", "")
    if not _DURATION.fullmatch(text):
        raise refuse(
            say("'%(written)s' is no duration.", written=value),
            say("Write for example 30m, 2h, 90d or 1w (minutes, hours, days, weeks)."),
        )
    return timedelta(seconds=sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([a-z])", text)))


def clock(value: Any) -> time:
    """Read a wall time such as "09:00"; 24:00 is midnight."""
    text = _text(value)
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    hour, minute = (int(match[1]), int(match[2])) if match else (99, 99)
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise refuse(say("'%(written)s' is no time.", written=text), say("Write for example 09:00 or 17:30."))
    return time(hour, minute)


def week(value: Any) -> Week:
    """Read opening times such as "ma-vr 09:00-17:00, za 10:00-13:00"; a list of such texts is joined."""
    text = ", ".join(_text(part) for part in value) if isinstance(value, list) else _text(value)
    blocks: dict[int, list[tuple[time, time]]] = {}
    days: list[int] = []
    timed = True  # the days before it have their times: the next day starts a new group
    for match in _HOURS.finditer(text.casefold()):
        if match["days"] and match["days"] not in ("en", "and"):
            days = _days(match["days"]) if timed else days + _days(match["days"])
            timed = False
        elif match["start"] and days:
            timed = True
            for day in days:
                blocks.setdefault(day, []).append((clock(match["start"]), clock(match["end"])))
        elif match["other"] or match["start"]:
            raise _no_week(match[0])
    if not timed or not blocks:
        raise _no_week(text)
    return {day: _apart(blocks[day]) for day in sorted(blocks)}


def _days(text: str) -> list[int]:
    first, _, last = text.partition("-")
    start, end = _day(first), _day(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _day(text: str) -> int:
    for day, names in enumerate(_DAYS):
        if len(text) >= 2 and any(name.startswith(text) for name in names):
            return day
    raise refuse(say("'%(written)s' is no day.", written=text), say("Days are: ma, di, wo, do, vr, za, zo."))


def _apart(blocks: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    blocks = sorted(blocks)
    for (start, end), (following, _) in pairwise(blocks):
        if following < end or end <= start:
            raise refuse(
                say(
                    "these opening times overlap: %(first)s and %(second)s.",
                    first=f"{start:%H:%M}",
                    second=f"{following:%H:%M}",
                ),
                say("Make one block of them, or let the second begin later."),
            )
    return tuple(blocks)


def _no_week(text: str) -> PydanticCustomError:
    return refuse(
        say("'%(written)s' are no opening times.", written=text),
        say("Write for example: ma-vr 09:00-17:00, do 18:00-20:00"),
    )


def _day_of_year(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        message = say("'%(written)s' is no date.", written=value)
        raise refuse(message, say("Write year-month-day, for example 2027-03-01.")) from None


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = say("the time zone '%(written)s' does not exist.", written=value)
        raise refuse(message, say("Write for example Europe/Amsterdam.")) from None


def _word(value: Any) -> str:
    text = " ".join(_text(value).split())
    if text.startswith("#"):
        raise refuse(say("'%(written)s' is a hashtag.", written=text), say("Move it to 'hashtags'."))
    if len(text.replace(" ", "")) < 3 or not any(c.isalnum() for c in text):
        raise refuse(
            say("the word '%(written)s' is too short: it would be found everywhere.", written=text),
            say("Use three letters or more, or a few words together."),
        )
    if len(text) > 80:
        raise refuse(say("this text is too long: at most %(limit)s characters.", limit=80))
    return text


def _hashtag(value: Any) -> str:
    text = _text(value).removeprefix("#").casefold()
    if not re.fullmatch(r"\w{2,60}", text):
        raise refuse(say("'%(written)s' is no hashtag.", written=value), say("Only letters and digits, no spaces."))
    return text


def _pattern(value: Any) -> str:
    import re2  # 20 ms that only a file with patterns has to pay

    text = _text(value)
    if len(text) > MAX_PATTERN:
        raise refuse(say("this pattern is too long: at most %(limit)s characters.", limit=MAX_PATTERN))
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20  # as much as routing gives it
    try:
        empty = re2.compile(text, options).search("")
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise refuse(
            say("this pattern is not right: %(reason)s", reason=reason),
            say("Look-ahead and back-references are not allowed; words are often enough."),
        ) from None
    if empty:
        raise refuse(say("this pattern fits every message."), say("Write at least one letter that must be there."))
    return text


def _handle(value: Any) -> str:
    text = _text(value).removeprefix("@")
    if not text or any(c.isspace() for c in text):
        raise refuse(say("'%(written)s' is no account name.", written=value), say("Write it without spaces."))
    return f"@{text}"


def _place(value: Any) -> tuple[str, str]:
    """Split "workspace/channel"; a desk with one workspace needs only the channel."""
    text = _text(value)
    workspace, _, name = text.rpartition("/") if text.count("/") < 2 else text.partition("/")
    if not name or any(c.isspace() for c in text):
        message = say("'%(written)s' is no place in a chat app.", written=value)
        raise refuse(message, say("Write the channel, or workspace/channel; without spaces."))
    return workspace, name


def as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _shaped(kind: Any, reader: Callable[[Any], Any], **schema: Any) -> Any:
    return Annotated[kind, PlainValidator(reader), WithJsonSchema({"type": "string", **schema})]


Duration = _shaped(timedelta, duration, pattern=r"^(\d{1,6}[smhdwy]\s*)+$", examples=["30m", "2h", "90d"])
Clock = _shaped(time, clock, pattern=r"^\d{1,2}:\d\d$", examples=["09:00"])
Day = _shaped(date, _day_of_year, pattern=r"^\d{4}-\d\d-\d\d$", examples=["2027-03-01"])
Zone = _shaped(ZoneInfo, _zone, examples=["Europe/Amsterdam"])
Word = _shaped(str, _word, minLength=3, maxLength=80)
Hashtag = _shaped(str, _hashtag, pattern=r"^#?\w{2,60}$")
Pattern = _shaped(str, _pattern, maxLength=MAX_PATTERN)
Handle = _shaped(str, _handle, pattern=r"^@?\S+$")
Place = _shaped(tuple, _place, pattern=r"^\S+$", examples=["afval", "T0123/C0456"])
OpeningTimes = Annotated[
    Week,
    PlainValidator(week),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Text = Annotated[
    str,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1, max_length=2000),
]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["nl", "fy", "en"])]
