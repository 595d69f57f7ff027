"""SQLite's driver with one step in its thread for each statement.

aiosqlite takes one step each to make a cursor, to execute, to fetch and to close it. Each is a hand-over between two
threads that want the same interpreter, and costs more than the statement itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self, cast

import aiosqlite


class _Method(Protocol):
    """`sqlite3.Cursor.execute` or `executemany`."""

    def __call__(self, cursor: sqlite3.Cursor, sql: str, parameters: Any, /) -> object: ...


class Connection(aiosqlite.Connection):
    """A connection whose transactions begin with their first statement, in the same step."""

    def __init__(self, path: str, **options: Any) -> None:
        """Connects when it is awaited; `options` are those of `sqlite3.connect`."""
        super().__init__(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
        # A thread that waits for work must not keep the process from its end.
        self._thread.daemon = True
        self._begin_with = ""

    def begin_with(self, statement: str) -> None:
        """Has the next statement preceded by this one, which begins a transaction."""
        self._begin_with = statement

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor that is not yet anything in the database."""
        return Cursor(self)

    async def commit(self) -> None:
        """Commits; nothing where nothing was begun."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Rolls back; nothing where nothing was begun."""
        await self._end(self._conn.rollback)

    async def run(self, method: _Method, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
        """Executes a statement and fetches its rows; raises `sqlite3.Error`."""
        begin, self._begin_with = self._begin_with, ""
        done = await self._step(self._run, begin, method, sql, parameters)
        return cast(tuple[sqlite3.Cursor, list[Any]], done)

    def _run(self, begin: str, method: _Method, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
        if begin:
            self._conn.execute(begin)
        cursor = self._conn.cursor()
        method(cursor, sql, parameters)
        rows = cursor.fetchall()
        cursor.close()
        return cursor, rows

    async def _end(self, step: Callable[[], None]) -> None:
        self._begin_with = ""
        if self.in_transaction:
            await self._step(step)

    async def _step(self, step: Callable[..., Any], *arguments: Any) -> Any:
        return await self._execute(step, *arguments)  # type: ignore[no-untyped-call]


class Cursor:
    """What SQLAlchemy's asynchronous cursors ask of a driver's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        """Executes the statement and keeps its rows."""
        await self._run(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        """Executes the statement with each of the parameters."""
        await self._run(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        """The rows."""
        return self._rows

    async def close(self) -> None:
        """Has nothing to do: the cursor in the database is closed with its statement."""

    async def _run(self, method: _Method, sql: str, parameters: Any) -> None:
        done, self._rows = await self._connection.run(method, sql, parameters)
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid
