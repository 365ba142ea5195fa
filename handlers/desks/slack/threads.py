"""What people type stays internal: they hear so once. Nothing here can decide anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import StoreUnavailable
from handlers.desks.slack import words
from handlers.desks.slack.blocks import escaped, lines, rich, run
from handlers.desks.slack.home import HOW
from handlers.desks.slack.workspace import Workspace
from knowledge.rulebook.values import DeskIdentity
from knowledge.sentence import Sentence, say

Event = Mapping[str, Any]

WELCOME = say("Balie is here. Messages from residents come as cards; everybody sees who does what.")


class Threads:
    def __init__(self, workspace: Workspace, *, bot_user: str) -> None:
        self._at = workspace
        self._bot_user = bot_user
        self._done: set[str] = set()  # what was said, or is being said right now

    async def typed(self, event: Event) -> None:
        """Tell a person once, at their first words under a card, that this is internal."""
        user, thread = str(event.get("user") or ""), str(event.get("thread_ts") or "")
        ours = event.get("parent_user_id") == self._bot_user
        if not (user and thread and ours) or event.get("subtype") or event.get("bot_id"):
            return
        if await self._first(f"hint {user}"):
            await self._at.whisper(str(event["channel"]), user, words.INTERNAL, thread=thread)

    async def asked(self, event: Event) -> None:
        """Somebody wrote @Balie: say how it works, to them alone."""
        thread = str(event.get("thread_ts") or "")
        for sentence in (words.INTERNAL, *HOW) if thread else HOW:
            await self._at.whisper(str(event["channel"]), str(event["user"]), sentence, thread=thread)

    async def joined(self, event: Event) -> None:
        """Greet a channel once, and say who added Balie."""
        channel = str(event.get("channel") or "")
        if event.get("user") != self._bot_user or not await self._first(f"welcome {channel}"):
            return
        inviter = DeskIdentity(desk="slack", workspace=str(event.get("team") or ""), user=str(event.get("inviter")))
        member = self._at.rulebook().member(inviter)
        added = [say("Added by %(name)s.", name=member.name)] if member else []
        await self._say(channel, (WELCOME, *added, *HOW))

    async def _say(self, channel: str, sentences: tuple[Sentence, ...]) -> None:
        said = [self._at.wording.text(each) for each in sentences]
        blocks = [rich(lines(*([run(each)] for each in said)))]
        await self._at.calls("chat.postMessage", channel=channel, text=escaped(said[0]), blocks=blocks)

    async def _first(self, name: str) -> bool:
        """Tell whether this is the first time, and remember it; asking twice at once is one first time."""
        if name in self._done:
            return False
        self._done.add(name)
        try:
            if await self._at.memory.recall(self._at.account, name):
                return False
            await self._at.memory.keep(self._at.account, name, "1")
        except StoreUnavailable:
            self._done.discard(name)
            raise
        return True
