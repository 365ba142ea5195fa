"""One Slack workspace, what stands behind it, and the ways to answer a click there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import ShowFailed, StoreUnavailable
from bot.model import Card
from bot.ports import FrontOffice, Memory
from bot.reading import GONE, OUTSIDER
from handlers.desks.slack import words
from handlers.desks.slack.blocks import Json, escaped, lines, rich, run
from handlers.desks.slack.calls import Calls, NotTaken
from handlers.desks.slack.card import ROW, to_message
from handlers.desks.slack.payload import Pressed
from handlers.desks.slack.preview import to_busy, to_told
from handlers.wording import Wording
from knowledge.rulebook.values import DeskIdentity, Rulebook
from knowledge.sentence import Sentence, say

PATIENCE = 0.8  # seconds that a dialog may take before a waiting one is opened: a trigger lives for three

Ack = Callable[..., Awaitable[Any]]
Drawn = Json | Sentence  # a dialog, or why there is none

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    calls: Calls
    office: FrontOffice
    wording: Wording
    rulebook: Callable[[], Rulebook]
    memory: Memory
    account: str  # under which name the memory keeps what belongs to this workspace
    behind: set[asyncio.Task[None]]  # answers under way, kept from being collected

    def unseen(self, by: DeskIdentity) -> Sentence:
        """Return why there is no card for this person."""
        return GONE if self.rulebook().member(by) else OUTSIDER

    async def open(self, pressed: Pressed, draw: Awaitable[Drawn], ack: Ack) -> None:
        """Open a dialog within the life of its trigger: the real one, or one to wait with."""
        drawing = asyncio.ensure_future(_kept(draw))
        await asyncio.wait({drawing}, timeout=PATIENCE)
        await ack()
        self.afterwards(self._open(pressed, drawing))

    def afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this behind the acknowledgement, which leaves only when a listener has returned."""
        task = asyncio.create_task(work)
        self.behind.add(task)
        task.add_done_callback(self.behind.discard)

    async def _open(self, pressed: Pressed, drawing: asyncio.Future[Drawn]) -> None:
        method = "views.push" if pressed.in_dialog else "views.open"
        view = self.dialog(drawing.result()) if drawing.done() else to_busy(wording=self.wording)
        waits = not drawing.done()
        try:
            opened = await self.calls(method, trigger_id=pressed.trigger, view=view)
            if waits:
                await self.calls("views.update", view_id=opened["view"]["id"], view=self.dialog(await drawing))
        except ShowFailed as exc:
            reason = exc.reason if isinstance(exc, NotTaken) else type(exc).__name__
            log.warning("a dialog was not opened", reason=reason)
            await drawing
            if reason == "expired_trigger_id":
                await self.tell(pressed, words.TRY_AGAIN)

    def dialog(self, drawn: Drawn) -> Json:
        return to_told(drawn, wording=self.wording) if isinstance(drawn, Sentence) else drawn

    async def tell(self, pressed: Pressed, sentence: Sentence) -> None:
        """Answer the clicker alone: on the card, or in place of the dialog."""
        if pressed.in_dialog and pressed.view:
            await self._quietly("views.update", view_id=pressed.view["id"], view=self.dialog(sentence))
        elif pressed.channel:
            await self.whisper(pressed.channel, pressed.by.user, sentence, thread=pressed.thread)
        else:
            await self._quietly("views.open", trigger_id=pressed.trigger, view=self.dialog(sentence))

    async def whisper(self, channel: str, user: str, sentence: Sentence, *, thread: str = "") -> None:
        """Say something that one person sees, and that is gone when they load Slack again."""
        said = self.wording.text(sentence)
        under = {"thread_ts": thread} if thread else {}
        await self._quietly(
            "chat.postEphemeral",
            channel=channel,
            user=user,
            text=escaped(said),
            blocks=[rich(lines([run(said)]))],
            **under,
        )

    async def redraw(self, pressed: Pressed, card: Card) -> None:
        """Show the clicker at once what became of the card; the job that shows it everywhere comes behind."""
        if pressed.channel and pressed.message:
            message = self._without(pressed, card) or to_message(card, wording=self.wording)
            await self._quietly("chat.update", channel=pressed.channel, ts=pressed.message, **message)

    def _without(self, pressed: Pressed, card: Card) -> Json | None:
        """Return a list in which the row that was clicked tells how it is now; None when it is no list."""
        block = str(pressed.action.get("block_id", ""))
        if not block.startswith(ROW):
            return None
        done = self.wording.text(say("Let go of: %(author)s.", author=card.mention.author))
        now = rich(lines([run(done, italic=True)]), block_id=block)
        blocks = [now if each.get("block_id") == block else dict(each) for each in pressed.blocks]
        return {"text": escaped(done), "blocks": blocks}

    async def replace(self, pressed: Pressed, view: Json) -> None:
        if pressed.view:
            await self._quietly("views.update", view_id=pressed.view["id"], view=view)

    async def _quietly(self, method: str, **arguments: Any) -> None:
        try:
            await self.calls(method, **arguments)
        except ShowFailed as exc:
            reason = exc.reason if isinstance(exc, NotTaken) else type(exc).__name__
            log.warning("slack did not take an answer", method=method, reason=reason)


async def _kept(draw: Awaitable[Drawn]) -> Drawn:
    try:
        return await draw
    except StoreUnavailable:
        log.warning("a dialog could not be drawn")
        return words.TRY_AGAIN
