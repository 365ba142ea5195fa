"""Lets calls that come while one is under way go together, as the next: one trip to the database for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Together(Generic[A, B]):
    """``do`` takes what came together and returns an answer for each; an error of ``whole`` is everybody's."""

    def __init__(
        self, do: Callable[[Sequence[A]], Awaitable[Sequence[B]]], *, whole: tuple[type[Exception], ...] = ()
    ) -> None:
        self._do, self._whole = do, whole
        self._waiting: list[tuple[A, asyncio.Future[B]]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, asked: A) -> B:
        answer: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._answer([(asked, answer) for asked, answer in batch if not answer.cancelled()])

    async def _answer(self, batch: Sequence[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            answers = await self._do([asked for asked, _ in batch])
        except Exception as exc:
            if len(batch) > 1 and not isinstance(exc, self._whole):
                for one in batch:  # which of them it was must not harm the others
                    await self._answer([one])
                return
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(exc)
            return
        for (_, answer), given in zip(batch, answers, strict=True):
            if not answer.done():
                answer.set_result(given)
