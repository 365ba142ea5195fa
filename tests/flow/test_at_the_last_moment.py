"""What changes between the decision to post and the post itself: nothing goes out that should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import Action, State
from bot.model import Current, Face, Mention, Recovery
from bot.store import Store, conversations, jobs
from tests.flow.conftest import Balie, build, done
from tests.flow.town import JAN, MONDAY
from tests.servers.platform import FakeChannel


class Slow(FakeChannel):
    """Somebody does something while the platform tells how the question stands."""

    async def current(self, mention: Mention) -> Current:
        await self.meanwhile()
        return await super().current(mention)

    async def meanwhile(self) -> None:
        """Nothing, until a test says otherwise."""


async def test_held_back_while_the_question_is_looked_up_nothing_is_posted(store: Store) -> None:
    balie = build(store, channel=Slow, start=MONDAY)
    card = await balie.place(await balie.mention())

    async def hold_back() -> None:
        done(await balie.decide(await balie.card(card), Action.HOLD_BACK))

    balie.channel.meanwhile = hold_back  # type: ignore[attr-defined]
    await balie.later()

    assert balie.platform.calls == 0
    assert (await balie.card(card)).state is State.CLAIMED
    due = await store.read(lambda c: jobs.waiting(c, now=balie.clock.now() + timedelta(minutes=5)))
    assert due == (None, 0)  # no job goes on failing


@pytest.mark.parametrize("recovery", [Recovery.KEY])
async def test_a_key_that_the_platform_has_forgotten_is_not_used_again(balie: Balie) -> None:
    balie.platform.faults.append("500 after")
    balie.platform.knows_keys = False
    balie.channel.abilities = replace(balie.channel.abilities, key_lifetime=timedelta(0))
    card = await balie.place(await balie.mention())

    asked = await balie.resolved(card)

    assert asked.face is Face.UNSURE
    assert balie.platform.calls == 1


async def test_a_call_that_would_begin_after_its_deadline_is_not_made(balie: Balie) -> None:
    """The machine slept between the intent and the call: what others saw by then may have changed."""
    card = await balie.place(await balie.mention())
    whole = balie.channel.abilities
    balie.channel.abilities = replace(whole, timeout=timedelta(0))
    await balie.later()
    assert balie.platform.calls == 0

    balie.channel.abilities = whole
    await balie.resolved(card)
    assert balie.platform.texts() == ["Wij komen morgen langs. ^JK"]
    assert (await balie.card(card, by=JAN)).state is State.ANSWERED


async def test_nobody_writes_over_what_was_written_since_they_looked(balie: Balie) -> None:
    card = await balie.mention()
    seen = await balie.store.read(lambda c: conversations.get(c, card.conversation_id))
    assert seen

    async def change(by: str) -> None:
        await balie.store.write(lambda c: conversations.change(c, seen, at=MONDAY, by=by, action="claim", holder=by))

    await change("jan")
    with pytest.raises(AssertionError, match="changed under its lock"):
        await change("fatima")
    stands = await balie.store.read(lambda c: conversations.get(c, card.conversation_id))
    assert stands
    assert stands.holder == "jan"
