"""Opens a PostgreSQL database, which several processes may share."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, event, func, make_url, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.errors import CannotStart, StoreUnavailable
from bot.store import replicas, tables
from bot.store.engine import Store, news, reason
from bot.store.migrate import check_version
from bot.store.replicas import MISSED, NEWS, OneOfSeveral
from knowledge.sentence import say

T = TypeVar("T")
WRITERS = READERS = 4
TRIES = 6
UNCERTAIN = 30.0  # seconds that we ask what became of a commit whose answer was lost
LONGEST_NEWS = 500  # conversations in one piece; the server takes 8,000 bytes
TAKEN = "23505"  # a row that must be unique is there: another process may have made it meanwhile
TRIES_IF_TAKEN = 3
AGAIN = ("40001", "40P01", TAKEN)  # serialization, deadlock
GONE = ("25006", "25P03")  # a database that only reads now; a transaction that stood still too long

CONNECT: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "balie",
    "options": "-c TimeZone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=5s",
}

s = tables.signature
SIGN = (
    insert(s)
    .values(writer=bindparam("writer"), token=bindparam("token"), at=func.now())
    .on_conflict_do_update(index_elements=[s.c.writer], set_={"token": bindparam("token"), "at": func.now()})
)
SIGNED = select(s.c.token).where(s.c.writer == bindparam("writer")).with_for_update()
BEGIN_SIGNING = insert(s).values(writer=bindparam("writer"), token="", at=func.now()).on_conflict_do_nothing()
FORGET = s.delete().where(s.c.writer.startswith(bindparam("process")))
TELL = select(func.pg_notify(NEWS, bindparam("news")))


class SharedStore(Store):
    """A store over PostgreSQL: what others change is told here too, and ``lead`` is refused to who does not lead."""

    leadership: OneOfSeveral

    def __init__(self, url: URL, *, silence: float = replicas.SILENCE) -> None:
        super().__init__(
            _engine(url, isolation="READ COMMITTED", size=WRITERS),
            _engine(url, isolation="REPEATABLE READ", size=READERS, readonly=True),
            writers=WRITERS,
            readers=READERS,
        )
        self._conninfo = _conninfo(url)
        self._process = uuid4().hex
        self.leadership = OneOfSeveral(self._conninfo, silence=silence)

    async def lead(self, fn: Callable[[Connection], T]) -> T:
        epoch = self.leadership.epoch

        def inside(connection: Connection) -> T:
            self.leadership.must_lead(connection, epoch)
            return fn(connection)

        return await self.write(inside)

    async def listen(self) -> None:
        await replicas.listen(self._conninfo, self._hear)

    def close(self) -> None:
        try:
            with self._writer.begin() as connection:
                connection.execute(FORGET, {"process": self._process})
        except DBAPIError:
            pass  # a database that is gone forgets us later, or never: it is one row a thread
        super().close()

    def _transact(self, fn: Callable[[Connection], T]) -> tuple[T, set[int] | None]:
        """Run a whole transaction, again where that is safe: a commit that may stand is looked up, never repeated."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(fn)
            except DBAPIError as exc:
                again = exc.connection_invalidated or _sqlstate(exc) in AGAIN
                if not again and not _unavailable(exc):
                    raise
                if _sqlstate(exc) == TAKEN and attempt == TRIES_IF_TAKEN:
                    raise
                if not again or attempt == TRIES:
                    raise StoreUnavailable(reason(exc)) from exc
            time.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, fn: Callable[[Connection], T]) -> tuple[T, set[int] | None]:
        token = uuid4().hex
        with self._writer.connect() as connection:
            news(connection)
            result, told = fn(connection), news(connection)
            if told is not None:
                connection.execute(TELL, {"news": self._news(told)})
            connection.execute(SIGN, {"writer": self._signs_as, "token": token})
            try:
                connection.commit()
            except BaseException as exc:
                connection.invalidate()  # whatever it holds is not to be committed with the next transaction
                lost = isinstance(exc, DBAPIError) and exc.connection_invalidated
                if not (lost and self._stands(token)):
                    raise
        return result, told

    def _stands(self, token: str) -> bool:
        """Find out whether a commit stands whose answer was lost; waits for one that is still under way."""
        give_up = time.monotonic() + UNCERTAIN
        while True:
            try:
                with self._writer.begin() as connection:
                    connection.execute(BEGIN_SIGNING, {"writer": self._signs_as})
                    return bool(connection.execute(SIGNED, {"writer": self._signs_as}).scalar() == token)
            except DBAPIError as exc:
                if time.monotonic() > give_up:
                    raise StoreUnavailable("it is not known whether the commit stands") from exc
            time.sleep(0.2)

    @property
    def _signs_as(self) -> str:
        return f"{self._process} {threading.current_thread().name}"

    def _read(self, fn: Callable[[Connection], T]) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                with self._reader.begin() as connection:
                    return fn(connection)
            except DBAPIError as exc:
                if not (exc.connection_invalidated or _unavailable(exc)):
                    raise
                if not exc.connection_invalidated or attempt == TRIES:
                    raise StoreUnavailable(reason(exc)) from exc
            time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    def _news(self, changed: set[int]) -> str:
        numbers = changed if len(changed) <= LONGEST_NEWS else {MISSED}
        return f"{self._process} {' '.join(map(str, sorted(numbers)))}"

    def _hear(self, news: str) -> None:
        """Wake whoever waits for what another process changed; our own commits are told already."""
        process, *numbers = news.split() or ["", str(MISSED)]
        if process != self._process:
            self._tell({int(number) for number in numbers})


