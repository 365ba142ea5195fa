"""Which voice speaks to which account for the canary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.canary import AtOurDoor, Canary, Schedule, Voice
from bot.clock import Clock
from bot.intake import Intake
from bot.ports import Desk, PublicChannel
from bot.settings import Settings
from bot.store import Store
from handlers.way_out import WayOut
from handlers.web.square import Square
from handlers.web.square_canary import SquareVoice
from handlers.wording import Wording
from knowledge.sentence import say

OPTION = "canary"  # of an account: the handle of a second one that speaks to it; its password is KEY_CANARY


def canary_of(
    settings: Settings,
    *,
    store: Store,
    intake: Intake,
    channels: Mapping[str, PublicChannel],
    desks: Mapping[tuple[str, str], Desk],
    clock: Clock,
    wording: Wording,
    out: WayOut,
) -> Canary | None:
    """Return the canary; None where no channel for its cards is set."""
    if settings.canary is None:
        return None
    return Canary(
        {key: voice_of(channel, settings, intake=intake, out=out) for key, channel in channels.items()},
        place=settings.canary,
        store=store,
        channels=channels,
        desks=desks,
        clock=clock,
        words=lambda mark: wording.text(say("Test message of Balie, please ignore: %(mark)s", mark=mark)),
        schedule=Schedule(every=settings.canary_every, within=settings.canary_within),
    )


def voice_of(channel: PublicChannel, settings: Settings, *, intake: Intake, out: WayOut) -> Voice:
    """Return who speaks to an account. A platform on which a program may speak to us is a new case here."""
    account = channel.account
    password = settings.passwords.get(f"{account.key}_{OPTION}", "")
    match account.channel:
        case "square" if isinstance(channel, Square):
            return SquareVoice(channel)
        case "bluesky" if password and account.options.get(OPTION):
            from handlers.public.bluesky import Bluesky
            from handlers.public.bluesky.canary import BlueskyVoice

            if isinstance(channel, Bluesky):
                second = replace(account, key=f"{account.key}_{OPTION}", name=account.options[OPTION])
                return BlueskyVoice(second, password, intake, town=channel, out=out)
    return AtOurDoor(account.key, intake.receive)
