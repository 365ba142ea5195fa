"""What each answer of Bluesky, or none, means for a post."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from atproto import exceptions
from atproto_client.exceptions import RequestErrorBase
from atproto_client.models.common import XrpcError
from atproto_client.request import Response

from bot.errors import Blocked, Outcome, Refused, TryLater, Unsure
from handlers.public.bluesky.session import translated


def outcome(problem: Exception, cause: Exception | None = None) -> Outcome:
    with pytest.raises(Outcome) as told, translated():
        raise problem from cause
    return told.value


def answered(kind: type[RequestErrorBase], status: int, error: str = "", **headers: str) -> RequestErrorBase:
    content = XrpcError(error=error, message="because") if error else b"<html>"
    return kind(Response(success=False, status_code=status, content=content, headers=headers))


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (httpx.ConnectError("refused, no such name, or no trust in the certificate"), TryLater),
        (httpx.ConnectTimeout("silence"), TryLater),
        (httpx.PoolTimeout("busy"), TryLater),
        (httpx.ProxyError("403 from the proxy"), TryLater),
        (httpx.UnsupportedProtocol("gopher"), TryLater),
        (httpx.InvalidURL("http://[wrong"), TryLater),
        (httpx.ReadTimeout("no answer"), Unsure),
        (httpx.WriteTimeout("half sent"), Unsure),
        (httpx.ReadError("reset"), Unsure),
        (httpx.WriteError("reset"), Unsure),
        (httpx.RemoteProtocolError("server disconnected"), Unsure),
        (httpx.DecodingError("garbled"), Unsure),
        (httpx.TooManyRedirects("round and round"), Unsure),
        (TimeoutError(), Unsure),
        (ValueError("no JSON"), Unsure),
    ],
)
def test_only_what_was_never_sent_is_certainly_not_posted(cause: Exception, expected: type[Outcome]) -> None:
    assert type(outcome(cause)) is expected
    if isinstance(cause, httpx.TransportError):  # most of them come wrapped by the client library
        assert type(outcome(exceptions.NetworkError(), cause)) is expected


@pytest.mark.parametrize(
    ("kind", "status", "error", "expected"),
    [
        (exceptions.BadRequestError, 400, "InvalidRequest", Refused),
        (exceptions.BadRequestError, 400, "InvalidSwap", Unsure),
        (exceptions.BadRequestError, 400, "", Refused),
        (exceptions.UnauthorizedError, 401, "AuthenticationRequired", Blocked),
        (exceptions.UnauthorizedError, 401, "AccountTakedown", Blocked),
        (exceptions.UnauthorizedError, 401, "AccountDeactivated", Blocked),
        (exceptions.UnauthorizedError, 401, "AuthFactorTokenRequired", Blocked),
        (exceptions.UnauthorizedError, 403, "", Refused),
        (exceptions.RequestException, 404, "XRPCNotSupported", Refused),
        (exceptions.RequestException, 408, "", Unsure),
        (exceptions.NetworkError, 409, "", Unsure),
        (exceptions.NetworkError, 413, "PayloadTooLarge", Refused),
        (exceptions.RequestException, 425, "", Unsure),
        (exceptions.RequestException, 500, "InternalServerError", Unsure),
        (exceptions.NetworkError, 502, "", Unsure),
        (exceptions.RequestException, 503, "", Unsure),
        (exceptions.RequestException, 504, "UpstreamTimeout", Unsure),
    ],
)
def test_each_answer_is_taken_for_what_it_is(
    kind: type[RequestErrorBase], status: int, error: str, expected: type[Outcome]
) -> None:
    assert type(outcome(answered(kind, status, error))) is expected


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"retry-after": "30"}, 30, 30),
        ({"ratelimit-reset": str(int(time.time()) + 100)}, 0, 100),
        ({"ratelimit-reset": str(int(time.time()) - 100)}, 1, 1),
        ({"retry-after": "0"}, 1, 1),
        ({"retry-after": "soon"}, 1, 10),
        ({}, 1, 10),
    ],
)
def test_too_many_requests_says_how_long_to_wait(headers: dict[str, str], least: int, most: int) -> None:
    told = outcome(answered(exceptions.RateLimitExceededError, 429, "RateLimitExceeded", **headers))
    assert isinstance(told, TryLater)
    assert timedelta(seconds=least) <= told.after <= timedelta(seconds=most)


def test_a_refusal_tells_what_bluesky_said() -> None:
    told = outcome(answered(exceptions.BadRequestError, 400, "InvalidRequest"))
    assert isinstance(told, Refused)
    assert str(told.reason) == "Bluesky refuses it: 400 InvalidRequest: because"


def test_an_error_of_our_own_is_not_taken_for_the_platforms() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError(datetime.now(UTC))
