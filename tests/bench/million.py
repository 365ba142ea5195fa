"""What a million handled messages cost: the size of the file, and what the hot queries take beside ten thousand.

One message is handled by the real program; what that left in every table is then multiplied in SQL. People work on the
newest ten thousand; of any age, a row is read from the system's cache, for SQLite keeps 2 MB of pages itself.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, text

from bot.model import Click
from bot.store import Store, audit, conversations, jobs, mentions, open_store, placements, replies, small
from bot.store.records import Conversation
from tests.bench import Result
from tests.bench._plans import plan
from tests.flow.conftest import build
from tests.flow.town import MONDAY

FEW, MANY = 10_000, 1_000_000
CHUNK = 100_000
CALLS, ROUNDS = 200, 7
POST = "'at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/' || n"  # as long as those of Bluesky
TEXT = "Mijn kliko in de Kanaalstraat is al twee weken niet geleegd. Wanneer komen jullie? De buren klagen ook al."
REPLY = "Vervelend! Wij hebben het doorgegeven aan de buitendienst. Zij legen de container morgen voor 12 uur."
RANDOM = "lower(hex(randomblob(16)))"
OURS: Mapping[str, Mapping[str, str]] = {  # what differs from message to message, by table and column
    "conversation": {"id": "n", "thread_id": POST, "author_id": "'did:plc:' || (n % 200000)"},
    "mention": {
        "id": "n",
        "conversation_id": "n",
        "post_id": POST,
        "thread_id": POST,
        "text_hash": f"{RANDOM}||{RANDOM}",
    },
    "placement": {"id": "NULL", "conversation_id": "n", "message": "'1764000000.' || n"},
    "event": {"event_id": POST},
    "own_post": {"post_id": f"'re-' || {POST}", "parent_id": POST, "reply_key": RANDOM},
    "reply": {"key": RANDOM, "conversation_id": "n", "mention_id": "n", "post_id": f"'re-' || {POST}"},
    "click": {"click_id": f"{RANDOM} || n"},
    "audit": {"id": "NULL", "conversation_id": "n", "hash": f"{RANDOM}||{RANDOM}"},
}


async def handled(store: Store) -> None:
    """Let one message go the whole way: taken in, claimed, answered, posted."""
    balie = build(store)
    card = await balie.mention(TEXT)
    await balie.place(card, REPLY)
    await balie.later()
    assert balie.platform.texts()


def multiply(connection: Connection, first: int, last: int) -> None:
    """Add what one message left behind for each number from ``first`` to ``last``."""
    for table, ours in OURS.items():
        names = [row[1] for row in connection.execute(text(f"PRAGMA table_info({table})"))]
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(ours.get(name, f't."{name}"') for name in names)
        template = f"(SELECT * FROM {table} WHERE rowid <= (SELECT most FROM template WHERE name = '{table}'))"
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
        connection.execute(
            text(f"INSERT INTO {table} ({columns}) {numbers} SELECT {values} FROM {template} t, numbers")
        )


def remember_one(connection: Connection) -> None:
    connection.execute(text("CREATE TEMP TABLE template (name TEXT, most INTEGER)"))
    for table in OURS:
        connection.execute(text(f"INSERT INTO template SELECT '{table}', coalesce(max(rowid), 0) FROM {table}"))


def grow(store: Store, first: int, last: int) -> None:
    """Fill up to ``last`` messages; not durable while that lasts."""
    with store._writer.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")  # type: ignore[union-attr]
        if first == 2:
            remember_one(connection)
        for start in range(first, last + 1, CHUNK):
            multiply(connection, start, min(start + CHUNK - 1, last))
            connection.commit()


def size(store: Store) -> int:
    """Return the bytes of the file, all that was written in it."""
    with store._writer.connect() as connection:
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())


def one(connection: Connection, number: int) -> Conversation:
    found = conversations.get(connection, number)
    assert found
    return found


QUERIES: Mapping[str, tuple[Any, Callable[[Connection, int], object]]] = {
    "a conversation": (conversations.BY_ID, one),
    "the conversation of a thread": (
        conversations.BY_THREAD,
        lambda c, n: conversations.of_thread(c, account="plein", thread_id=post(n), author_id=f"did:plc:{n % 200000}"),
    ),
    "earlier contacts": (
        conversations.CONTACTS_BEFORE,
        lambda c, n: conversations.contacts_before(c, one(c, n)),
    ),
    "the cards of a channel": (
        conversations.IN_CHANNEL,
        lambda c, n: conversations.in_channel(c, desk="web", workspace="", channel="afval", limit=30),
    ),
    "what a member holds": (
        conversations.OF_MEMBER,
        lambda c, n: conversations.of_member(c, member="jan", approves=["afval"]),
    ),
    "counts for the home page": (
        conversations.COUNTS,
        lambda c, n: conversations.counts(c, member="jan", now=MONDAY),
    ),
    "a mention by its post": (
        mentions.BY_POST,
        lambda c, n: mentions.by_post(c, account="plein", post_id=post(n)),
    ),
    "the mentions of a conversation": (
        mentions.OF_CONVERSATION,
        lambda c, n: mentions.of_conversation(c, n),
    ),
    "the replies of a conversation": (
        replies.OF_CONVERSATION,
        lambda c, n: replies.of_conversation(c, n),
    ),
    "a reply by its post": (
        replies.BY_POST,
        lambda c, n: replies.of_post(c, account="plein", post_id=f"re-{post(n)}"),
    ),
    "replies under way": (replies.LIVE, lambda c, n: replies.live(c, n)),
    "where a card stands": (placements.OF_CONVERSATION, lambda c, n: placements.of_conversation(c, n)),
    "the last line of the audit": (audit.LAST, lambda c, n: audit.LAST.first(c, {"conversation_id": n})),
    "a click that came before": (
        small.CLICK,
        lambda c, n: small.answered(c, Click(desk="slack", workspace="T1", id=f"click-{n}")),
    ),
    "the first job": (
        jobs.EARLIEST,
        lambda c, n: jobs.earliest(c, real_now=MONDAY, in_flight=(), closed_lanes=()),
    ),
}


def post(number: int) -> str:
    return f"at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/{number}"


def measured(store: Store, first: int, last: int) -> dict[str, float]:
    """Return microseconds of processor time of each query, about any of these messages."""
    chance = random.Random(last)
    took: dict[str, list[float]] = {name: [] for name in QUERIES}
    with store._reader.begin() as connection:
        for _ in range(ROUNDS):
            numbers = [chance.randrange(first, last) for _ in range(CALLS)]
            for name, (_, ask) in QUERIES.items():
                began = time.thread_time()
                for number in numbers:
                    ask(connection, number)
                took[name].append((time.thread_time() - began) / CALLS * 1e6)
    return {name: median(times) for name, times in took.items()}


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = open_store(Path(folder) / "balie.db")
        asyncio.run(handled(store))
        grow(store, 2, FEW)
        few = measured(store, 2, FEW)
        grow(store, FEW + 1, MANY)
        newest, any_of_them = measured(store, MANY - FEW, MANY), measured(store, 2, MANY)
        each = size(store) / MANY
        with store._reader.begin() as connection:
            plans = {name: plan(connection, statement) for name, (statement, _) in QUERIES.items()}
        store.close()
    yield Result(name="of file for a message", value=each, unit="bytes", at_most=3000, against=f"{MANY:,} messages")
    for name in QUERIES:
        against = f"{few[name]:.0f} us at {FEW:,}; {plans[name]}"
        yield Result(name=name, value=newest[name] / few[name], unit="x", at_most=1.5, against=against)
    for name in QUERIES:
        yield Result(name=f"{name}, of any age", value=any_of_them[name] / few[name], unit="x", against=f"{FEW:,}")
