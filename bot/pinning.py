"""Kernboodschap: the spokesperson's text for a topic, until a time; its cards show when it begins and ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot import card_places, mandate
from bot.keeping import Keeping
from bot.model import Told, Wrong
from bot.model.answers import Pinned
from bot.store import conversations, jobs, pins
from bot.store.records import Job
from bot.work import Again
from knowledge.sentence import Sentence, say

LONGEST = 1_000  # characters
NOT_YOURS = say("Only a spokesperson or the coordinator pins a text.")


def pin(keeping: Keeping, *, topic: str, text: str, until: datetime) -> Pinned | Told | Wrong:
    """Pin a text to a topic; one that was pinned there gives way."""
    connection, now = keeping.connection, keeping.now
    if wrong := _wrong(keeping, topic=topic, text=text, until=until):
        return Wrong(fields=wrong)
    if not mandate.may_pin(keeping.member, keeping.rulebook.topics[topic], today=keeping.today):
        return Told(sentence=NOT_YOURS)
    for before in pins.in_force(connection, now=now):
        if before.topic == topic:
            _end(keeping, before.id)
    made = pins.add(connection, topic=topic, text=text.strip(), from_at=now, until_at=until, by=keeping.member.key)
    keeping.record("pinned", f"pin {made}", topic=topic, until=until.isoformat())
    _show_at(connection, made, now, "begin")
    _show_at(connection, made, until, "end")
    return Pinned(id=made)


def withdraw(keeping: Keeping, pin_id: int) -> Pinned | Told:
    """Take a pin away before its time: what fits otherwise is offered again."""
    row = pins.get(keeping.connection, pin_id)
    topic = keeping.rulebook.topics.get(row.topic) if row else None
    if row is None or not (
        (topic and mandate.may_pin(keeping.member, topic, today=keeping.today))
        or mandate.coordinates(keeping.member, today=keeping.today)
    ):
        return Told(sentence=NOT_YOURS)
    if not _end(keeping, pin_id):
        return Told(sentence=say("This key message is over already."))
    _show_at(keeping.connection, pin_id, keeping.now, "end")
    return Pinned(id=pin_id)


def redraw(connection: Connection, job: Job, *, now: datetime) -> Again | None:
    """Show the cards of a pin's topic as they are with it, or without it."""
    row = pins.get(connection, int(job.subject.split(".")[0]))
    for conversation_id in pins.about(connection, row.topic) if row else ():
        locked = conversations.lock(connection, conversation_id)
        assert locked  # noqa: S101
        after = conversations.change(connection, locked, at=now, by=locked.changed_by, action="pin")
        card_places.show(connection, after, now=now)
    return None


def _wrong(keeping: Keeping, *, topic: str, text: str, until: datetime) -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    if topic not in keeping.rulebook.topics:
        found["topic"] = say("Choose a topic.")
    if not text.strip():
        found["text"] = say("Write the text.")
    elif len(text) > LONGEST:
        found["text"] = say("Make the text shorter: at most %(count)d characters.", count=LONGEST)
    if until <= keeping.now:
        found["until"] = say("Choose a time that is still to come.")
    return found


def _end(keeping: Keeping, pin_id: int) -> bool:
    ended = pins.withdraw(keeping.connection, pin_id, at=keeping.now, by=keeping.member.key)
    if ended:
        keeping.record("pin withdrawn", f"pin {pin_id}")
    return ended


def _show_at(connection: Connection, pin_id: int, at: datetime, phase: str) -> None:
    jobs.reschedule(connection, "pin", f"{pin_id}.{phase}", at=at)
