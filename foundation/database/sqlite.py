"""SQLite's sessions: what cannot wait is done in the loop's thread, what may wait is handed to another.

A statement on a local file takes some ten microseconds. Handing it to a thread and back takes ten times as long, and
as long again in SQLAlchemy's asynchronous layer. Under WAL no read waits for a lock, nor does a statement inside a
write transaction that has begun. A thread gets the rest: the begin of a write while another process writes, each
commit with its fsync, and a read that has not ended after some milliseconds, which is begun anew there.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any, Self, TypeVar, cast

from sqlalchemy import Connection as EngineConnection
from sqlalchemy import Engine, NullPool, Transaction, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from foundation.database.pool import refusal_of
from foundation.tasks import uninterrupted

T = TypeVar("T")
THREADS = "sqlite"
"""How the names of the threads begin."""
_AT_ONCE_SECONDS = 0.005
"""How long the loop may be held up at a stretch."""
_LOOKED_AT = 1000
"""After so many instructions of SQLite's machine the time is looked at: some tens of microseconds."""
_BUFFERED = {"prebuffer_rows": True}
_NOT_AT_ONCE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT)


class Cursor(sqlite3.Cursor):
    """A cursor that has all rows as soon as its statement is executed."""

    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Executes the statement and fetches its rows; raises `sqlite3.Error`."""
        # A write that is interrupted takes its whole transaction back: those are never.
        with cast(Connection, self.connection).limited(sql.startswith("SELECT")):
            super().execute(sql, parameters)
            self._rows = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        """The next row; None after the last."""
        return next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """So many of the rows that are left."""
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        return list(self._rows)


class _Limited:
    """Bounds the time of a statement while it runs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.until = time.perf_counter() + _AT_ONCE_SECONDS

    def __exit__(self, *_error: object) -> None:
        self._connection.until = math.inf


class _Unlimited:
    """Bounds nothing."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        pass


_UNLIMITED = _Unlimited()


class Connection(sqlite3.Connection):
    """A connection that waits for nothing unless it is told to."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Takes what `sqlite3.connect` takes; `timeout` is how long it waits where it may."""
        super().__init__(*arguments, **options)
        self.until = math.inf
        self._patience = round(options["timeout"] * 1000)
        self._limited = _Limited(self)
        self._patient = True
        self.set_progress_handler(self._overdue, _LOOKED_AT)

    def cursor(self, _factory: object = None) -> Cursor:  # type: ignore[override]
        """A cursor that is not yet anything in the database."""
        return super().cursor(Cursor)

    def limited(self, interruptible: bool) -> _Limited | _Unlimited:
        """Interrupts a statement that takes long, where it may be interrupted and the loop waits for it."""
        return self._limited if interruptible and not self._patient else _UNLIMITED

    def hurry(self) -> None:
        """From now on nothing waits."""
        self._patient = False
        self.execute("PRAGMA busy_timeout=0")

    def patiently(self, work: Callable[[], T]) -> T:
        """Does work that may wait for locks, and takes its time."""
        self._patient = True
        self.execute(f"PRAGMA busy_timeout={self._patience}")
        try:
            return work()
        finally:
            self.hurry()

    def _overdue(self) -> bool:
        return time.perf_counter() > self.until


