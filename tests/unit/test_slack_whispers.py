"""What Balie says to one person in Slack is plain text, in the notification too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import DeskAway
from handlers.desks.slack.workspace import Workspace
from knowledge.sentence import say
from tests.unit.a_card import dutch

HOSTILE = "<!channel> <@U1> & <https://evil.example|gemeente.nl>"


class Calls:
    """Remembers what Slack was asked, and may be away."""

    def __init__(self, *, away: bool = False) -> None:
        self.made: list[tuple[str, Mapping[str, Any]]] = []
        self._away = away

    async def __call__(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        self.made.append((method, arguments))
        if self._away:
            raise DeskAway
        return {}


def workspace(calls: Any) -> Workspace:
    nobody: Any = None
    return Workspace(
        calls=calls, office=nobody, wording=dutch(), rulebook=nobody, memory=nobody, account="slack", behind=set()
    )


async def test_a_sentence_with_a_name_in_it_calls_nobody() -> None:
    calls = Calls()
    await workspace(calls).whisper("C1", "U1", say("%(name)s is busy with this.", name=HOSTILE), thread="1.2")
    [(method, said)] = calls.made
    assert (method, said["user"], said["thread_ts"]) == ("chat.postEphemeral", "U1", "1.2")
    assert "<" not in said["text"]
    [block] = said["blocks"]
    assert {run["type"] for run in block["elements"][0]["elements"]} == {"text"}


async def test_a_whisper_that_slack_does_not_take_stops_nothing() -> None:
    calls = Calls(away=True)
    await workspace(calls).whisper("C1", "U1", say("Nothing."))
    assert len(calls.made) == 1
