"""Connections to a SQLite file that may be ended twice, and that are waited for."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from typing import Any
from weakref import WeakSet

import aiosqlite

_LOCKED_SECONDS = 30.0
_END_SECONDS = 5.0
_ROWS_AT_ONCE = 64


class Connection(aiosqlite.Connection):
    """A connection whose thread is told once to end, however often `stop` is called.

    SQLAlchemy stops what it is still closing when the closer is cancelled. The library would tell the thread again
    then, which has ended, and wait for its answer for ever.
    """

    _told = False
    _ended: asyncio.Future[Any] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        """Ends the thread after what it has to do; a future of its end, None where no loop runs to wait in."""
        if not self._told:
            self._told = True
            self._ended = super().stop()
        # Shielded, since each who waits may be cancelled by itself.
        return None if self._ended is None else asyncio.shield(self._ended)


class Connections:
    """Opens connections to one file and knows which of them are left."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._left: WeakSet[Connection] = WeakSet()

    async def open(self) -> Connection:
        """A new connection, which waits half a minute for a writer of another process."""
        connect = partial(sqlite3.connect, self._path, timeout=_LOCKED_SECONDS, check_same_thread=False)
        connection = Connection(connect, _ROWS_AT_ONCE)
        # One lost by a cancelled task must not keep the process from ending.
        connection._thread.daemon = True  # noqa: SLF001 - the library has no other way
        self._left.add(connection)
        await connection
        return connection

    async def end(self) -> None:
        """Waits until the thread of each connection has ended: it would answer to a loop that is closed."""
        if ends := [end for connection in self._left if (end := connection.stop()) is not None]:
            await asyncio.wait(ends, timeout=_END_SECONDS)
