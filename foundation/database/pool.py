"""Sessions on one pool of connections: few at once, a bounded queue in front, every call run to its end.

A cancelled task must not leave its driver in mid-call: SQLAlchemy throws such a connection away, and its end, with
the transaction, the lock and the thread, can be lost. So a cancellation is delivered between calls only.
"""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from foundation.errors import Unavailable
from foundation.tasks import uninterrupted
from foundation.turns import Turns

_log = structlog.get_logger("foundation.database")
_CLOSE_SECONDS = 5.0
_SQLITE_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_POSTGRES_FULL = "53100"
# Classes of SQLSTATE: connection lost, overtaken by another transaction, no room, a lock not had in time, stopped.
_POSTGRES_PASSING = ("08", "40", "53", "55", "57")


class DatabaseBusy(Unavailable):
    """The database has more to do than it can, or does not answer at the moment."""

    code = "database_busy"
    zh = "系统繁忙，请稍后再试。"
    en = "The service is busy. Please try again in a moment."


class DatabaseFull(DatabaseBusy):
    """The disk has no room for what the database is to keep; nothing was changed."""

    code = "database_full"
    status = 507
    retry_after_seconds = 60
    zh = "服务器存储空间已用尽，此操作没有保存。请告知管理员清理空间，然后再试一次。"
    en = "The server's disk is full and this was not saved. Tell the administrator to make room, then try again."


@dataclass(frozen=True)
class Limits:
    """How many sessions are open at once, how many tasks may wait for one, and for how long."""

    open: int
    waiting: int = 500
    seconds: float = 10.0


class Sessions(Protocol):
    """Opens sessions on one kind of connection."""

    async def open(self) -> AsyncSession:
        """A session; raises `DatabaseBusy`."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...


class SessionPool:
    """Opens sessions in the order they are asked for; raises `DatabaseBusy` beyond its limits.

    What a page asked for that is gone comes after what somebody waits for.
    """

    def __init__(self, sessions: Sessions, limits: Limits) -> None:
        self._sessions = sessions
        self._limits = limits
        self._turns = Turns(limits.open)
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._closed = False

    @property
    def users(self) -> int:
        """How many tasks have a session or wait for one."""
        return self._users

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session that is closed when the block ends; what was not committed by then is rolled back."""
        await self._take_place()
        try:
            session = await self._sessions.open()
            try:
                yield session
            finally:
                await session.close()
        finally:
            self._turns.give_back()
            self._leave()

    async def close(self) -> None:
        """Refuses new sessions, waits some seconds for those that are open, and closes the connections."""
        self._closed = True
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._unused.wait()
        except TimeoutError:
            _log.error("sessions_left_open", users=self._users)
        await self._sessions.close()

    async def _take_place(self) -> None:
        if self._closed or self._users >= self._limits.open + self._limits.waiting:
            raise DatabaseBusy
        self._users += 1
        self._unused.clear()
        try:
            await self._take_turn()
        except BaseException:
            self._leave()
            raise

    async def _take_turn(self) -> None:
        if self._turns.free:
            await self._turns.take()
            return
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._turns.take()
        except TimeoutError:
            raise DatabaseBusy from None

    def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            self._unused.set()


class EngineSessions:
    """Opens sessions on an asynchronous engine; each of their calls runs to its end, whoever awaits it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, class_=_Session, expire_on_commit=False)

    async def open(self) -> AsyncSession:
        """A session, which connects with its first call."""
        return self._sessions()

    async def close(self) -> None:
        """Closes the connections."""
        await uninterrupted(self.engine.dispose())


class _Session(AsyncSession):
    """A session each of whose calls runs to its end, whatever becomes of the task that awaits it."""


def _to_its_end(method: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @functools.wraps(method)
    async def call(*arguments: Any, **options: Any) -> Any:
        try:
            return await uninterrupted(method(*arguments, **options))
        except (DBAPIError, OSError) as error:
            raise refusal_of(error) from error

    return call


for _name in ("commit", "close", "execute", "flush", "get", "refresh", "rollback", "run_sync", "scalar", "scalars"):
    setattr(_Session, _name, _to_its_end(getattr(AsyncSession, _name)))


def refusal_of(error: Exception) -> Exception:
    """`DatabaseFull` or `DatabaseBusy` for an error that they fit, else the error itself."""
    if isinstance(error, OSError):
        return DatabaseBusy()
    driver = error.orig if isinstance(error, DBAPIError) else error
    if _is_full(driver):
        return DatabaseFull()
    if _passes(driver) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return DatabaseBusy()
    return error


def _is_full(driver: object) -> bool:
    """Whether there is no room for what is to be kept."""
    code = getattr(driver, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(driver, "sqlstate", None) == _POSTGRES_FULL


def _passes(driver: object) -> bool:
    """Whether the same can succeed when it is tried again later."""
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        # The low byte is the primary result code (https://www.sqlite.org/rescode.html).
        return code & 0xFF in _SQLITE_PASSING
    return str(getattr(driver, "sqlstate", "")).startswith(_POSTGRES_PASSING)
