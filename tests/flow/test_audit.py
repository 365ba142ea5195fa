"""Every decision leaves a line, and nobody changes a line unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot import upkeep
from bot.conversation import Action
from bot.model import CloseReason
from bot.store import Store, audit, small
from tests.flow.conftest import Balie, done, told
from tests.flow.town import FATIMA, JAN, MONDAY, PETER, VISITOR


async def faults(store: Store) -> list[str]:
    return [str(fault) for fault in await store.read(audit.faults)]


async def test_every_step_of_a_conversation_has_its_line(balie: Balie) -> None:
    card = await balie.mention("Vraag over de wmo.")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text="Dat kan."))
    told(await balie.decide(card, Action.APPROVE, by=FATIMA, text="Dat kan."))
    told(await balie.decide(card, Action.APPROVE, by=VISITOR, text="Dat kan."))
    done(await balie.decide(card, Action.APPROVE, by=PETER, text="Dat kan."))
    await balie.later()
    await balie.write_again(card, "Dank!")
    card = await balie.card(card)
    done(await balie.decide(card, Action.CLOSE, by=FATIMA, reason=CloseReason.THANKS))

    assert await balie.audit(card) == [
        ("citizen", "opened", "ok"),
        ("fatima", "submit", "ok"),
        ("fatima", "approve", "refused"),
        ("unknown visitor", "approve", "refused"),
        ("peter", "approve", "ok"),
        ("balie", "sent", "ok"),
        ("citizen", "follow_up", "ok"),
        ("fatima", "close", "ok"),
    ]
    assert await faults(balie.store) == []


async def test_the_history_names_colleagues_as_people_know_them(balie: Balie) -> None:
    card = done(await balie.decide(await balie.mention(), Action.CLAIM, by=FATIMA))
    lines = await balie.office.history(card.conversation_id, JAN)
    assert [(line.who.name if line.who else line.actor, line.action) for line in lines] == [
        ("citizen", "opened"),
        ("Fatima Amrani", "claim"),
    ]


async def test_a_refused_decision_changes_nothing_but_the_audit(balie: Balie) -> None:
    card = await balie.mention()
    told(await balie.decide(card, Action.RELEASE, by=FATIMA))
    assert await balie.card(card) == card
    assert (await balie.audit(card))[-1] == ("fatima", "release", "refused")


async def a_day(balie: Balie) -> None:
    for _ in range(2):
        card = done(await balie.decide(await balie.mention(), Action.CLAIM))
        done(await balie.decide(card, Action.RELEASE))
        done(await balie.decide(card, Action.CLAIM, by=PETER))


@pytest.mark.parametrize(
    "meddling",
    [
        "UPDATE audit SET actor = 'fatima' WHERE id = 2",
        "UPDATE audit SET result = 'refused' WHERE id = 2",
        "UPDATE audit SET at = '2026-11-23 12:00:00' WHERE id = 2",
        'UPDATE audit SET details = \'{"reason": "spam"}\' WHERE id = 2',
        "UPDATE audit SET hash = 'abc' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 1",
    ],
)
async def test_a_changed_or_removed_line_is_found(balie: Balie, meddling: str) -> None:
    await a_day(balie)
    assert await faults(balie.store) == []
    await balie.store.write(lambda c: c.exec_driver_sql(meddling).rowcount)
    assert await faults(balie.store) != []


@pytest.mark.parametrize(("one", "other"), [(2, 3), (2, 6)], ids=["of one conversation", "of two"])
async def test_two_lines_that_changed_places_are_found(balie: Balie, one: int, other: int) -> None:
    await a_day(balie)
    await balie.store.write(lambda c: audit.seal(c, day="2026-11-23"))

    def swap(c: Any) -> None:
        c.execute(text("UPDATE audit SET id = -1 WHERE id = :one"), {"one": one})
        c.execute(text("UPDATE audit SET id = :one WHERE id = :other"), {"one": one, "other": other})
        c.execute(text("UPDATE audit SET id = :other WHERE id = -1"), {"other": other})

    await balie.store.write(swap)
    assert await faults(balie.store) != []


async def test_a_whole_history_written_anew_breaks_the_seal(balie: Balie) -> None:
    """Whoever rewrites a line and every hash after it is found out by the seal of that day."""
    await a_day(balie)
    await balie.store.write(lambda c: audit.seal(c, day="2026-11-23"))

    def forge(c: Any) -> None:
        c.exec_driver_sql("UPDATE audit SET actor = 'fatima' WHERE id = 4")
        line = c.execute(audit.ALL.where(audit.t.c.id == 4)).one()
        fresh = audit.line_hash({name: getattr(line, name) for name in audit.COLUMNS})
        c.execute(text("UPDATE audit SET hash = :fresh WHERE id = 4"), {"fresh": fresh})
        c.exec_driver_sql("DELETE FROM audit WHERE id > 4 AND conversation_id = 1")

    await balie.store.write(forge)
    assert [fault for fault in await faults(balie.store) if "The seal of 2026-11-23" in fault]


async def test_the_last_line_can_not_be_cut_off_once_its_day_is_sealed(balie: Balie) -> None:
    await a_day(balie)
    await balie.store.write(lambda c: audit.seal(c, day="2026-11-23"))
    await balie.store.write(
        lambda c: c.exec_driver_sql("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)").rowcount
    )
    assert await faults(balie.store) == ["The seal of 2026-11-23 is broken."]


async def test_a_day_is_sealed_once_and_later_lines_do_not_break_its_seal(balie: Balie) -> None:
    await a_day(balie)
    for _ in range(2):
        await balie.store.write(lambda c: audit.seal(c, day="2026-11-23"))
        await a_day(balie)
    assert await faults(balie.store) == []


async def test_a_day_of_before_cannot_be_sealed_anew_unseen(balie: Balie) -> None:
    """Each seal holds the one before it: who forges a day must forge every day since."""
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        await a_day(balie)
        await balie.store.write(lambda c, day=day: audit.seal(c, day=day))
    assert await faults(balie.store) == []

    def forge(c: Any) -> None:
        first = c.execute(audit.SEALS).first()
        anew = audit.Seal(None)
        for line in c.execute(audit.ALL.where(audit.t.c.id <= first.last_id)).all():
            anew.add(line.id, "forged" if line.id == 2 else line.hash)
        c.execute(text("UPDATE audit SET hash = 'forged' WHERE id = 2"))
        c.execute(text("UPDATE seal SET hash = :hash WHERE day = '2026-11-23'"), {"hash": anew.hash})

    await balie.store.write(forge)
    assert [fault for fault in await faults(balie.store) if "seal" in fault] == ["The seal of 2026-11-24 is broken."]


async def test_reading_a_card_leaves_no_line(balie: Balie) -> None:
    card = await balie.mention()
    await balie.dialog(card)
    assert await balie.audit(card) == [("citizen", "opened", "ok")]


async def test_what_was_kept_for_a_day_is_forgotten_at_a_midnight(balie: Balie) -> None:
    await balie.store.write(lambda c: upkeep.schedule(c, now=MONDAY))
    await balie.store.write(lambda c: small.keep(c, upkeep.FOR_A_DAY, "upload jan", "a file", at=MONDAY))
    await balie.store.write(lambda c: small.keep(c, "plein", "cursor", "7", at=MONDAY))
    await balie.later(timedelta(hours=16))
    assert await balie.store.read(lambda c: small.recall(c, upkeep.FOR_A_DAY, "upload jan")) == "a file"
    await balie.later(timedelta(hours=24))
    assert await balie.store.read(lambda c: small.recall(c, upkeep.FOR_A_DAY, "upload jan")) is None
    assert await balie.store.read(lambda c: small.recall(c, "plein", "cursor")) == "7"


async def test_the_seal_comes_by_itself_at_midnight(balie: Balie) -> None:
    await a_day(balie)
    await balie.store.write(lambda c: upkeep.schedule(c, now=MONDAY))
    await balie.later(timedelta(hours=12))
    sealed = await balie.store.read(lambda c: [row.day for row in c.execute(audit.SEALS)])
    assert sealed == ["2026-11-23"]
