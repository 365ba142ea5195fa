"""What the contract suite needs of a desk: a workspace on loopback, and a look at what stands in its channels."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.ports import Desk
from handlers.desks.slack.desk import Keys, SlackDesk
from handlers.web.desk import WebDesk
from handlers.wording import Wording
from knowledge.rulebook.values import DeskChannel
from knowledge.sentence import Sentence
from tests.contract.stage import KeptInMemory
from tests.flow.town import TOWN
from tests.servers.faults import Fault
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, TEAM, Slack, text_of


class DeskStage(Protocol):
    """One chat app on loopback; an async context manager."""

    desk: Desk
    here: DeskChannel
    elsewhere: DeskChannel

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def cards(self, channel: DeskChannel) -> Sequence[str]:
        """Return what each card in a channel says; empty where the desk keeps no messages of its own."""

    def lines(self, channel: DeskChannel) -> Sequence[str]: ...
    async def fail(self, fault: Fault) -> None: ...
    async def archive(self, channel: DeskChannel) -> None: ...

    keeps_messages: bool


class SlackStage:
    keeps_messages = True

    def __init__(self) -> None:
        self.slack = Slack()
        self.told: list[Sentence] = []
        self.here = DeskChannel(desk="slack", workspace=TEAM, channel="C1")
        self.elsewhere = DeskChannel(desk="slack", workspace=TEAM, channel="C2")

    async def __aenter__(self) -> Self:
        await self.slack.start()
        for channel in (self.here, self.elsewhere):
            self.slack.channel(channel.channel)

        async def tell(subject: str, sentence: Sentence) -> None:
            self.told.append(sentence)

        self.desk = SlackDesk(
            Keys(bot_token=BOT_TOKEN, app_token=APP_TOKEN),
            workspace=TEAM,
            memory=KeptInMemory(),
            wording=Wording("nl", zone=ZoneInfo("Europe/Amsterdam")),
            rulebook=lambda: TOWN,
            tell=tell,
            base_url=self.slack.base_url,
            pace=0.0,
            cards_a_minute=0,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.desk.aclose()
        await self.slack.stop()
        assert self.slack.refused == []

    def cards(self, channel: DeskChannel) -> Sequence[str]:
        return [text_of(card) for card in self.slack.cards(channel.channel)]

    def lines(self, channel: DeskChannel) -> Sequence[str]:
        return [text_of(line) for line in self.slack.lines(channel.channel)]

    async def fail(self, fault: Fault) -> None:
        for method in ("chat.postMessage", "chat.update"):
            self.slack.faults[method].append(fault)

    async def archive(self, channel: DeskChannel) -> None:
        self.slack.channel(channel.channel).error = "is_archived"


class WebStage:
    keeps_messages = False

    def __init__(self) -> None:
        self.memory = KeptInMemory()
        wording = Wording("nl", zone=ZoneInfo("Europe/Amsterdam"))
        self.desk = WebDesk(memory=self.memory, wording=wording, clock=SystemClock())
        self.here = DeskChannel(desk="web", workspace="", channel="afval")
        self.elsewhere = DeskChannel(desk="web", workspace="", channel="zorg")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def cards(self, channel: DeskChannel) -> Sequence[str]:
        return ()

    def lines(self, channel: DeskChannel) -> Sequence[str]:
        return [text for (_, name), text in self.memory.kept.items() if name.endswith(channel.channel)]

    async def fail(self, fault: Fault) -> None: ...
    async def archive(self, channel: DeskChannel) -> None: ...


DESKS: dict[str, type[DeskStage]] = {"slack": SlackStage, "web": WebStage}
