"""One post a second in each channel, in the order in which they asked."""

from __future__ import annotations

from handlers.desks.slack.slots import Slots


class Hands:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_each_caller_gets_its_own_second() -> None:
    clock = Hands()
    slots = Slots(1.0, now=clock)
    assert [slots.wait("C1", str(n)) for n in range(4)] == [0, 1, 2, 3]


def test_who_comes_back_at_its_moment_passes_and_takes_no_other() -> None:
    clock = Hands()
    slots = Slots(1.0, now=clock)
    slots.wait("C1", "a")
    assert slots.wait("C1", "b") == 1
    assert slots.wait("C1", "b") == 1
    clock.now += 1
    assert slots.wait("C1", "b") == 0
    assert slots.wait("C1", "c") == 1


def test_one_channel_does_not_hold_up_another() -> None:
    slots = Slots(1.0, now=Hands())
    for n in range(500):
        slots.wait("C1", str(n))
    assert slots.wait("C2", "first") == 0


def test_an_urgent_card_goes_before_500_others() -> None:
    slots = Slots(1.0, now=Hands())
    for n in range(500):
        slots.wait("C1", str(n))
    assert slots.wait("C1", "fire", urgent=True) == 0


def test_a_burst_is_allowed_after_a_quiet_while() -> None:
    clock = Hands()
    slots = Slots(1.0, burst=3, now=clock)
    assert [slots.wait("", str(n)) for n in range(5)] == [0, 0, 0, 1, 2]


def test_a_pause_that_slack_asks_for_holds_up_who_comes_after() -> None:
    clock = Hands()
    slots = Slots(1.0, now=clock)
    slots.pause("C1", 30)
    assert slots.wait("C1", "a") == 30
    clock.now += 30
    assert slots.wait("C1", "a") == 0


def test_what_passed_is_forgotten() -> None:
    clock = Hands()
    slots = Slots(1.0, now=clock)
    for n in range(10):
        slots.wait("C1", str(n))
    assert slots.waiting == 9
    clock.now += 10
    assert [slots.wait("C1", str(n)) for n in range(1, 10)] == [0] * 9
    assert slots.waiting == 0