def open_postgresql(url: str, *, silence: float = replicas.SILENCE) -> SharedStore:
    """Open the database at a ``postgresql://`` address, migrated if need be; raises CannotStart."""
    store = SharedStore(address(url), silence=silence)
    try:
        check_version(store._writer)
    except DBAPIError as exc:
        store.close()
        raise CannotStart(say("Balie cannot open the database: %(reason)s.", reason=reason(exc))) from exc
    except BaseException:
        store.close()
        raise
    return store


def address(url: str) -> URL:
    """Return the address for psycopg; raises CannotStart when it is none of PostgreSQL, without saying it."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername != "postgresql":
        raise CannotStart(say("BALIE_DATABASE is no address of PostgreSQL. It begins with postgresql://.")) from None
    return parsed.set(drivername="postgresql+psycopg")


def _engine(url: URL, *, isolation: Any, size: int, readonly: bool = False) -> Engine:
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        isolation_level=isolation,
        connect_args=dict(CONNECT),
        hide_parameters=True,  # an exception must not print citizens' words
    )
    event.listen(engine, "connect", partial(_connected, readonly=readonly))
    event.listen(engine, "handle_error", _discreet)
    return engine


def _connected(connection: psycopg.Connection, _: object, *, readonly: bool) -> None:
    connection.adapters.register_dumper(str, WithoutNul)
    connection.read_only = readonly


class WithoutNul(StrDumperUnknown):
    """PostgreSQL cannot hold NUL in a text."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", ""))


def _discreet(context: ExceptionContext) -> None:
    """Keep only the first line of an error: its detail quotes the row, and the row a citizen."""
    original = context.original_exception
    if isinstance(original, psycopg.Error) and original.diag.message_primary:
        original.args = (original.diag.message_primary,)
        if context.sqlalchemy_exception:
            context.sqlalchemy_exception.args = (f"({type(original).__name__}) {original.diag.message_primary}",)


def _conninfo(url: URL) -> str:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.conninfo.make_conninfo(plain, **CONNECT)


def _sqlstate(exc: DBAPIError) -> str:
    return getattr(exc.orig, "sqlstate", None) or ""


def _unavailable(exc: DBAPIError) -> bool:
    return isinstance(exc, OperationalError) or exc.connection_invalidated or _sqlstate(exc) in GONE
