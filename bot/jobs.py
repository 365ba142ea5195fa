"""Every kind of durable job, and who does it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.closing_time import JOB, ClosingTime
from bot.deliver import Poster
from bot.showing import Shower
from bot.upkeep import Upkeep
from bot.work import Handler


def handlers_of(poster: Poster, shower: Shower, upkeep: Upkeep) -> Mapping[str, Handler]:
    closing_time = ClosingTime(store=shower.store, draftsman=shower.draftsman, desks=shower.desks, clock=shower.clock)
    return {
        "post": poster.post,
        "find": poster.find,
        "remove": poster.remove,
        "learn": poster.learn,
        "show": shower.show,
        "say": shower.say,
        "claim": shower.claim,
        "remind": shower.remind,
        "asked": shower.asked,
        JOB: closing_time.ask,
        "pin": shower.pin,
        "announce": shower.announce,
        "digest": shower.crowd.digest,
        "seal": upkeep.seal,
    }
