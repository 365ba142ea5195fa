"""Calls to the Slack Web API: one session for all, never repeated by themselves, errors in our own words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeskAway, DeskShut, PlaceGone, ShowFailed
from handlers.way_out import DIRECT, WayOut

SLACK = "https://slack.com/api/"
TIMEOUT = 8.0  # seconds of one call
AWAY = timedelta(seconds=5)  # after a call without an answer
SIGNED_OUT_PAUSE = timedelta(minutes=10)
BROKEN_PAUSE = timedelta(minutes=5)  # a payload that Slack does not take will not get better soon

SIGNED_OUT = frozenset(
    ("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "team_access_not_granted")
)
GONE = frozenset(
    (
        "channel_not_found",
        "is_archived",
        "missing_scope",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
    )
)
READS = frozenset(("auth.test", "conversations.history", "conversations.info", "users.info"))  # take no JSON
VANISHED = frozenset(("message_not_found", "cant_update_message", "edit_window_closed"))

# The library would build a line for every call, with the citizen's words in it, and then throw it away.
quiet = logging.getLogger("balie.slack")
quiet.setLevel(logging.ERROR)


class SignedOut(DeskShut):
    """The token does not count any more: somebody must install the app again."""


class MessageGone(ShowFailed):
    """The message that should be updated is not there any more."""


class NoAnswer(DeskAway):
    """Slack did not answer; the call may have had its effect."""


class NotTaken(ShowFailed):
    """Slack says no, for a reason that has no name here; ``reason`` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(BROKEN_PAUSE)
        self.reason = reason


class Calls:
    """The Web API of one workspace."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str = SLACK,
        out: WayOut = DIRECT,
        timeout: float = TIMEOUT,
        away: timedelta = AWAY,
    ) -> None:
        self._away = away
        self.client = AsyncWebClient(
            token, base_url=base_url, proxy=out.proxy, ssl=out.tls, retry_handlers=[], logger=quiet
        )
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def __call__(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call once; raises one of the errors above, PlaceGone, or ShowFailed with the pause Slack asks for."""
        if self.client.session is None or self.client.session.closed:
            self.client.session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            if method in READS:
                answer = await self.client.api_call(method, params=arguments)
            else:
                answer = await self.client.api_call(method, json=arguments)
        except SlackApiError as exc:
            raise _translated(exc, away=self._away) from exc
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise NoAnswer(self._away) from exc
        return answer.data if isinstance(answer.data, dict) else {}

    async def aclose(self) -> None:
        if self.client.session is not None:
            await self.client.session.close()


def _translated(exc: SlackApiError, *, away: timedelta) -> ShowFailed:
    answer = exc.response
    status = getattr(answer, "status_code", 0) or getattr(answer, "status", 0)
    if status == 429:
        return ShowFailed(timedelta(seconds=float(answer.headers.get("Retry-After", "1"))))
    data = getattr(answer, "data", None)
    code = data.get("error", "") if isinstance(data, dict) else ""
    if code in SIGNED_OUT:
        return SignedOut(SIGNED_OUT_PAUSE)
    if code in GONE:
        return PlaceGone()
    if code in VANISHED:
        return MessageGone()
    if status >= 500 or not code or code in ("internal_error", "fatal_error", "service_unavailable", "request_timeout"):
        return NoAnswer(away)
    return NotTaken(code)
