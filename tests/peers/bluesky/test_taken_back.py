"""The whole program and a citizen on the real network who takes the question back while an answer is on its way."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import Action
from bot.model import Card, Click, Decision, Done, Face
from bot.settings import Settings
from handlers.app import Program, build
from handlers.serving import running
from knowledge.rulebook.values import DeskIdentity
from tests.peers.bluesky.network import Network
from tests.peers.bluesky.stage import RealBlueskyStage

pytestmark = pytest.mark.peer("bluesky")

JAN = DeskIdentity(desk="web", workspace="", user="jan")
RULES = """
town: Kleindorp
catch_all: balie
departments:
  balie: {{name: Balie, channels: {{web: balie}}}}
accounts:
  bsky: {{channel: bluesky, name: "@{handle}", options: {{service: "{service}", every: "0.5"}}}}
people:
  jk: {{name: Jan de Koning, identities: {{web: jan}}, mandates: [{{role: approver}}]}}
"""


@pytest.fixture
async def stage(network: Network) -> AsyncIterator[RealBlueskyStage]:
    async with RealBlueskyStage(network) as stage:
        yield stage


class Jan:
    """A civil servant at the web desk of a running program."""

    def __init__(self, program: Program) -> None:
        self.office = program.office
        self._clicks = itertools.count()

    async def card(self, holds: Callable[[Card], object]) -> Card:
        """Wait for a card in the channel of the department."""
        async with asyncio.timeout(60):
            while True:
                for card in await self.office.cards("balie", JAN):
                    if holds(card):
                        return card
                await asyncio.sleep(0.1)

    async def decide(self, card: Card, action: Action, **fields: Any) -> Card:
        click = Click(desk="web", workspace="", id=str(next(self._clicks)))
        seen = {"seen": card.seen, "seen_version": card.version}
        decision = Decision(click=click, by=JAN, conversation_id=card.conversation_id, action=action, **seen, **fields)
        answer = await self.office.decide(decision)
        assert isinstance(answer, Done), answer
        return answer.card

    async def place(self, card: Card, text: str) -> Card:
        writing = await self.decide(card, Action.CLAIM, writing=True)
        return await self.decide(writing, Action.APPROVE, text=text)


@asynccontextmanager
async def balie(stage: RealBlueskyStage, folder: Path) -> AsyncIterator[Jan]:
    rules = folder / "routing_rules.yaml"
    rules.write_text(RULES.format(handle=stage.town.handle, service=stage.network.pds))
    program = build(Settings(data=folder, rules=rules, passwords={"bsky": stage.password}))
    async with running(program):
        yield Jan(program)


async def test_who_deletes_the_question_meanwhile_gets_no_answer(stage: RealBlueskyStage, tmp_path: Path) -> None:
    async with balie(stage, tmp_path) as jan:
        question = await stage.write("laat maar zitten")
        card = await jan.card(lambda card: card.face is Face.NEW)
        await jan.place(card, "Wij helpen u graag.")
        await stage.citizen.client.delete_post(question)
        await jan.card(lambda card: card.face is Face.WITHDRAWN)
    posts = await stage.town.client.get_author_feed(stage.town.did)
    assert posts.feed == []
