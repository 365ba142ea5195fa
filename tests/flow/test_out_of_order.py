"""Events come twice, at once and in any order: each has one effect, and the end is always the same."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.model import Deleted, Delivered, Edited, Event, Mentioned, Reshared
from bot.store import Store, audit, mentions
from tests.flow.conftest import Balie, a_mention, build
from tests.flow.town import JAN, MONDAY

MINUTE = timedelta(minutes=1)
ROOT = a_mention(post_id="a", thread_id="a", text="Mijn kliko is niet geleegd.")
SECOND = a_mention(post_id="b", thread_id="a", parent_id="a", text="Hallo?", posted_at=MONDAY + MINUTE)
CREATE = Mentioned(event_id="create a", mention=ROOT)
FOLLOW = Mentioned(event_id="create b", mention=SECOND)
EDIT = Edited(event_id="edit a", post_id="a", text="Mijn container!", at=MONDAY + 2 * MINUTE)
EDIT_AGAIN = Edited(event_id="edit a again", post_id="a", text="Mijn container?", at=MONDAY + 3 * MINUTE)
DELETE = Deleted(event_id="delete a", post_id="a", at=MONDAY + 4 * MINUTE)
DELETE_SECOND = Deleted(event_id="delete b", post_id="b", at=MONDAY + 5 * MINUTE)

STORIES: dict[str, Sequence[Event]] = {
    "edited": (CREATE, EDIT),
    "edited twice": (CREATE, EDIT, EDIT_AGAIN),
    "edited and deleted": (CREATE, EDIT, DELETE),
    "edited twice and deleted": (CREATE, EDIT, EDIT_AGAIN, DELETE),
    "a reply and an edit": (CREATE, FOLLOW, EDIT, EDIT_AGAIN),
    "a reply, and the first deleted": (CREATE, FOLLOW, EDIT, DELETE),
    "everything deleted": (CREATE, FOLLOW, DELETE, DELETE_SECOND),
}


def what_citizens_see(events: Sequence[Event]) -> dict[str, str]:
    """The model: what stands on the platform in the end, by post id."""
    texts: dict[str, str] = {
        event.mention.post_id: event.mention.text for event in events if isinstance(event, Mentioned)
    }
    for edit in sorted((event for event in events if isinstance(event, Edited)), key=lambda edit: edit.at):
        texts[edit.post_id] = edit.text
    gone = {event.post_id for event in events if isinstance(event, Deleted)}
    return {post: text for post, text in texts.items() if post not in gone}


async def what_the_desk_knows(store: Store) -> dict[str, str]:
    rows = await store.read(lambda c: [mentions._record(row) for row in c.execute(mentions.t.select())])
    return {row.mention.post_id: row.mention.text for row in rows if not row.deleted_at}


async def lines_of_the_first(balie: Balie) -> list[str]:
    return await balie.store.read(lambda c: [row.action for row in audit.of_conversation(c, 1)])


@pytest.mark.parametrize("story", STORIES)
async def test_every_order_ends_the_same(balie: Balie, story: str) -> None:
    events = STORIES[story]
    expected = what_citizens_see(events)
    for order in itertools.permutations(events):
        await balie.wipe()
        for event in order:
            await balie.receive(event)
        assert await what_the_desk_knows(balie.store) == expected, [event.event_id for event in order]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.data())
async def test_pages_of_any_size_with_repetitions_end_the_same(balie: Balie, data: some.DataObject) -> None:
    events = data.draw(some.sampled_from(list(STORIES.values())))
    repeated = data.draw(some.lists(some.sampled_from(events), max_size=4))
    order = data.draw(some.permutations([*events, *repeated]))
    cut = data.draw(some.integers(0, len(order)))
    await balie.wipe()
    await balie.receive(*order[:cut])
    await balie.receive(*order[cut:])
    assert await what_the_desk_knows(balie.store) == what_citizens_see(events)


async def test_an_edit_before_its_post_is_advised_by_the_words_of_the_edit(balie: Balie) -> None:
    early = [EDIT, CREATE]
    await balie.receive(*early)
    card = await balie.office.card(1, JAN)
    assert card
    assert (card.mention.text, card.edited, card.seen.version) == ("Mijn container!", True, 2)


async def test_the_same_event_a_hundred_times_at_once_is_one_mention(balie: Balie) -> None:
    await asyncio.gather(*(balie.receive(CREATE, cursor=str(number)) for number in range(100)))
    await balie.work.idle()
    assert len(await what_the_desk_knows(balie.store)) == 1
    assert len(balie.desk.cards("afval")) == 1
    assert len(await balie.audit(balie.newest_card())) == 1


async def test_the_same_post_under_two_event_ids_is_one_mention(balie: Balie) -> None:
    """A platform tells of one post by webhook and by search."""
    await balie.receive(CREATE, Mentioned(event_id="found a", mention=ROOT))
    assert len(await what_the_desk_knows(balie.store)) == 1
    assert await lines_of_the_first(balie) == ["opened"]


async def test_a_post_that_was_deleted_before_it_came_never_shows(balie: Balie) -> None:
    await balie.receive(DELETE)
    await balie.receive(CREATE)
    await balie.work.idle()
    assert balie.desk.messages == {}
    await balie.receive(EDIT)
    assert await what_the_desk_knows(balie.store) == {}


async def test_after_a_restart_the_events_of_before_still_count_as_known(balie: Balie) -> None:
    await balie.receive(CREATE)
    again = build(balie.store)
    await again.receive(CREATE)
    assert len(await lines_of_the_first(again)) == 1


async def test_the_cursor_moves_with_the_page_or_not_at_all(balie: Balie) -> None:
    await balie.receive(CREATE, cursor="7")
    assert await balie.intake.recall("plein", "cursor") == "7"

    broken = Mentioned(event_id="broken", mention=replace(SECOND, post_id="c", posted_at="yesterday"))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="str"):
        await balie.receive(FOLLOW, broken, cursor="8")
    assert await balie.intake.recall("plein", "cursor") == "7"
    assert len(await what_the_desk_knows(balie.store)) == 1


async def test_a_report_of_delivery_that_comes_twice_is_one_line(balie: Balie) -> None:
    card = await balie.place(await balie.mention())
    await balie.later()
    for _ in range(2):
        await balie.receive(Delivered(event_id="delivered", post_id="own-1", ok=False, reason="nobody there"))
    assert [line[1:] for line in await balie.audit(card)].count(("delivered", "failed")) == 1


async def test_reach_only_grows(balie: Balie) -> None:
    await balie.receive(CREATE)
    for number, count in enumerate((5, 40, 12)):
        await balie.receive(Reshared(event_id=f"reshared {number}", post_id="a", count=count))
    stored = await balie.store.read(lambda c: mentions.by_post(c, account="plein", post_id="a"))
    assert stored
    assert stored.reshares == 40
