"""Units of work as they are beside how they were before the one writer and its queue: `make bench-database`.

Usage: python -m tests.benchmarks.database [--units 1000] [--users 20] [--runs 5]

On SQLite. So many users write or read one after the other, each unit a transaction: "former" takes a connection from
SQLAlchemy's pool for each unit, writers behind a lock; "now" is the product. Runs alternate; prints the medians and
writes build/bench/database.json. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from foundation.database import Database

OUT = Path("build/bench/database.json")


class Units(Protocol):
    """What both have."""

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A unit that reads."""
        ...

    def write(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A unit that writes."""
        ...

    async def close(self) -> None:
        """Ends."""
        ...


class Former:
    """The units of before: a connection each, writers in turn, a cancelled call thrown away with its connection."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url)
        event.listen(self._engine.sync_engine, "connect", _prepare)
        event.listen(self._engine.sync_engine, "begin", _begin)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A unit that reads."""
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A unit that writes."""
        async with self._writer, self._sessions() as session:
            await session.connection(execution_options={"bench_write": True})
            yield session
            await session.commit()

    async def close(self) -> None:
        """Ends."""
        await self._engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    write = connection.get_execution_options().get("bench_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


_INSERT = text("INSERT INTO unit (words) VALUES ('gljt')")
_SELECT = text("SELECT count(*) FROM (SELECT number FROM unit ORDER BY number DESC LIMIT 50)")


async def _write(units: Units) -> None:
    async with units.write() as session:
        await session.execute(_INSERT)


async def _read(units: Units) -> None:
    async with units.read() as session:
        await session.execute(_SELECT)


async def measure(make: Callable[[str], Units], count: int, users: int) -> dict[str, float]:
    """Units a second, and milliseconds of one at p50 and p99, of writes and of reads."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        units = make(f"sqlite+aiosqlite:///{folder}/bench.db")
        async with units.write() as session:
            await session.execute(text("CREATE TABLE unit (number INTEGER PRIMARY KEY, words TEXT)"))
        for name, work in (("write", _write), ("read", _read)):
            took = await _use(units, work, count, users)
            found |= {f"{name}s a second": count / took[0], f"{name} p50 ms": took[1], f"{name} p99 ms": took[2]}
        await units.close()
    return found


async def _use(
    units: Units, work: Callable[[Units], Awaitable[None]], count: int, users: int
) -> tuple[float, float, float]:
    milliseconds: list[float] = []

    async def user() -> None:
        for _ in range(count // users):
            began = time.perf_counter()
            await work(units)
            milliseconds.append(1000 * (time.perf_counter() - began))

    began = time.perf_counter()
    await asyncio.gather(*(user() for _ in range(users)))
    took = time.perf_counter() - began
    quantiles = statistics.quantiles(milliseconds, n=100)
    return took, quantiles[49], quantiles[98]


def _now(url: str) -> Units:
    return Database.open(url)


def main() -> int:
    """Runs both in turn and prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    runs: dict[str, list[dict[str, float]]] = {"former": [], "now": []}
    for _ in range(arguments.runs):
        for name, make in (("former", Former), ("now", _now)):
            runs[name].append(asyncio.run(measure(make, arguments.units, arguments.users)))
    medians = {
        name: {key: statistics.median(run[key] for run in found) for key in found[0]} for name, found in runs.items()
    }
    for key in medians["now"]:
        print(f"{key:16} former {medians['former'][key]:9.2f}   now {medians['now'][key]:9.2f}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"medians": medians, "runs": runs}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
