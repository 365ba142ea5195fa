"""The links of the answers are looked at once a week, and what does not work is on the list of work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.links import AT_ONCE, EVERY, JOB, Links, LinkState, own_hosts, schedule
from bot.model import Told
from bot.work import Lanes, Work
from knowledge.faq import Entry
from knowledge.rulebook.values import Contact
from tests.flow.conftest import Balie
from tests.flow.town import FATIMA, PETER, TOWN

SITE = Contact(key="site", name="Website", url="https://www.veldwijk.example/contact")
ENTRY = Entry(key="een", question="Vraag?", answer="Antwoord.", source="https://veldwijk.example/weg")


@dataclass
class Walker:
    """A visitor that knows which pages are gone."""

    gone: set[str] = field(default_factory=set)
    visited: list[str] = field(default_factory=list)

    async def visit(self, url: str, *, hosts: frozenset[str]) -> LinkState:
        self.visited.append(url)
        return LinkState.GONE if url in self.gone else LinkState.WORKS


@pytest.fixture
def base(balie: Balie) -> Answers:
    balie.rules.replace(replace(TOWN, contacts=(*TOWN.contacts, SITE)), balie.rules.advisor)
    return Answers(balie.store, balie.rules, balie.clock)


@pytest.fixture
def walker() -> Walker:
    return Walker()


@pytest.fixture
def links(balie: Balie, base: Answers, walker: Walker) -> Links:
    return Links(balie.store, balie.rules, balie.clock, walker)


@pytest.fixture
async def work(balie: Balie, links: Links) -> Work:
    work = Work(balie.store, balie.clock, {JOB[0]: links.look}, Lanes())
    now = balie.clock.now()
    await balie.store.write(lambda c: schedule(c, now=now))
    return work


def later(balie: Balie, span: timedelta) -> None:
    balie.clock.jump(balie.clock.now() + span)


async def stand(base: Answers, *entries: Entry) -> None:
    for entry in entries:
        await base.save(entry, seen_revision=0, by=PETER)


def test_the_sites_of_the_town_are_those_of_its_contacts() -> None:
    assert own_hosts(replace(TOWN, contacts=(SITE,))) == {"veldwijk.example", "www.veldwijk.example"}
    assert own_hosts(TOWN) == frozenset()


async def test_once_a_week_every_link_is_looked_at(
    balie: Balie, base: Answers, links: Links, work: Work, walker: Walker
) -> None:
    await stand(base, ENTRY)
    walker.gone = {ENTRY.source}
    await work.idle()
    assert walker.visited == []
    later(balie, EVERY)
    await work.idle()
    assert [one.state for one in (await links.found()).values()] == [LinkState.GONE]
    walker.gone = set()
    later(balie, EVERY)
    await work.idle()
    assert walker.visited == [ENTRY.source] * 2
    assert [one.state for one in (await links.found()).values()] == [LinkState.WORKS]


async def test_many_links_are_looked_at_a_few_at_a_time(
    balie: Balie, base: Answers, work: Work, walker: Walker
) -> None:
    many = [
        replace(ENTRY, key=f"e{n}", question=f"Vraag{n}?", source=f"https://veldwijk.example/{n}") for n in range(45)
    ]
    await stand(base, *many)
    later(balie, EVERY)
    await work.idle()
    assert len(walker.visited) == AT_ONCE
    for _ in range(4):
        later(balie, timedelta(seconds=10))
        await work.idle()
    assert sorted(walker.visited) == sorted(entry.source for entry in many)


async def test_only_links_of_answers_in_use_are_looked_at_and_never_those_in_a_citizens_message(
    balie: Balie, base: Answers, links: Links, work: Work, walker: Walker
) -> None:
    await balie.mention("Kijk op https://veldwijk.example/burger, mijn kliko is niet geleegd")
    await stand(base, ENTRY, replace(ENTRY, key="oud", question="Oud?", source="https://veldwijk.example/oud"))
    await base.retire("oud", seen_revision=1, by=PETER)
    later(balie, EVERY)
    await work.idle()
    assert walker.visited == [ENTRY.source]
    assert list(await links.found()) == [ENTRY.source]


async def test_the_coordinator_can_have_them_looked_at_now_and_nobody_else(
    base: Answers, links: Links, work: Work, walker: Walker
) -> None:
    await stand(base, ENTRY)
    assert isinstance(await links.ask(by=FATIMA), Told)
    await work.idle()
    assert walker.visited == []
    for _ in range(2):
        assert await links.ask(by=PETER) is None
        await work.idle()
    assert walker.visited == [ENTRY.source] * 2
