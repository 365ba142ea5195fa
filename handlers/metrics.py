"""What a monitoring system reads: numbers, names from the rules, never a citizen's word or a secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from secrets import compare_digest

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import reply
from bot.errors import StoreUnavailable
from bot.health import Health
from bot.pulse import Contact, Pulse

Look = Callable[[], Awaitable[Health]]


def metrics_route(look: Look, *, token: str, version: str) -> Route:
    """``token``: who sends it may read; without one nobody may, and the page is not there."""

    async def metrics(request: Request) -> Response:
        if not token:
            return Response(status_code=404)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(given.encode(), token.encode()):
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        try:
            health = await look()
        except StoreUnavailable:
            health = None
        return Response(exposition(health, version=version), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", metrics)


def exposition(health: Health | None, *, version: str) -> bytes:
    """Return the numbers as text; ``health`` None: the database does not answer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(health, version))
    return generate_latest(registry)


class _Numbers:
    """One moment's numbers, as the library wants to collect them."""

    def __init__(self, health: Health | None, version: str) -> None:
        self._health, self._version = health, version

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("balie", "The running program", value={"version": self._version})
        yield _one("balie_database_up", "1: the database answers", int(self._health is not None))
        if self._health:
            yield _one("balie_leader", "1: this process polls and does the work", int(self._health.leads))
            yield _one("balie_led", "1: some process does", int(self._health.led))
            yield from _queue(self._health)
            yield from _lanes(self._health)
            yield from _accounts(self._health)
            yield from _canary(self._health)
            yield from _desks(self._health)
            yield from _troubles(self._health)
            yield from _commits(self._health)


def _queue(health: Health) -> Iterator[Metric]:
    labels = ["kind", "lane"]
    due = GaugeMetricFamily("balie_jobs_due", "Work to be done now", labels=labels)
    later = GaugeMetricFamily("balie_jobs_later", "Work and timers of later", labels=labels)
    age = GaugeMetricFamily("balie_jobs_oldest_seconds", "How long the oldest due work waits", labels=labels)
    for each in health.waiting:
        due.add_metric([each.kind, each.lane], each.due)
        later.add_metric([each.kind, each.lane], each.all - each.due)
        age.add_metric([each.kind, each.lane], _seconds(health.now, each.oldest))
    yield from (due, later, age)


def _lanes(health: Health) -> Iterator[Metric]:
    running = GaugeMetricFamily("balie_lane_running", "Work in flight in this process", labels=["lane"])
    for lane, number in health.running.items():
        running.add_metric([lane], number)
    paused = GaugeMetricFamily("balie_lane_paused_seconds", "How long a lane still waits", labels=["lane"])
    for lane, until in health.paused.items():
        paused.add_metric([lane], (until - health.real).total_seconds())
    yield from (running, paused)


def _accounts(health: Health) -> Iterator[Metric]:
    labels = ["account"]
    up = GaugeMetricFamily("balie_account_up", "1: connected, and the platform answers", labels=labels)
    blocked = GaugeMetricFamily("balie_account_blocked", "1: a person must reconnect it", labels=labels)
    heard = GaugeMetricFamily("balie_account_heard_timestamp_seconds", "When the platform last answered", labels=labels)
    event = GaugeMetricFamily("balie_account_event_timestamp_seconds", "When a citizen was last heard", labels=labels)
    lag = GaugeMetricFamily("balie_account_lag_seconds", "How long that message took to arrive", labels=labels)
    for each in health.accounts:
        key, pulse = [each.account.key], each.pulse
        up.add_metric(key, _is(pulse, Contact.CONNECTED))
        blocked.add_metric(key, _is(pulse, Contact.BLOCKED))
        if pulse and pulse.heard:
            heard.add_metric(key, pulse.heard.timestamp())
        if each.seen:
            event.add_metric(key, each.seen.at.timestamp())
            lag.add_metric(key, each.seen.lag.total_seconds())
    yield from (up, blocked, heard, event, lag)


def _canary(health: Health) -> Iterator[Metric]:
    labels = ["account"]
    ok = GaugeMetricFamily("balie_canary_up", "1: test messages arrive in time", labels=labels)
    took = GaugeMetricFamily("balie_canary_seconds", "How long the last one was on its way to its card", labels=labels)
    for each in health.accounts:
        if each.flight:
            ok.add_metric([each.account.key], int(not each.flight.late))
        if each.flight and each.flight.took is not None:
            took.add_metric([each.account.key], each.flight.took.total_seconds())
    yield from (ok, took)


def _desks(health: Health) -> Iterator[Metric]:
    up = GaugeMetricFamily("balie_desk_up", "1: connected", labels=["desk", "workspace"])
    for each in health.desks:
        up.add_metric([each.name, each.workspace], _is(each.pulse, Contact.CONNECTED))
    yield up


def _troubles(health: Health) -> Iterator[Metric]:
    replies = GaugeMetricFamily("balie_replies", "Answers that wait for a person or an account", labels=["state"])
    for state in (reply.State.UNSURE, reply.State.BLOCKED):
        replies.add_metric([state], sum(each.state is state for each in health.doubtful))
    yield replies
    cards = GaugeMetricFamily("balie_cards_not_shown", "Cards that stand nowhere, or are out of date", labels=["why"])
    cards.add_metric(["new"], sum(not each.old for each in health.not_shown))
    cards.add_metric(["old"], sum(each.old for each in health.not_shown))
    yield cards
    yield _one("balie_jobs_failing", "Work that failed again and again", len(health.failing))


def _commits(health: Health) -> Iterator[Metric]:
    done, seconds = health.commits.done, health.commits.seconds
    yield SummaryMetricFamily(
        "balie_commit_seconds", "What writing costs in this process", count_value=done, sum_value=seconds
    )
    yield CounterMetricFamily(
        "balie_commits_failed", "Writes that the database did not take", value=health.commits.failed
    )


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _is(pulse: Pulse | None, contact: Contact) -> int:
    return int(pulse is not None and pulse.contact is contact)


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
