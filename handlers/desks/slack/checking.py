"""Looks whether a workspace is ready: the token, each channel with a test card, and the people in the rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.errors import PlaceGone, ShowFailed
from handlers.desks.slack.blocks import Json, escaped, lines, rich, run
from handlers.desks.slack.calls import Calls, NotTaken, SignedOut
from handlers.desks.slack.payload import DESK
from handlers.wording import Wording
from knowledge.rulebook.values import Rulebook
from knowledge.sentence import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One thing that was looked at, in words."""

    ok: bool
    sentence: Sentence


def workspaces(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the Slack workspaces that the rules name, in the order of the file."""
    places = [each.workspace for one in rulebook.departments.values() for each in one.channels if each.desk == DESK]
    people = [each.workspace for one in rulebook.members.values() for each in one.identities if each.desk == DESK]
    return tuple(dict.fromkeys([*places, *people]))


async def check(calls: Calls, rulebook: Rulebook, *, workspace: str, wording: Wording) -> AsyncIterator[Checked]:
    """Look at everything of one workspace; a test card stands in each channel afterwards, marked as such."""
    try:
        who = await calls("auth.test")
    except SignedOut:
        yield _wrong(say("Slack does not know the bot token of workspace %(team)s.", team=workspace))
        return
    except ShowFailed:
        yield _wrong(say("Slack cannot be reached. Look at the proxy and the network."))
        return
    if who["team_id"] != workspace:
        yield _wrong(say("The bot token belongs to workspace %(other)s.", other=who["team_id"]))
        return
    yield Checked(ok=True, sentence=say("Workspace %(team)s: connected.", team=workspace))
    for name, channel in _channels(rulebook, workspace):
        yield await _channel(calls, name, channel, wording)
    for name, user in _people(rulebook, workspace):
        if fault := await _person(calls, name, user, workspace):
            yield fault


async def _channel(calls: Calls, name: str, channel: str, wording: Wording) -> Checked:
    try:
        posted = await calls("chat.postMessage", channel=channel, **_said(say("Test of Balie: one moment."), wording))
        done = say("Test of Balie: cards can be posted and changed here. You need not do anything.")
        await calls("chat.update", channel=channel, ts=posted["ts"], **_said(done, wording))
    except PlaceGone:
        gone = say(
            "Balie cannot post in channel %(channel)s of %(name)s. Invite it: /invite @Balie",
            channel=channel,
            name=name,
        )
        return _wrong(gone)
    except ShowFailed as exc:
        why = exc.reason if isinstance(exc, NotTaken) else "?"
        return _wrong(say("Channel %(channel)s of %(name)s: Slack says %(why)s.", channel=channel, name=name, why=why))
    return Checked(ok=True, sentence=say("Channel %(channel)s of %(name)s: fine.", channel=channel, name=name))


async def _person(calls: Calls, name: str, user: str, workspace: str) -> Checked | None:
    try:
        found = (await calls("users.info", user=user))["user"]
    except ShowFailed:
        return _wrong(say("%(name)s (%(user)s) is not known in Slack.", name=name, user=user))
    if found.get("deleted"):
        return _wrong(say("%(name)s (%(user)s) left Slack.", name=name, user=user))
    if found.get("is_restricted") or found.get("is_stranger") or found.get("team_id", workspace) != workspace:
        return _wrong(say("%(name)s (%(user)s) is a guest in Slack.", name=name, user=user))
    return None


def _channels(rulebook: Rulebook, workspace: str) -> list[tuple[str, str]]:
    return [
        (department.name, each.channel)
        for department in rulebook.departments.values()
        for each in department.channels
        if (each.desk, each.workspace) == (DESK, workspace)
    ]


def _people(rulebook: Rulebook, workspace: str) -> list[tuple[str, str]]:
    return [
        (member.name, each.user)
        for member in rulebook.members.values()
        for each in member.identities
        if (each.desk, each.workspace) == (DESK, workspace)
    ]


def _said(sentence: Sentence, wording: Wording) -> Json:
    text = wording.text(sentence)
    return {"text": escaped(text), "blocks": [rich(lines([run(text)]))]}


def _wrong(sentence: Sentence) -> Checked:
    return Checked(ok=False, sentence=sentence)
