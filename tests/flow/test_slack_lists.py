"""The home page in Slack and the lists of /balie: everybody sees what is theirs to do, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import State
from bot.store import Store
from tests.flow.slack_world import EVA, FATIMA, JAN, PETER, STRANGER, World, world
from tests.servers.slack import Json, labels, text_of

KLIKO, TRAPLIFT = "Mijn kliko is niet geleegd.", "Mijn traplift piept."


@pytest.fixture
async def balie(store: Store) -> AsyncIterator[World]:
    async with world(store) as built:
        yield built


async def home(balie: World, user: str) -> Json:
    await balie.slack.event({"type": "app_home_opened", "user": user, "tab": "home", "channel": "D1"})
    await balie.settled()
    return balie.slack.homes[user]


async def arrives(balie: World, text: str, **changes: str) -> None:
    await balie.receive(text, **changes)
    await balie.work.idle()


async def said(balie: World, user: str, text: str) -> Json:
    reply = await balie.slack.command(user, text)
    assert reply.payload
    return reply.payload


def under(view: Json) -> dict[str, list[str]]:
    """Return the quotes under each heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for block in view["blocks"]:
        for part in block["elements"] if block["type"] == "rich_text" else []:
            words = "".join(each["text"] for each in part["elements"])
            if part["type"] == "rich_text_quote":
                found[heading].append(words)
            elif len(block["elements"]) == 1 and part["elements"][0].get("style") == {"bold": True}:
                heading = words
                found.setdefault(heading, [])
    return found


async def test_at_home_are_what_is_mine_what_i_check_and_what_is_free(balie: World) -> None:
    await balie.press(JAN, await balie.mention("Mijn kliko is kwijt.", author_id="een"), "Oppakken")
    await arrives(balie, TRAPLIFT, author_id="twee")
    await balie.write(FATIMA, balie.newest("zorg"), "Wij bellen u.")
    await balie.slack.submit(FATIMA)
    await balie.mention(KLIKO, author_id="drie")
    await balie.work.idle()

    page = await home(balie, PETER)
    lists = under(page)
    assert lists.pop("Afval: 1 wacht") == []
    assert lists == {"Mijn balie": [], "Aan jou om te controleren": [TRAPLIFT], "Nog niet opgepakt": [KLIKO]}
    assert labels(page) == ["Goedkeuren", "Beantwoorden"]
    assert under(await home(balie, JAN))["Mijn balie"] == ["Mijn kliko is kwijt."]


async def test_who_wrote_a_text_does_not_find_it_to_check(balie: World) -> None:
    await arrives(balie, TRAPLIFT)
    await balie.write(JAN, balie.newest("zorg"), "Wij bellen u.")
    await balie.slack.submit(JAN)
    await balie.work.idle()
    assert "Aan jou om te controleren" not in under(await home(balie, JAN))


async def test_what_is_late_stands_apart(balie: World) -> None:
    await balie.mention(KLIKO, author_id="een")
    await balie.later(timedelta(hours=3))
    await balie.mention("Ook mijn kliko.", author_id="twee", posted_at=balie.clock.now())
    page = under(await home(balie, JAN))
    assert (page["Te laat"], page["Nog niet opgepakt"]) == ([KLIKO], ["Ook mijn kliko."])
    assert under(await said(balie, JAN, "laat")) == {"Te laat": [KLIKO]}
    assert under(await said(balie, JAN, "wacht")) == {"Nog niet opgepakt": [KLIKO, "Ook mijn kliko."]}


async def test_the_rows_open_the_dialog(balie: World) -> None:
    await balie.mention(KLIKO)
    page = await home(balie, JAN)
    await balie.slack.press_in(JAN, "Beantwoorden", view=page)
    await balie.settled()
    assert balie.slack.top(JAN)["title"]["text"] == "Antwoord schrijven"
    assert (await balie.card(balie.newest())).state is State.CLAIMED


@pytest.mark.parametrize("name", ["zorg", "Zorg", "ZO"])
async def test_a_list_of_one_department(balie: World, name: str) -> None:
    await balie.mention(KLIKO, author_id="een")
    await arrives(balie, TRAPLIFT, author_id="twee")
    assert under(await said(balie, JAN, f"wacht {name}")) == {"Nog niet opgepakt": [TRAPLIFT]}


async def test_a_department_that_is_not_there_is_told_with_those_that_are(balie: World) -> None:
    answer = text_of(await said(balie, JAN, "wacht sport"))
    assert answer == "Geen afdeling heet zo. Je leest mee bij: Webcare, Afval, Zorg, Wijkbureau West."


async def test_nobody_sees_the_lists_of_departments_they_may_not_read(balie: World) -> None:
    await arrives(balie, TRAPLIFT)
    assert text_of(await said(balie, EVA, "wacht")) == "Nog niet opgepakt\nEr wacht niets."
    assert TRAPLIFT not in text_of(await said(balie, EVA, "wacht zorg"))
    assert TRAPLIFT not in text_of(await home(balie, EVA))
    assert "kent je niet" in text_of(await said(balie, STRANGER, "wacht"))


async def test_a_private_message_stands_in_a_list_without_its_words(balie: World) -> None:
    await balie.mention(KLIKO, visibility="private")
    answer = await said(balie, JAN, "wacht")
    assert KLIKO not in str(answer)
    assert labels(answer) == ["Lezen"]


async def test_a_long_list_is_short_and_says_so(balie: World) -> None:
    for number in range(22):
        await balie.receive(f"Kliko {number} is vol.", author_id=str(number))
    answer = await said(balie, JAN, "wacht")
    assert len(under(answer)["Nog niet opgepakt"]) == 20
    assert text_of(answer).endswith("Er zijn er meer. Die staan in de kanalen.")
    await home(balie, JAN)
    assert balie.slack.refused == []


async def test_nothing_late_and_nothing_mine_are_said(balie: World) -> None:
    assert text_of(await said(balie, JAN, "laat")) == "Te laat\nEr is niets te laat."
    assert text_of(await said(balie, JAN, "mijn")).endswith("Er ligt niets bij jou.")
    assert "/balie wacht afval" in text_of(await said(balie, JAN, "help"))
