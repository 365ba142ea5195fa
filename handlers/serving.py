"""Runs a program that was put together: serves, leads when it is this process that does, and stops in time."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Connection

from bot import links, outcomes, upkeep
from bot.desk_watch import DeskWatch
from bot.ports import PublicChannel
from bot.receiving import Receiving
from bot.store import jobs
from handlers.app import Program
from handlers.web.server import server_of

RESTART_PAUSE = 5.0
FINISH = 7.0  # seconds for what is in flight when we stop; with all that follows, gone within 10
CLOSING = 1.0  # seconds for connections to be closed politely

log = structlog.get_logger()


async def serve(program: Program) -> None:
    """Run until a signal asks to stop: then take nothing in, finish what is in flight, and let go."""
    server = server_of(program.web, program.settings)
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, server.handle_exit, asked, None)
    async with running(program):
        await server.serve()


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[None]:
    """Receive, show and post, all but the web server, until the block ends."""
    await program.reloader.begin()
    everywhere = [
        lead(program),
        program.store.listen(),
        program.reloader.run(),
        *(desk.run(program.office) for desk in program.desks.values() if desk.everywhere),
        *([program.player.run()] if program.player else []),
    ]
    tasks = [asyncio.create_task(each) for each in everywhere]
    try:
        yield
    finally:
        until = time.monotonic() + FINISH
        await _stop(tasks)
        await program.work.finish(within=until - time.monotonic())
        closing = [asyncio.create_task(channel.aclose()) for channel in program.channels.values()]
        closing += [asyncio.create_task(desk.aclose()) for desk in program.desks.values()]
        closing += [asyncio.create_task(program.canary.aclose())] if program.canary else []
        await asyncio.wait(closing, timeout=CLOSING)
        await program.store.leadership.leave()
        program.store.close()


async def lead(program: Program) -> None:
    """Poll, hold the sessions with platforms and do the jobs, whenever this process is the one that does."""
    leadership = program.store.leadership
    while True:
        if await leadership.gained():
            await program.work.drop()
        try:
            async with _leading(program):
                await leadership.lost()
        except Exception:
            log.exception("cannot lead")
            await leadership.leave()
            await asyncio.sleep(RESTART_PAUSE)


@asynccontextmanager
async def _leading(program: Program) -> AsyncIterator[None]:
    """Do what only the leader does until the block ends; what is in flight then goes on."""
    await _begin(program)
    taking_in = [
        *(receiving(program, channel).run() for channel in program.channels.values()),
        *(desk.run(program.office) for desk in program.desks.values() if not desk.everywhere),
        DeskWatch(program.desks, program.store).run(),
        *([program.canary.run()] if program.canary else []),
    ]
    tasks = [asyncio.create_task(each) for each in (*taking_in, program.work.run())]
    try:
        yield
    finally:
        await _stop(tasks)


def receiving(program: Program, channel: PublicChannel) -> Receiving:
    return Receiving(channel, store=program.store, intake=program.intake, clock=program.clock)


async def _begin(program: Program) -> None:
    """After a restart nobody works on anything; what was blocked may go out with a new password."""
    now = program.clock.now()
    accounts = list(program.channels)

    def begin(connection: Connection) -> None:
        jobs.release_all(connection)
        upkeep.schedule(connection, now=now)
        if program.player is None:  # the pages of the demo's town do not exist
            links.schedule(connection, now=now)
        for account in accounts:
            outcomes.reconnected(connection, now, account)

    await program.store.lead(begin)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
