"""Cancels units of work at random moments, and shows what they leave behind: `make fault-database`.

Usage: python -m tests.faults.database [--seeds 20] [--rounds 300] [--tasks 40]

On SQLite and on a private PostgreSQL. In each round so many tasks write or read, two in three are cancelled, some of
them twice, and then a write must succeed within five seconds. Prints a line a seed and writes
build/bench/fault-database.json; 1 when a task did not end, a commit was not heard of, half a unit was kept, or a
thread or a connection was left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from foundation.database import Database
from foundation.database.sqlite import THREADS
from tests.support.postgres import Cluster, programs

OUT = Path("build/bench/fault-database.json")
_END_SECONDS = 20.0
_WRITE_SECONDS = 5.0


@dataclass
class Left:
    """What a run of cancelled units has left; all but the first four must be zero."""

    seed: int
    rounds: int
    committed: int
    slowest_write_ms: float
    tasks: int = 0
    """Tasks that never ended."""
    units: int = 0
    """Units of work that are not over although their tasks are."""
    unheard: int = 0
    """Commits that no listener heard of, or that were heard of without having happened."""
    halves: int = 0
    """Units of which one part is in the database and the other is not."""
    lost: int = 0
    """Units that were over for their task, and are not in the database."""
    connections: int = 0
    """Threads of SQLite's connections, or sessions of PostgreSQL's server, after the database was closed."""

    @property
    def clean(self) -> bool:
        """Whether nothing was left."""
        return not any((self.tasks, self.units, self.unheard, self.halves, self.lost, self.connections))


class Disturbance:
    """Units of work on one database, and a generator of random numbers that says when each is cancelled."""

    def __init__(self, url: str, seed: int, tasks: int) -> None:
        self._url = url
        self._database = Database.open(url)
        self._random = random.Random(seed)
        self._tasks = tasks
        self._heard = 0
        self._begun = 0
        self._done: set[int] = set()
        self._left = Left(seed=seed, rounds=0, committed=0, slowest_write_ms=0.0)

    async def run(self, rounds: int) -> Left:
        """Disturbs the database so many times; stops at the first task that does not end."""
        async with self._database.write() as session:
            await session.execute(text("CREATE TABLE unit (number INTEGER, half INTEGER)"))
        self._database.on_commit(self._hear)
        while self._left.rounds < rounds and not self._left.tasks:
            await self._round()
            self._left.rounds += 1
        if not self._left.tasks:
            await self._count()
            await self._database.close()
            self._left.connections = await connections_left(self._url)
        return self._left

    async def _round(self) -> None:
        users = [
            asyncio.create_task(self._write() if self._random.random() < 0.6 else self._read())
            for _ in range(self._tasks)
        ]
        await asyncio.sleep(self._random.random() * 0.02)
        chosen = [user for user in users if self._random.random() < 2 / 3]
        for user in chosen:
            user.cancel()
        await asyncio.sleep(self._random.choice((0, 0, 0.001)))
        for user in chosen[::3]:
            user.cancel()
        done, pending = await asyncio.wait(users, timeout=_END_SECONDS)
        self._left.tasks = len(pending)
        for user in done:
            if not user.cancelled() and (error := user.exception()) is not None:
                raise error
        if pending:
            return
        self._left.units = max(self._left.units, self._database.users)
        began = time.perf_counter()
        async with asyncio.timeout(_WRITE_SECONDS):
            await self._write()
        self._left.slowest_write_ms = max(self._left.slowest_write_ms, 1000 * (time.perf_counter() - began))

    async def _write(self) -> None:
        self._begun += 1
        number = self._begun
        async with self._database.write() as session:
            await session.execute(text("INSERT INTO unit VALUES (:number, 1)"), {"number": number})
            await session.execute(text("INSERT INTO unit VALUES (:number, 2)"), {"number": number})
        self._done.add(number)

    async def _read(self) -> None:
        async with self._database.read() as session:
            await session.execute(text("SELECT count(*) FROM unit"))

    def _hear(self) -> None:
        self._heard += 1

    async def _count(self) -> None:
        async with self._database.read() as session:
            rows = await session.execute(text("SELECT number, count(*) FROM unit GROUP BY number"))
            kept = {int(row[0]): int(row[1]) for row in rows}
        self._left.committed = len(kept)
        self._left.unheard = abs(len(kept) - self._heard)
        self._left.halves = sum(halves != 2 for halves in kept.values())
        self._left.lost = len(self._done - kept.keys())


async def connections_left(url: str) -> int:
    """How many connections of this process to the database there still are, a second after it was closed."""
    for _ in range(100):
        found = await _connections(url)
        if not found:
            break
        # They have answered: what is left is a step of their own.
        await asyncio.sleep(0.01)
    return found


async def _connections(url: str) -> int:
    if url.startswith("sqlite"):
        return sum(thread.name.startswith(THREADS) for thread in threading.enumerate())
    where = make_url(url)
    asked = await asyncpg.connect(host=str(where.query["host"]), user="postgres", database="postgres")
    try:
        found = await asked.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", where.database)
    finally:
        await asked.close()
    return int(found)


async def _seeds(kind: str, arguments: argparse.Namespace, cluster: Cluster | None) -> list[Left]:
    found = []
    for seed in range(1, arguments.seeds + 1):
        if cluster is None:
            with tempfile.TemporaryDirectory() as folder:
                left = await Disturbance(f"sqlite:///{folder}/u.db", seed, arguments.tasks).run(arguments.rounds)
        else:
            async with cluster.database("template1") as url:
                left = await Disturbance(url, seed, arguments.tasks).run(arguments.rounds)
        print(f"{kind:10} {'clean' if left.clean else 'LEFT'} {asdict(left)}", flush=True)
        found.append(left)
    return found


def main() -> int:
    """Runs the full form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--tasks", type=int, default=40)
    arguments = parser.parse_args()
    found = {"sqlite": asyncio.run(_seeds("SQLite", arguments, None))}
    if (tools := programs()) is not None:
        cluster = Cluster.start(tools)
        try:
            found["postgresql"] = asyncio.run(_seeds("PostgreSQL", arguments, cluster))
        finally:
            cluster.stop()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({kind: [asdict(left) for left in seeds] for kind, seeds in found.items()}, indent=2))
    return int(not all(left.clean for seeds in found.values() for left in seeds))


if __name__ == "__main__":
    sys.exit(main())
