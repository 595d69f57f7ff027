"""Connections and transactions: SQLite (WAL) on one machine, PostgreSQL on several."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, NewType

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from foundation.database.sqlite import Connections

_CLOSE_SECONDS = 5.0
ReadSession = NewType("ReadSession", AsyncSession)
"""A session that reads; the type checker refuses it where a `WriteSession` is asked for."""
WriteSession = NewType("WriteSession", ReadSession)
"""A session inside a transaction that is committed when its block ends."""


class Database:
    """Opens read sessions and write transactions on one database URL.

    A write block is one transaction: committed at its end, rolled back when it raises. On SQLite writers of
    this process queue for a lock, since the file has one writer anyway and waiting here costs no busy loop.
    """

    def __init__(self, engine: AsyncEngine, files: Connections | None = None) -> None:
        self.engine = engine
        self._files = files
        self._sessions = async_sessionmaker(engine, expire_on_commit=False, autoflush=True)
        self._writer: AbstractAsyncContextManager[Any] = nullcontext() if files is None else asyncio.Lock()
        self._committed: list[Callable[[], None]] = []
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    def open(cls, url: str) -> Database:
        """Prepares the engine for `sqlite+aiosqlite:///FILE` or `postgresql://…`; connects on first use."""
        where = make_url(url)
        if where.get_backend_name() == "sqlite":
            files = Connections(where.database or ":memory:")
            engine = create_async_engine(where, async_creator=files.open)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
            return cls(engine, files)
        where = where.set(drivername="postgresql+asyncpg")
        return cls(create_async_engine(where, pool_size=10, max_overflow=10, pool_timeout=10))

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each committed write block."""
        self._committed.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A snapshot to read from; nothing it does is kept."""
        async with self._session() as session:
            yield ReadSession(session)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises; tells the commit listeners."""
        async with self.write_quietly() as session:
            yield session
        for listener in self._committed:
            listener()

    @asynccontextmanager
    async def write_quietly(self) -> AsyncIterator[WriteSession]:
        """As `write`, but no commit listener hears of it: for the listeners' own bookkeeping."""
        async with self._writer, self._session() as session:
            await session.connection(execution_options={"cloud_window_write": True})
            yield WriteSession(ReadSession(session))
            await session.commit()

    async def close(self) -> None:
        """Closes every connection, after the sessions whose users were cancelled."""
        if self._closing:
            await asyncio.wait(self._closing, timeout=_CLOSE_SECONDS)
        await self.engine.dispose()
        if self._files is not None:
            await self._files.end()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        """A session that is closed whole even when its user is cancelled meanwhile, and that `close` waits for.

        Otherwise it would give its connection back to an engine that has been disposed of, and that nobody closes.
        """
        session = self._sessions()
        try:
            yield session
        finally:
            closing = asyncio.create_task(session.close())  # noqa: TID251 - awaited here, and by `close`
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            await asyncio.shield(closing)


async def take_turn(session: WriteSession, at: str) -> None:
    """Waits until no other transaction has its turn at the thing named; this one keeps it to its end.

    For what must follow from what was committed last, such as a chain. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:at, 0))"), {"at": at})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: BEGIN IMMEDIATE is ours to say.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock at once, so that two writers can never deadlock while upgrading.
    write = connection.get_execution_options().get("cloud_window_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def sqlite_version() -> str:
    """The version of the SQLite library in use, for the doctor's page."""
    return sqlite3.sqlite_version
