"""The program itself with Telegram: what comes in, what stands there, and an answer of which nobody knows."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.conversation import Action
from bot.front_office import FrontOffice
from bot.model import Card, Decision, Done, Face, Visibility
from bot.rules import Rules
from bot.store import open_store
from handlers.loading import load
from handlers.public.telegram import Telegram
from knowledge.rulebook.values import DeskIdentity
from tests.contract.stage import KeptInMemory
from tests.contract.telegram import TOKEN
from tests.flow.conftest import a_click
from tests.peers.postgresql import free_port
from tests.servers.faults import Fault
from tests.servers.telegram import SEND, FakeTelegram

pytestmark = pytest.mark.timeout(240)
PATIENCE = 90.0  # seconds; a busy machine takes long to start
JAN = DeskIdentity(desk="web", workspace="", user="jan")
ANSWER = "Wij komen morgen langs."
CHANNEL = {"id": -1009876543210, "type": "channel", "title": "Gemeente", "username": "gemeente"}
RULES = """
town: Veldwijk
catch_all: webcare
hold: 1s
accounts:
  tg: {channel: telegram, name: "@GemeenteBot", options: {service: "%s"}}
departments:
  webcare: {name: Webcare, channels: {web: balie}}
people:
  jk: {name: Jan de Koning, identities: {web: jan}, mandates: [{role: approver}]}
"""


@dataclass
class Town:
    folder: Path
    server: FakeTelegram
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
        settings = {
            "BALIE_DATA": str(self.folder),
            "BALIE_RULES": str(self.folder / "rules.yaml"),
            "BALIE_PASSWORD_TG": TOKEN,
            "BALIE_LOG": "error",
        }
        command = [sys.executable, "-m", "handlers.cli", "run", "--port", str(free_port())]
        self.process = await asyncio.create_subprocess_exec(
            *command, env=mine | settings, stdout=asyncio.subprocess.DEVNULL
        )

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await asyncio.wait_for(self.process.wait(), 20)

    @asynccontextmanager
    async def office(self) -> AsyncIterator[FrontOffice]:
        """What a colleague can do while the server runs."""
        clock = SystemClock()
        rules = load(self.folder / "rules.yaml", clock=clock)
        store = open_store(self.folder / "balie.db", server=False)
        bot = Telegram(rules.rulebook.accounts["tg"], TOKEN, KeptInMemory())
        try:
            yield FrontOffice(store, Rules(rules.rulebook, rules.advisor), {"tg": bot}, clock)
        finally:
            await bot.aclose()
            store.close()

    async def cards(self) -> list[Card]:
        async with self.office() as office:
            return list(await office.cards("webcare", JAN))

    async def decide(self, card: Card, action: Action, **fields: Any) -> None:
        async with self.office() as office:
            answer = await office.decide(
                Decision(
                    click=a_click(),
                    by=JAN,
                    conversation_id=card.conversation_id,
                    action=action,
                    seen_version=card.version,
                    seen=card.seen,
                    **fields,
                )
            )
            assert isinstance(answer, Done), answer

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                assert self.process
                assert self.process.returncode is None, "the program ended by itself"
                await asyncio.sleep(0.2)

    async def until_face(self, face: Face) -> Card:
        async def shown() -> bool:
            return [card.face for card in await self.cards()] == [face]

        await self.until(shown)
        return (await self.cards())[0]

    async def asked_privately(self) -> int:
        """Let a citizen write in private, and a colleague answer; return the chat."""
        sanne = self.server.person(5_000_000_001, "Sanne")
        chat = self.server.private(sanne)
        self.server.write(sanne, chat, "Mijn kliko is niet geleegd.")
        await self.start()
        await self.decide(await self.until_face(Face.NEW), Action.APPROVE, text=ANSWER)
        return chat

    def answers(self, chat: int) -> list[str]:
        found = self.server.messages.values()
        return [each["text"] for each in found if each["chat"]["id"] == chat and each.get("from", {}).get("is_bot")]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    server = FakeTelegram()
    await server.start()
    server.join(TOKEN, "GemeenteBot")
    (tmp_path / "rules.yaml").write_text(RULES % server.url)
    made = Town(tmp_path, server)
    yield made
    await made.stop(signal.SIGKILL)
    await server.stop()


async def test_a_private_message_a_group_and_a_comment_are_answered_where_they_stand(town: Town) -> None:
    sanne = town.server.person(5_000_000_001, "Sanne", "sanne")
    private, group = town.server.private(sanne), town.server.group(-1001234567890, username="buurt")
    discussion = town.server.group(-1005555555555)
    town.server.bots[TOKEN].reads_all = True
    town.server.write(sanne, private, "Mag ik iets vragen?")
    asked = town.server.write(sanne, group, "@GemeenteBot waar is de milieustraat?")
    post = town.server.channel_post(discussion, CHANNEL, "Vandaag halen we papier op.")
    comment = town.server.write(sanne, discussion, "Ook in Oost?", under=post)
    await town.start()

    async def all_there() -> bool:
        return len(await town.cards()) == 3

    await town.until(all_there)
    town.server.edit(group, asked, "@GemeenteBot waar is de milieustraat in West?")

    async def edited() -> bool:
        return any("in West" in card.mention.text for card in await town.cards())

    await town.until(edited)
    seen = {card.mention.visibility for card in await town.cards()}
    assert seen == {Visibility.PRIVATE, Visibility.PUBLIC}
    for card in await town.cards():
        await town.decide(card, Action.APPROVE, text=ANSWER)

    async def answered() -> bool:
        return {card.face for card in await town.cards()} == {Face.ANSWERED}

    await town.until(answered)
    assert town.server.below(group, asked) == town.server.below(discussion, comment) == [f"{ANSWER} ^JK"]
    assert town.answers(private) == [f"{ANSWER} ^JK"]


@pytest.mark.parametrize("again", [False, True], ids=["it is there", "send again"])
async def test_after_a_cut_connection_a_person_decides(town: Town, again: bool) -> None:
    town.server.fail(SEND, Fault.CUT_BEFORE if again else Fault.CUT_AFTER)
    chat = await town.asked_privately()
    card = await town.until_face(Face.UNSURE)
    assert len(town.answers(chat)) == (0 if again else 1)
    if again:
        await town.decide(card, Action.SEND_AGAIN, looked=True)
    else:
        await town.decide(card, Action.CONFIRM)
    await town.until_face(Face.ANSWERED)
    assert town.answers(chat) == [f"{ANSWER} ^JK"]


async def test_killed_between_the_post_and_its_record_nothing_is_sent_twice(town: Town) -> None:
    town.server.fail(SEND, Fault.SILENT_AFTER)
    chat = await town.asked_privately()

    async def taken() -> bool:
        return bool(town.answers(chat))

    await town.until(taken)
    await town.stop(signal.SIGKILL)
    await town.start()
    card = await town.until_face(Face.UNSURE)
    await asyncio.sleep(1)
    assert len(town.answers(chat)) == 1
    await town.decide(card, Action.CONFIRM)
    await town.until_face(Face.ANSWERED)
    assert town.answers(chat) == [f"{ANSWER} ^JK"]
