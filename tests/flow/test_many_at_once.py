"""Much at once: a channel stays readable, one line counts what waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.clock import Clock
from bot.conversation import Action
from bot.errors import ShowFailed
from bot.model import Card, CloseReason, Mentioned, Notice, Place, Shown
from bot.store import Store
from tests.flow.conftest import EVENTS, Balie, a_mention, build, done
from tests.flow.town import JAN, MONDAY, TOWN
from tests.servers.desk import FakeDesk

KLIKO = "Mijn kliko is niet geleegd."
FIRE = "Er is brand bij de kliko, er zijn gewonden!"
A_MINUTE = 10
NOBODY_READS_ALONG = replace(TOWN, topics={"container": replace(TOWN.topics["container"], readers=())})


@dataclass
class SlowDesk(FakeDesk):
    """A desk that takes one message or update a second, and remembers when what came."""

    cards_a_minute: int = A_MINUTE
    clock: Clock | None = None
    new: list[tuple[datetime, str]] = field(default_factory=list)  # channel of each new message
    first: dict[int, datetime] = field(default_factory=dict)  # when each conversation got its card
    paced: bool = False
    _free: datetime = MONDAY

    async def show(self, card: Card, place: Place, shown: Shown | None) -> Shown:
        self._moment()
        after = await super().show(card, place, shown)
        if shown is None:
            self.new.append((self._now, place.channel.channel))
            self.first.setdefault(card.conversation_id, self._now)
        return after

    async def say(
        self, place: Place, notice: Notice, *, under: Shown | None = None, instead: Shown | None = None
    ) -> Shown:
        self._moment()
        if instead is None:
            self.new.append((self._now, place.channel.channel))
        return await super().say(place, notice, under=under, instead=instead)

    @property
    def _now(self) -> datetime:
        assert self.clock
        return self.clock.now()

    def _moment(self) -> None:
        if self.paced and self._free > self._now:
            raise ShowFailed(self._free - self._now)
        self._free = self._now + timedelta(seconds=1)

    def busiest_minute(self) -> int:
        """Return how many new messages one channel got within a minute, at most."""
        return max(
            sum(1 for at, where in self.new if where == channel and start <= at < start + timedelta(minutes=1))
            for start, channel in self.new
        )


def counted(balie: Balie, channel: str = "afval") -> int:
    """Return how many messages the line in a channel says to wait."""
    said = [notice.text for where, notice in balie.desk.lines if where == channel]
    assert len(said) == 1
    return int(str(said[0]).split()[0]) if "wait" in str(said[0]) else 0


@pytest.fixture
def desk() -> SlowDesk:
    return SlowDesk()


@pytest.fixture
def balie(store: Store, desk: SlowDesk) -> Balie:
    built = build(store, desk=desk)
    desk.clock = built.clock
    return built


async def write(balie: Balie, number: int, *, text: str = KLIKO, thread: str = "") -> None:
    numbers = [next(EVENTS) for _ in range(number)]
    mentions = [
        a_mention(text=text, author_id=f"burger-{n}", post_id=f"post-{n}", thread_id=thread or f"post-{n}")
        for n in numbers
    ]
    await balie.receive(*(Mentioned(event_id=f"event-{m.post_id}", mention=m) for m in mentions))
    await balie.work.idle()


async def test_of_fifty_messages_at_once_ten_stand_there_and_one_line_counts_the_others(balie: Balie) -> None:
    await write(balie, 50)
    assert (len(balie.desk.cards("afval")), counted(balie)) == (10, 40)
    for minute in range(1, 5):
        await later(balie, seconds=60)
        assert (len(balie.desk.cards("afval")), counted(balie)) == (10 + 10 * minute, 40 - 10 * minute)
    assert len({card.conversation_id for card in balie.desk.cards("afval")}) == 50
    assert "All messages stand here again." in str(balie.desk.lines[0][1].text)


async def later(balie: Balie, *, seconds: int) -> None:
    for _ in range(seconds // 20):
        await balie.later(timedelta(seconds=20))


async def test_whatever_happens_a_channel_gets_no_more_than_ten_cards_and_a_line_a_minute(
    balie: Balie, desk: SlowDesk
) -> None:
    for number in (5, 30, 1, 14, 40):
        await write(balie, number)
        await balie.later(timedelta(seconds=25))
    await later(balie, seconds=600)
    assert len(desk.cards("afval")) == 90
    assert desk.busiest_minute() <= A_MINUTE + 1


async def test_what_is_urgent_never_waits(balie: Balie) -> None:
    await write(balie, 30)
    await write(balie, 1, text=FIRE)
    assert FIRE in [card.mention.text for card in balie.desk.cards("afval")]


async def test_the_first_card_of_a_thread_goes_before_more_of_a_thread_that_stands_there(balie: Balie) -> None:
    await write(balie, 40, thread="een")
    assert len(balie.desk.cards("afval")) == 10
    await write(balie, 1, text="Iets anders over de kliko.", thread="twee")
    await later(balie, seconds=60)
    threads = [card.mention.thread_id for card in balie.desk.cards("afval")]
    assert "twee" in threads[10:20]


async def test_what_was_dealt_with_elsewhere_needs_no_card_any_more(balie: Balie) -> None:
    await write(balie, 12)
    standing = {card.conversation_id for card in balie.desk.cards("afval")}
    assert counted(balie) == 2
    waiting = next(number for number in range(1, 13) if number not in standing)
    card = await balie.office.card(waiting, by=JAN)
    assert card
    done(await balie.decide(card, Action.CLOSE, reason=CloseReason.SPAM))
    await later(balie, seconds=180)
    assert len(balie.desk.cards("afval")) == 11
    assert waiting not in {card.conversation_id for card in balie.desk.cards("afval")}


async def test_a_restart_forgets_nothing_that_waits(database: Callable[[], Store]) -> None:
    first = build(database(), desk=(desk := SlowDesk()))
    await first.store.leadership.gained()
    desk.clock = first.clock
    await write(first, 25)
    await first.store.leadership.leave()
    first.store.close()
    second = build(database(), desk=desk, start=MONDAY + timedelta(minutes=2))
    await second.store.leadership.gained()
    desk.clock = second.clock
    await later(second, seconds=120)
    assert len(desk.cards("afval")) == 25
    assert [str(line.text) for where, line in desk.lines if where == "afval"] == ["All messages stand here again."]
    await second.store.leadership.leave()
    second.store.close()


@pytest.mark.sqlite
@pytest.mark.timeout(300)
async def test_ten_thousand_messages_in_ten_minutes_over_a_slow_slack(store: Store) -> None:
    """Sixty threads about one thing: each has its first card in time, and no message is lost from the count."""
    desk = SlowDesk(paced=True)
    balie = build(store, NOBODY_READS_ALONG, desk=desk)
    desk.clock = balie.clock
    begun: dict[str, datetime] = {}
    for second in range(600):
        await write_in_threads(balie, 16 + (second % 3 < 2), latest=second // 10, begun=begun)
        await balie.later(timedelta(seconds=1))
    assert await stored(balie) == 10_000

    for _ in range(100):
        await balie.later(timedelta(seconds=1))
    first_cards: dict[str, datetime] = {}
    for card in desk.cards("afval"):
        at = desk.first[card.conversation_id]
        first_cards[card.mention.thread_id] = min(at, first_cards.get(card.mention.thread_id, at))
    assert max(first_cards[thread] - at for thread, at in begun.items()) < timedelta(seconds=100)
    assert desk.busiest_minute() <= A_MINUTE + 1
    assert len(desk.cards("afval")) + counted(balie) == 10_000


async def write_in_threads(balie: Balie, number: int, *, latest: int, begun: dict[str, datetime]) -> None:
    """Somebody new writes in the latest thread, and in earlier ones."""
    mentions = []
    for n in (next(EVENTS) for _ in range(number)):
        thread = f"thread-{latest if f'thread-{latest}' not in begun else n % (latest + 1)}"
        begun.setdefault(thread, balie.clock.now())
        mentions.append(a_mention(text=KLIKO, author_id=f"burger-{n}", post_id=f"post-{n}", thread_id=thread))
    await balie.receive(*(Mentioned(event_id=f"event-{m.post_id}", mention=m) for m in mentions))


async def stored(balie: Balie) -> int:
    return int(await balie.store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM mention").scalar_one()))
