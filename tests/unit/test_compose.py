"""What will stand on the public channel: address, sign-off, parts, and what keeps it from being posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import compose
from bot.model import Abilities
from bot.rules import Rules
from knowledge.advisor import Advisor
from knowledge.rulebook.values import SignOff
from tests.flow.conftest import a_mention
from tests.flow.town import TOWN
from tests.servers.platform import FakeChannel, Platform

RULES = Rules(TOWN, Advisor(TOWN))
JAN = TOWN.members["jan"]
MENTION = a_mention(author="@burger")


def channel(*, sign_off: SignOff = SignOff.INITIALS, addresses: bool = False, limit: int = 280) -> FakeChannel:
    def able(abilities: Abilities) -> Abilities:
        return replace(abilities, addresses=addresses, max_length=limit)

    return FakeChannel(replace(TOWN.accounts["plein"], sign_off=sign_off), Platform(), abilities=able)


def composed(text: str, where: FakeChannel, *, split: bool = False) -> compose.Composed:
    return compose.compose(text, mention=MENTION, member=JAN, channel=where, rules=RULES, split=split)


@pytest.mark.parametrize(
    ("sign_off", "addresses", "expected"),
    [
        (SignOff.INITIALS, False, "Wij komen. ^JK"),
        (SignOff.FIRST_NAME, False, "Wij komen. Jan"),
        (SignOff.NONE, False, "Wij komen."),
        (SignOff.INITIALS, True, "@burger Wij komen. ^JK"),
    ],
)
def test_the_account_says_how_it_begins_and_ends(sign_off: SignOff, addresses: bool, expected: str) -> None:
    assert composed("  Wij komen.\n", channel(sign_off=sign_off, addresses=addresses)).parts == (expected,)


@pytest.mark.parametrize("addresses", [False, True])
def test_what_is_left_for_the_draft_is_exactly_what_fits(addresses: bool) -> None:
    where = channel(addresses=addresses)
    room = compose.room(where, MENTION, JAN)
    assert composed("x" * room, where).too_long == 0
    assert composed("x" * (room + 1), where).too_long == 1


def test_parts_fit_are_numbered_and_lose_no_word() -> None:
    words = [f"woord{number}" for number in range(60)]
    parts = composed(" ".join(words), channel(addresses=True, limit=140), split=True).parts
    assert len(parts) == 4
    assert all(len(part) <= 140 and part.startswith("@burger ") for part in parts)
    assert [part.removesuffix(" ^JK")[-5:] for part in parts] == [f"({n}/4)" for n in range(1, 5)]
    kept = " ".join(part.removeprefix("@burger ").removesuffix(" ^JK")[:-6] for part in parts)
    assert kept.split() == words


def test_what_fits_is_not_split() -> None:
    assert composed("Wij komen.", channel(), split=True).parts == ("Wij komen. ^JK",)


@pytest.mark.parametrize("count", [9, 10, 25])
def test_also_with_ten_parts_and_more_each_part_fits(count: int) -> None:
    where = channel(limit=60, sign_off=SignOff.NONE)
    body = " ".join(["woord"] * (9 * count))
    found = composed(body, where, split=True)
    assert len(found.parts) >= count
    assert found.too_long == 0


def test_too_long_says_by_how_much_and_in_how_many_messages_it_would_fit() -> None:
    where = channel()
    found = composed("x" * 400, where)
    assert str(compose.too_long(found, where)) == (
        "124 characters too long for Nepnet. Make it shorter or choose 'Split into 2 messages'."
    )


@pytest.mark.parametrize(
    ("text", "warned", "blocked"),
    [
        ("Bel 14 0990.", False, False),
        ("Mail info@veldwijk.example.", False, False),
        ("Mail jan@example.com.", True, False),
        ("Uw BSN is 111222333.", False, True),
        ("", False, True),
    ],
)
def test_personal_data_is_warned_of_and_some_is_never_posted(text: str, warned: bool, blocked: bool) -> None:
    found = composed(text, channel())
    assert (bool(found.warnings), found.blocked is not None) == (warned, blocked)
