"""The stage for Telegram: the handler against the fake in tests/servers, in a group that anybody can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import ClassVar, Self

from handlers.public.telegram import Telegram
from handlers.public.telegram.payload import spot
from knowledge.rulebook.values import Account
from tests.contract.stage import CALL_TIMEOUT, KeptInMemory
from tests.servers.faults import Fault
from tests.servers.telegram import SEND, FakeTelegram

TOKEN = "4242:canary-AAF8xyzSecretOfTheTown"
GROUP = -1001234567890


class TelegramStage:
    faults: ClassVar[frozenset[Fault]] = frozenset(Fault)

    def __init__(self) -> None:
        self.server = FakeTelegram()
        self.memory = KeptInMemory()

    async def __aenter__(self) -> Self:
        await self.server.start()
        self.bot = self.server.join(TOKEN, "GemeenteBot")
        self.citizen = self.server.person(5_000_000_001, "Sanne", "sanne")
        self.group = self.server.group(GROUP, username="buurtpraat")
        self.channel = self.make()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.aclose()
        await self.server.stop()

    def make(self, token: str = TOKEN, *, key: str = "tg") -> Telegram:
        account = Account(key=key, channel="telegram", name="@GemeenteBot", options={"service": self.server.url})
        return Telegram(account, token, self.memory, timeout=CALL_TIMEOUT, wait=timedelta(seconds=1))

    async def write(self, text: str, *, under: str = "") -> str:
        if under:
            chat, message = spot(under)
            return f"{chat}:{self.server.write(self.citizen, chat, text, under=message)}"
        return f"{self.group}:{self.server.write(self.citizen, self.group, f'@GemeenteBot {text}')}"

    async def edit(self, post_id: str, text: str) -> None:
        self.bot.reads_all = True  # in privacy mode a bot is not told when its name is edited out
        self.server.edit(*spot(post_id), text)

    async def delete(self, post_id: str) -> None:
        self.server.delete(*spot(post_id))

    async def write_as_town(self, text: str) -> str:
        raise NotImplementedError("a bot is not told what it writes itself")

    async def below(self, post_id: str) -> Sequence[str]:
        return self.server.below(*spot(post_id))

    async def fail(self, fault: Fault) -> None:
        match fault:
            case Fault.UNREACHABLE:
                await self.server.stop()
            case Fault.REVOKED:
                self.server.bots.clear()
            case _:
                self.server.fail(SEND, fault)

    async def mend(self) -> None:
        self.server.bots[TOKEN] = self.bot
        await self.server.stop()
        await self.server.start()

    async def restart(self) -> None:
        """As after a crash: Telegram was not told yet what is stored."""
        await self.channel.aclose()
        self.server.lose_confirmations()
        self.channel = self.make()
