"""A leader that is stopped, or whose database is cut off, in the middle of a post: each answer stands there once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.conversation import State
from bot.errors import StoreUnavailable
from bot.store import jobs
from bot.store.postgresql import open_postgresql
from tests.flow.conftest import POSTGRESQL, Balie, build
from tests.flow.town import JAN
from tests.peers.postgresql import Cluster, running
from tests.servers.platform import Platform

pytestmark = [*POSTGRESQL, pytest.mark.timeout(120)]
PATIENCE = 45.0  # seconds; a busy machine takes long to start


class Process:
    """A replica of its own, and what it printed."""

    def __init__(self, url: str, folder: Path, *, name: str, stop: str = "never") -> None:
        self._log = folder / f"{name}.log"
        with self._log.open("w") as log:
            command = [sys.executable, "-m", "tests.crash.replica", url, str(folder / "platform.json"), stop]
            self.popen = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def said(self, words: str) -> bool:
        return words in self._log.read_text()

    def stands_still(self) -> bool:
        return Path(f"/proc/{self.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"

    def go_on(self) -> None:
        os.kill(self.popen.pid, signal.SIGCONT)

    def end(self) -> None:
        self.popen.kill()
        self.popen.wait()


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not await holds():
        assert time.monotonic() < give_up, what
        await asyncio.sleep(0.1)


@pytest.fixture
def url(postgresql: Cluster, empty_postgresql: str) -> Iterator[str]:
    with postgresql.database(template=empty_postgresql) as name:
        yield postgresql.url(name)


@pytest.mark.parametrize("stop", ["before call", "after call"])
async def test_a_leader_that_is_stopped_in_mid_post_comes_back_to_a_town_that_went_on(
    url: str, tmp_path: Path, stop: str
) -> None:
    with ExitStack() as stack:
        store = open_postgresql(url)
        stack.callback(store.close)
        here = build(store)
        await store.leadership.gained()
        card = await here.place(await here.mention())
        await store.leadership.leave()

        async def stopped() -> bool:
            return old.stands_still()

        async def answered() -> bool:
            return (await here.card(card)).state is State.ANSWERED

        async def refused() -> bool:
            return old.said("an outcome comes too late") and old.said("does not lead any more")

        old = Process(url, tmp_path, name="old", stop=stop)
        stack.callback(old.end)
        await until(stopped, "the leader never came to post")
        new = Process(url, tmp_path, name="new")
        stack.callback(new.end)
        await until(answered, "nobody went on")
        assert new.said('"epoch": 3')
        old.go_on()
        await until(refused, "the old leader was not refused")

        platform = Platform(file=tmp_path / "platform.json")
        assert platform.texts() == ["Wij komen morgen langs. ^JK"]
        assert [line[1] for line in await here.audit(card)].count("sent") == 1
        assert old.popen.poll() is None  # it still serves clicks


async def test_after_a_power_cut_of_the_database_the_work_goes_on_by_itself(
    peer: Callable[[str], Path],
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)  # its user is not ours
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = stack.enter_context(running(peer("postgresql"), folder / "cluster", durable=True))
        store = open_postgresql(cluster.url(), silence=3)
        stack.callback(store.close)
        here = build(store, platform=Platform(timeout=3))
        await store.leadership.gained()
        await here.place(await here.mention())
        await _post_through(here, cluster)


async def _post_through(here: Balie, cluster: Cluster) -> None:
    """Cut the database while the platform takes the post, and start it again a moment later."""
    post, cut = here.channel.post, asyncio.Event()

    async def post_and_cut(reply: object) -> object:
        posted = await post(reply)  # type: ignore[arg-type]
        await asyncio.to_thread(cluster.stop, "immediate")
        cut.set()
        return posted

    here.channel.post = post_and_cut  # type: ignore[method-assign,assignment]
    leading = asyncio.create_task(_lead(here))
    here.clock.forward(here.rules.rulebook.hold)

    async def gone() -> bool:
        try:
            await here.office.card(1, JAN)
        except StoreUnavailable:
            return True
        return False

    await until(gone, "the database was never cut")
    await cut.wait()
    await asyncio.to_thread(cluster.start)

    async def answered() -> bool:
        try:
            card = await here.office.card(1, JAN)
        except StoreUnavailable:
            return False
        return card is not None and card.state is State.ANSWERED

    await until(answered, "nobody went on")
    assert here.platform.calls == 1
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    await here.work.finish(within=5)
    await here.store.leadership.leave()


async def _lead(here: Balie) -> None:
    """Lead as the program does: whoever leads again takes up what nobody works on."""
    while True:
        working = asyncio.create_task(here.work.run())
        await here.store.leadership.lost()
        working.cancel()
        await here.store.leadership.gained()
        await here.store.lead(jobs.release_all)