class Sessions:
    """Opens sessions on one file, each on a connection that it has for itself until it is closed."""

    def __init__(self, where: URL, begin: str, pragmas: Iterable[str], threads: int, lock_seconds: float) -> None:
        self.engine = _engine(where, begin, pragmas, lock_seconds)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=THREADS)
        self._free: list[EngineConnection] = []
        self._stretch = 0.0
        self._closed = False

    async def open(self) -> AsyncSession:
        """A session; connects where no connection is free. Raises `DatabaseBusy`."""
        while not self._free:
            await self.in_thread(self._connect)
        return _Session(self, self._free.pop())

    def give_back(self, connection: EngineConnection) -> None:
        """Takes a connection back from its session."""
        if connection.get_transaction() is None:
            self._free.append(connection)
        else:
            # Its commit has failed: what it still holds goes with it.
            connection.invalidate()
            connection.close()

    async def close(self) -> None:
        """Closes the connections, which no session has any more; closing again does nothing."""
        if self._closed:
            return
        self._closed = True
        await self.in_thread(self._disconnect)
        self._threads.shutdown(wait=False)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Does the work in a thread, to its end; raises what it raises, as refusals where those fit."""
        try:
            return await uninterrupted(asyncio.get_running_loop().run_in_executor(self._threads, work))
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise refusal_of(error) from error

    async def pause(self, seconds: float) -> None:
        """Lets others have their turn when the loop was held up long enough, by this and what came just before."""
        if not self._stretch:
            asyncio.get_running_loop().call_soon(self._others_had_a_turn)
        self._stretch += seconds
        if self._stretch > _AT_ONCE_SECONDS:
            await asyncio.sleep(0)

    def _others_had_a_turn(self) -> None:
        self._stretch = 0.0

    def _connect(self) -> None:
        self._free.append(self.engine.connect())

    def _disconnect(self) -> None:
        while self._free:
            self._free.pop().close()
        self.engine.dispose()


class _Session(AsyncSession):
    """A session whose calls are done at once, and again in a thread where they would have to wait.

    Few units need mapped objects: the session that keeps them is made for the first, and joins the transaction.
    """

    def __init__(self, sessions: Sessions, connection: EngineConnection) -> None:
        self._sessions = sessions
        self._connection = connection
        self._driver = cast(Connection, connection.connection.driver_connection)
        self._transaction: Transaction | None = None
        self._mapped: Session | None = None
        self._info: dict[Any, Any] = {}

    @property
    def sync_session(self) -> Session:  # type: ignore[override]
        """The session of mapped objects."""
        if self._mapped is None:
            self._mapped = Session(self._connection, expire_on_commit=False)
        return self._mapped

    @property
    def _proxied(self) -> Session:  # type: ignore[override]
        return self.sync_session

    @property
    def info(self) -> dict[Any, Any]:
        """What the unit notes of itself."""
        return self._info

    def get_bind(self, *_arguments: Any, **_options: Any) -> EngineConnection:
        """The connection."""
        return self._connection

    async def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """As `AsyncSession.execute`."""
        if options or _is_mapped(statement):
            options["execution_options"] = {**options.get("execution_options", {}), **_BUFFERED}
            return await self._call(partial(self._execute_mapped, statement, params, **options))
        return await self._call(partial(self._connection.execute, statement, params or None))

    async def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """As `AsyncSession.scalar`."""
        return (await self.execute(statement, params, **options)).scalar()

    async def get(self, *arguments: Any, **options: Any) -> Any:
        """As `AsyncSession.get`."""
        return await self._call(lambda: self.sync_session.get(*arguments, **options))

    async def flush(self, objects: Any = None) -> None:
        """As `AsyncSession.flush`."""
        if self._mapped is not None:
            await self._call(partial(self._mapped.flush, objects))

    async def refresh(self, *arguments: Any, **options: Any) -> None:
        """As `AsyncSession.refresh`."""
        await self._call(lambda: self.sync_session.refresh(*arguments, **options))

    async def run_sync(self, fn: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Calls the function with the session of mapped objects in a thread, since it may do anything."""
        await self._begin()
        return await self._patiently(partial(fn, self.sync_session, *arguments, **options))

    async def commit(self) -> None:
        """Commits in a thread; where nothing was done, nothing is committed."""
        await self.flush()
        if self._transaction is not None:
            await self._patiently(self._transaction.commit)

    async def rollback(self) -> None:
        """Rolls back, which waits for nothing."""
        if self._mapped is not None:
            self._mapped.close()
        if self._transaction is not None:
            self._transaction.close()
            self._transaction = None

    async def close(self) -> None:
        """Rolls back what was not committed, and gives the connection back."""
        try:
            await self.rollback()
        finally:
            self._sessions.give_back(self._connection)

    def _execute_mapped(self, statement: Any, params: Any, **options: Any) -> Any:
        return self.sync_session.execute(statement, params, **options)

    async def _call(self, work: Callable[[], T]) -> T:
        await self._begin()
        return await self._try(work)

    async def _begin(self) -> None:
        if self._transaction is None:
            # By itself: a flush that could not begin would have forgotten what it was to store.
            self._transaction = await self._try(self._connection.begin)

    async def _try(self, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            done = work()
        except (DBAPIError, sqlite3.Error) as error:
            if not _waits(error):
                raise refusal_of(error) from error
        else:
            await self._sessions.pause(time.perf_counter() - began)
            return done
        return await self._patiently(work)

    async def _patiently(self, work: Callable[[], T]) -> T:
        return await self._sessions.in_thread(partial(self._driver.patiently, work))


def _is_mapped(statement: Any) -> bool:
    """Whether a statement is about mapped classes and not about tables alone: SQLAlchemy's own session asks so, too."""
    return bool(statement._propagate_attrs.get("compile_state_plugin") == "orm")  # noqa: SLF001 - there is no other way


def _waits(error: DBAPIError | sqlite3.Error) -> bool:
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)
    return code & 0xFF in _NOT_AT_ONCE


def _engine(where: URL, begin: str, pragmas: Iterable[str], lock_seconds: float) -> Engine:
    def prepare(connection: Connection, _record: Any) -> None:
        # The driver must not begin transactions by itself: how they begin is ours to say.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        connection.hurry()

    def begin_transaction(connection: EngineConnection) -> None:
        cast(Connection, connection.connection.driver_connection).execute(begin)

    engine = create_engine(
        where.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"timeout": lock_seconds, "check_same_thread": False, "factory": Connection},
    )
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin_transaction)
    return engine
