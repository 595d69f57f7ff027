"""Units of work: SQLite (WAL) on one machine, PostgreSQL on several."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NewType

import structlog
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from foundation.database import sqlite
from foundation.database.pool import EngineSessions, Limits, SessionPool
from foundation.tasks import uninterrupted

_log = structlog.get_logger("foundation.database")
_LOCK_MILLISECONDS = 10_000
"""How long a lock of another process is waited for."""
_READERS = Limits(open=8)
_WRITERS = Limits(open=1)
_CONNECTIONS = Limits(open=20)
_DAMAGED = "damaged"
_NOTHING = text("SELECT 1")
ReadSession = NewType("ReadSession", AsyncSession)
"""A session that reads; the type checker refuses it where a `WriteSession` is asked for."""
WriteSession = NewType("WriteSession", ReadSession)
"""A session inside a transaction that is committed when its block ends."""


class Database:
    """Opens read sessions and write transactions on one database.

    A write block is one unit of work: committed at its end, rolled back when it raises or its task is cancelled; a
    commit that has begun ends. On SQLite one connection writes, since the file has one writer anyway, and waiting
    for it here costs no busy loop. A unit that gets no turn within the limits is refused with `DatabaseBusy`.
    """

    def __init__(self, readers: SessionPool, writers: SessionPool) -> None:
        self._readers = readers
        self._writers = writers
        self._committing: list[Callable[[WriteSession], Awaitable[None]]] = []
        self._committed: list[Callable[[], None]] = []
        self._told: list[Callable[[str, str, Exception | str], None]] = []

    @classmethod
    def open(cls, url: str) -> Database:
        """Prepares `sqlite:///FILE` or `postgresql://…`; connects on first use."""
        where = make_url(url)
        if where.get_backend_name() == "sqlite":
            # A writer takes the lock at once, so that it can never deadlock with another process's while upgrading.
            writers = _sqlite(where, _WRITERS, "BEGIN IMMEDIATE")
            return cls(_sqlite(where, _READERS, "BEGIN", "query_only=ON"), writers)
        connections = _postgres(where)
        return cls(connections, connections)

    @property
    def users(self) -> int:
        """How many units of work are under way or wait for their turn."""
        return sum(pool.users for pool in {self._readers, self._writers})

    def before_commit(self, hook: Callable[[WriteSession], Awaitable[None]]) -> None:
        """Awaits `hook` as the last part of each write block; what it raises rolls the block back."""
        self._committing.append(hook)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each committed write block, also when its task was cancelled meanwhile."""
        self._committed.append(listener)

    def on_damaged(self, listener: Callable[[str, str, Exception | str], None]) -> None:
        """Tells `listener` of each row or file that was left out; see `damaged`."""
        self._told.append(listener)

    def damaged(self, kind: str, identifier: str, problem: Exception | str) -> None:
        """Says that what is stored under this kind and identifier cannot be used, and that its user goes on without."""
        if not self._told:
            # A command beside the service keeps no list.
            _log.warning("damaged", kind=kind, identifier=identifier, problem=repr(problem))
        for listener in self._told:
            listener(kind, identifier, problem)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A snapshot to read from; nothing it does is kept."""
        async with self._readers.session() as session:
            session.info[_DAMAGED] = self.damaged
            yield ReadSession(session)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises; tells the commit listeners."""
        async with self._transaction(self._committed) as session:
            yield session

    @asynccontextmanager
    async def write_quietly(self) -> AsyncIterator[WriteSession]:
        """As `write`, but no commit listener hears of it: for the listeners' own bookkeeping."""
        async with self._transaction(()) as session:
            yield session

    async def close(self) -> None:
        """Ends what is under way and closes every connection; a unit that is begun later is refused."""
        for pool in {self._readers, self._writers}:
            await pool.close()

    @asynccontextmanager
    async def _transaction(self, told: Iterable[Callable[[], None]]) -> AsyncIterator[WriteSession]:
        async with self._writers.session() as session:
            session.info[_DAMAGED] = self.damaged
            writing = WriteSession(ReadSession(session))
            yield writing
            for hook in self._committing:
                await hook(writing)
            await uninterrupted(_commit(session, told))


async def _commit(session: AsyncSession, told: Iterable[Callable[[], None]]) -> None:
    await session.commit()
    for listener in told:
        listener()


def tell_damaged(session: ReadSession, kind: str, identifier: str, problem: Exception | str) -> None:
    """As `Database.damaged`, for who has only a session."""
    session.info[_DAMAGED](kind, identifier, problem)


async def take_turn(session: WriteSession, at: str, *, patient: bool = False) -> None:
    """Waits until no other transaction has its turn at the thing named; this one keeps it to its end.

    For what must follow from what was committed last, such as a chain. A `patient` transaction waits for every lock as
    long as it takes.
    """
    if session.get_bind().dialect.name != "postgresql":
        # SQLite has one writer at a time, from the transaction's first statement on.
        await session.execute(_NOTHING)
        return
    if patient:
        await session.execute(text("SET LOCAL lock_timeout = 0"))
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:at, 0))"), {"at": at})


def _sqlite(where: URL, limits: Limits, begin: str, *pragmas: str) -> SessionPool:
    sessions = sqlite.Sessions(where, begin, pragmas, threads=limits.open, lock_seconds=_LOCK_MILLISECONDS / 1000)
    return SessionPool(sessions, limits)


def _postgres(where: URL) -> SessionPool:
    waits = {"timeout": _LOCK_MILLISECONDS / 1000, "server_settings": {"lock_timeout": str(_LOCK_MILLISECONDS)}}
    # The queue stands before the engine's pool, which has a connection for each session that may be open.
    engine = create_async_engine(
        where.set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        pool_size=_CONNECTIONS.open,
        max_overflow=0,
        connect_args=waits,
    )
    return SessionPool(EngineSessions(engine), _CONNECTIONS)


def sqlite_version() -> str:
    """The version of the SQLite library in use, for the doctor's page."""
    return sqlite3.sqlite_version
