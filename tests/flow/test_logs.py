"""No citizen's word, no draft and no secret is ever in a log line, also when things go wrong."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.conversation import Action
from bot.errors import Refused
from bot.model import Draft, Reply
from handlers import logs
from knowledge.sentence import say
from tests.flow.conftest import Balie, done
from tests.flow.town import FATIMA, JAN, PETER

CITIZEN = "kanarievogel"
DRAFT = "kanariepiet"
PASSWORD = "hunter2-kanarie-hunter2"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, at the lowest level, in the real pipeline."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logs.set_up("debug", secrets=[PASSWORD])
    stream = io.StringIO()
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


async def test_a_whole_day_with_all_that_can_go_wrong_logs_no_word_of_anybody(
    balie: Balie, written: io.StringIO
) -> None:
    balie.platform.faults += ["500 after", "refused"]
    card = await balie.mention(f"Mijn kliko en mijn {CITIZEN}.", author="@kanarie.example")
    await balie.office.save_draft(Draft(conversation_id=card.conversation_id, by=JAN, text=DRAFT))
    await balie.place(card, f"Wij zoeken uw {DRAFT}.")
    await balie.resolved(card)
    card = await balie.write_again(card, f"En mijn wmo, zei de {CITIZEN}?")
    card = done(await balie.decide(card, Action.SUBMIT, by=FATIMA, text=DRAFT))
    done(await balie.decide(card, Action.APPROVE, by=PETER))
    await balie.resolved(card)

    with pytest.raises(IntegrityError) as broken:
        await balie.store.write(_break)
    structlog.get_logger().error("it broke", exc_info=broken.value)
    logging.getLogger("a.library").debug("the loggers work")

    lines = written.getvalue()
    assert "no clear answer to a post" in lines
    assert "UNIQUE constraint failed" in lines or "duplicate key value" in lines
    assert "the loggers work" in lines
    assert [line for line in lines.splitlines() if "kanarie" in line] == []


def _break(connection: Any) -> None:
    """A statement that fails with a citizen's words among its values."""
    values = {"account": CITIZEN, "name": CITIZEN, "value": CITIZEN}
    statement = text("INSERT INTO kept (account, name, value, at) VALUES (:account, :name, :value, '2026-11-23')")
    connection.execute(statement, values)
    connection.execute(statement, values)


async def test_a_password_in_an_error_of_a_library_is_taken_out(balie: Balie, written: io.StringIO) -> None:
    async def leak(reply: Reply) -> Any:
        raise ConnectionError(f"POST https://api.example/bot{PASSWORD}/send failed")

    balie.channel.post = leak  # type: ignore[method-assign]
    await balie.place(await balie.mention())
    await balie.later()
    lines = written.getvalue()
    assert "a job failed" in lines
    assert PASSWORD not in lines


async def test_the_reason_of_a_platform_reaches_the_colleagues_and_not_the_log(
    balie: Balie, written: io.StringIO
) -> None:
    async def refuse(reply: Reply) -> Any:
        raise Refused(say("The platform says: %(what)s", what=f"no {CITIZEN} here"))

    balie.channel.post = refuse  # type: ignore[method-assign]
    card = await balie.place(await balie.mention())
    await balie.later()
    shown = (await balie.card(card)).reply
    assert shown
    assert CITIZEN in str(shown.problem)
    assert CITIZEN not in written.getvalue()
