"""What the rules make of messages that came in before, and what changed rules would make of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.advice import Message, Route
from knowledge.rulebook.faults import Fault
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say

QUOTED = 60  # characters of a message in a list


def recorded(lines: str) -> tuple[list[Message], list[Fault]]:
    """Read JSON lines with text and, if known, channel, account and language; other fields do not matter."""
    messages, faults = [], []
    for number, line in enumerate(lines.split("\n"), start=1):
        if line.strip():
            message = _message(line)
            if message is None:
                fault = say("this is no JSON object with a text.")
                faults.append(Fault(line=number, column=1, message=fault))
            else:
                messages.append(message)
    return messages, faults


def _message(line: str) -> Message | None:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        return None
    known = {name: str(fields.get(name) or "") for name in ("channel", "account", "language")}
    return Message(text=fields["text"], **known)


def counts(routes: Sequence[Route], rulebook: Rulebook) -> Iterator[Sentence]:
    """Say how many messages each department gets, and how many no rule takes."""
    yield say("Messages: %(count)s", count=len(routes))
    for key, count in Counter(route.department for route in routes).most_common():
        yield say("%(count)s %(name)s", count=f"{count:6}", name=rulebook.departments[key].name)
    yield say(
        "No rule: %(count)s. Urgent: %(urgent)s.",
        count=sum(not route.rule for route in routes),
        urgent=sum(route.urgent for route in routes),
    )


def changes(
    messages: Sequence[Message], before: Sequence[Route], after: Sequence[Route], *, show: int
) -> Iterator[Sentence]:
    """Say what the changed rules would do otherwise: first the numbers, then the messages."""
    changed = [
        (message, old, new)
        for message, old, new in zip(messages, before, after, strict=True)
        if _decided(old) != _decided(new)
    ]
    yield say("Messages: %(count)s. Otherwise: %(changed)s.", count=len(messages), changed=len(changed))
    moves = Counter((_where(old), _where(new)) for _, old, new in changed)
    for (source, target), count in moves.most_common():
        yield say("%(count)s %(old)s -> %(new)s", count=f"{count:6}", old=source, new=target)
    for message, old, new in changed[:show]:
        yield say('"%(start)s": %(old)s -> %(new)s', start=_start(message.text), old=_where(old), new=_where(new))
    if len(changed) > show:
        yield say("And %(count)s more; see them with --show.", count=len(changed) - show)


def _decided(route: Route) -> tuple[object, ...]:
    return route.department, route.topic, route.urgent, route.protocol, route.readers


def _where(route: Route) -> str:
    """Department and topic, and a mark for what else can differ."""
    marks = [f"/{route.topic}" if route.topic else ""]
    marks += ["!" if route.urgent else "", f" [{route.protocol.value}]" if route.protocol else ""]
    marks += [f" (+{', '.join(route.readers)})" if route.readers else ""]
    return route.department + "".join(marks)


def _start(text: str) -> str:
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"
