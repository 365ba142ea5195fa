"""Which process polls, holds the sessions with platforms and does the jobs: one at a time."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Leadership(Protocol):
    """This process's part in it."""

    leads: bool

    async def gained(self) -> bool:
        """Wait until this process leads; tell whether another one may have led since it last did."""

    async def lost(self) -> None:
        """Wait until this process does not lead any more."""

    async def leave(self) -> None:
        """Let another process lead."""


class Alone:
    """The one process of a SQLite file leads always."""

    leads = True

    def __init__(self) -> None:
        self._led = False

    async def gained(self) -> bool:
        first, self._led = not self._led, True
        return first

    async def lost(self) -> None:
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """There is nobody else."""


_: type[Leadership] = Alone
