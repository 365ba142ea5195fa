"""A citizen of the square who speaks to the town for the canary; what was said is taken away again."""

from __future__ import annotations

from bot.canary import Voice
from handlers.web.square import Square


class SquareVoice:
    author = "@balie_proef"
    whole = True

    def __init__(self, square: Square) -> None:
        self._square = square
        self._said = 0

    async def speak(self, text: str) -> None:
        said = await self._square.write(f"{self._square.handle} {text}", handle=self.author, name="Balie")
        self._said = said.id

    async def hush(self) -> None:
        if self._said:
            await self._square.take_away(self._said)
            self._said = 0

    async def aclose(self) -> None:
        """The square is closed as a channel."""


_: type[Voice] = SquareVoice
