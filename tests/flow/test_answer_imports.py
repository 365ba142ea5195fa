"""Files with answers: taken over as a whole or not at all, again without effect, and taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers import SHELL, Answers
from bot.model import Told
from bot.model.answers import TakenOver, Undone
from bot.store import answers
from knowledge.exchange import Kind, Plan, Row
from knowledge.faq import Entry
from tests.flow.conftest import Balie
from tests.flow.town import JAN, PETER

KLIKO = Entry(key="kliko", question="Kliko niet geleegd?", answer="Wij komen langs.")
GLAS = Entry(key="glas", question="Glasbak vol?", answer="Meld het.")


@pytest.fixture
def base(balie: Balie) -> Answers:
    return Answers(balie.store, balie.rules, balie.clock)


async def planned(base: Answers, *entries: Entry) -> Plan:
    rows = [Row(number=number, entry=entry) for number, entry in enumerate(entries, start=1)]
    plan = await base.plan(rows, source="lijst", by=PETER)
    assert isinstance(plan, Plan)
    return plan


async def imported(base: Answers, *entries: Entry, chosen: tuple[str, ...] = ()) -> TakenOver:
    plan = await planned(base, *entries)
    taken = await base.take_over(plan, source="lijst", name="lijst.csv", by=PETER, chosen=chosen)
    assert isinstance(taken, TakenOver)
    return taken


async def standing(base: Answers) -> dict[str, str]:
    return {one.entry.key: one.entry.answer for one in await base.entries(by=JAN) if not one.retired}


async def test_an_import_writes_what_is_new_and_stands_in_the_list(base: Answers) -> None:
    taken = await imported(base, KLIKO, GLAS)
    assert await standing(base) == {"kliko": "Wij komen langs.", "glas": "Meld het."}
    (listed,) = await base.imports(by=JAN)
    assert (listed.id, listed.name, listed.by.name) == (taken.import_id, "lijst.csv", "Peter Boer")
    assert listed.counts[Kind.NEW] == 2


async def test_the_same_file_again_changes_nothing(balie: Balie, base: Answers) -> None:
    await imported(base, KLIKO, GLAS)
    version = await balie.store.read(answers.counters)
    assert (await imported(base, KLIKO, GLAS)).import_id == 0
    assert await balie.store.read(answers.counters) == version
    assert len(await base.imports(by=JAN)) == 1


async def test_what_a_person_changed_is_kept_unless_the_file_is_chosen(base: Answers) -> None:
    await imported(base, KLIKO, GLAS)
    await base.save(replace(KLIKO, answer="Van Peter"), seen_revision=1, by=PETER)
    newer = replace(KLIKO, answer="Van het bestand")
    taken = await imported(base, newer, replace(GLAS, answer="Bel ons."))
    assert taken.counts[Kind.CONFLICT] == 1
    assert await standing(base) == {"kliko": "Van Peter", "glas": "Bel ons."}
    assert (await imported(base, newer)).import_id == 0, "it was decided: the same file asks no more"
    newest = replace(KLIKO, answer="Nog nieuwer")
    await imported(base, newest, chosen=("kliko",))
    assert (await standing(base))["kliko"] == "Nog nieuwer"


async def test_what_changed_after_the_plan_was_shown_stops_all_of_it(base: Answers) -> None:
    await imported(base, KLIKO)
    plan = await planned(base, GLAS, replace(KLIKO, answer="Van het bestand"))
    await base.save(replace(KLIKO, answer="Van Peter"), seen_revision=1, by=PETER)
    assert isinstance(await base.take_over(plan, source="lijst", name="lijst.csv", by=PETER), Told)
    assert await standing(base) == {"kliko": "Van Peter"}


async def test_undo_brings_back_what_stood_and_names_what_was_changed_since(base: Answers) -> None:
    await base.save(replace(KLIKO, answer="Van voor de import"), seen_revision=0, by=PETER)
    await base.save(replace(GLAS, answer="Glas van vroeger"), seen_revision=0, by=PETER)
    taken = await imported(base, KLIKO, GLAS, Entry(key="hond", question="Hond aanmelden?", answer="Doe het."))
    assert len(await standing(base)) == 3
    await base.save(replace(GLAS, answer="Van Peter"), seen_revision=2, by=PETER)
    undone = await base.undo_import(taken.import_id, by=PETER)
    assert isinstance(undone, Undone)
    assert (undone.count, [entry.key for entry in undone.left]) == (2, ["glas"])
    assert await standing(base) == {"kliko": "Van voor de import", "glas": "Van Peter"}
    assert isinstance(await base.undo_import(taken.import_id, by=PETER), Told)


async def test_an_import_that_was_undone_can_be_done_again(base: Answers) -> None:
    taken = await imported(base, KLIKO)
    await base.undo_import(taken.import_id, by=PETER)
    assert await standing(base) == {}
    assert (await imported(base, KLIKO)).counts["written"] == 1
    assert await standing(base) == {"kliko": "Wij komen langs."}


async def test_an_answer_that_was_retired_here_does_not_come_back_by_itself(base: Answers) -> None:
    await imported(base, KLIKO)
    await base.retire("kliko", seen_revision=1, by=PETER)
    await imported(base, KLIKO)
    assert await standing(base) == {}


async def test_only_the_coordinator_and_the_command_line_import(base: Answers) -> None:
    rows = [Row(number=1, entry=KLIKO)]
    assert isinstance(await base.plan(rows, source="lijst", by=JAN), Told)
    plan = await planned(base, KLIKO)
    assert isinstance(await base.take_over(plan, source="lijst", name="x", by=JAN), Told)
    taken = await base.take_over(plan, source="lijst", name="x", by=SHELL)
    assert isinstance(taken, TakenOver)
    assert isinstance(await base.undo_import(taken.import_id, by=JAN), Told)
