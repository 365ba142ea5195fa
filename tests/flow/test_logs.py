"""No citizen's word, no draft and no secret is ever in a log line, also when things go wrong."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.conversation import Action
from bot.errors import Outcome, Refused
from bot.model import Draft, Reply
from bot.store import Store
from handlers import logs
from knowledge.sentence import say
from tests.contract.bluesky import PASSWORD as BLUESKY_PASSWORD
from tests.contract.bluesky import BlueskyStage
from tests.contract.stage import Received
from tests.contract.telegram import TOKEN, TelegramStage
from tests.contract.test_public_channels import answer, taken_in
from tests.flow.conftest import Balie, done
from tests.flow.slack_world import world
from tests.flow.town import FATIMA, JAN, PETER
from tests.servers.faults import Fault
from tests.servers.slack import APP_TOKEN, BOT_TOKEN
from tests.servers.slack import SECRET as SIGNING_SECRET

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


# --- without the net under it: no secret is even handed to the pipeline -----------------------------------------------


@pytest.fixture
def unredacted() -> Iterator[io.StringIO]:
    """Everything that is logged at the lowest level, when the pipeline knows of no secret."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logs.set_up("debug")
    stream = io.StringIO()
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.parametrize("kind", [BlueskyStage, TelegramStage], ids=["bluesky", "telegram"])
@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.NO_JSON, Fault.TOO_MANY, Fault.UNREACHABLE, Fault.REVOKED])
async def test_no_password_of_an_account_is_logged_whatever_goes_wrong(
    unredacted: io.StringIO, kind: type[BlueskyStage | TelegramStage], fault: Fault
) -> None:
    async with kind() as stage:
        mention = await taken_in(stage, await stage.write(f"Mijn {CITIZEN}"))
        await stage.fail(fault)
        with suppress(Outcome):
            await stage.channel.post(answer(mention, f"Dank, {DRAFT}"))
        hearing = asyncio.create_task(stage.channel.run(Received(stage.memory)))
        await asyncio.sleep(0.3)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await stage.mend()
    logging.getLogger("a.library").debug("the loggers work")
    lines = unredacted.getvalue()
    assert "the loggers work" in lines
    for secret in (TOKEN, TOKEN.split(":")[1], BLUESKY_PASSWORD, CITIZEN, DRAFT):
        assert secret not in lines


async def test_no_token_of_slack_is_logged_whatever_goes_wrong(store: Store, unredacted: io.StringIO) -> None:
    async with world(store) as balie:
        balie.slack.faults["chat.postMessage"] += [Fault.CUT_AFTER, Fault.NO_JSON, Fault.TOO_MANY, "invalid_blocks"]
        await balie.receive(f"Kliko {CITIZEN}")
        for _ in range(4):
            await balie.later(timedelta(minutes=6))
        await balie.slack.says("UJAN", "CAFVAL", DRAFT)
        await balie.slack.drop_sockets(politely=False)
        balie.slack.revoked = True
        await balie.receive(f"Nog een kliko {CITIZEN}")
        await balie.later()
        await asyncio.sleep(0.5)
    lines = unredacted.getvalue()
    assert "slack signed us out" in lines
    for secret in (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, CITIZEN, DRAFT):
        assert secret not in lines
