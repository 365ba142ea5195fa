"""`balie run`, but killed at the worst moment: the answer stands on Bluesky and nothing of that is stored yet."""

from __future__ import annotations

import os
import signal

from bot.model import Posted, Reply
from handlers.cli import main
from handlers.public.bluesky import Bluesky

post = Bluesky.post


async def and_die(channel: Bluesky, reply: Reply) -> Posted:
    await post(channel, reply)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


if __name__ == "__main__":
    Bluesky.post = and_die  # type: ignore[method-assign]
    main()
