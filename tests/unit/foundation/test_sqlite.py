"""Connections to SQLite end, whoever was cancelled while they were closed."""

from __future__ import annotations

import asyncio
import random
import threading
from pathlib import Path

from sqlalchemy import text

from foundation.database import Database
from foundation.database.sqlite import Connections
from foundation.tasks import Tasks


async def test_a_connection_stopped_while_it_is_closed_ends_all_the_same(tmp_path: Path) -> None:
    connection = await Connections(str(tmp_path / "a.db")).open()
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    async with asyncio.timeout(10):
        await closing


async def test_who_waits_for_an_end_may_be_cancelled_without_the_others(tmp_path: Path) -> None:
    connections = Connections(str(tmp_path / "a.db"))
    connection = await connections.open()
    ends = [connection.stop(), connection.stop()]
    assert ends[0] is not None
    assert ends[1] is not None
    ends[0].cancel()
    async with asyncio.timeout(10):
        await ends[1]
        await connections.end()


async def test_a_database_closes_whenever_its_users_are_cancelled(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"
    made = Database.open(url)
    async with made.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))
    await made.close()
    for seed in range(60):
        rest = random.Random(seed)
        database, tasks = Database.open(url), Tasks()
        users = [tasks.spawn(_use(database, number), name="user") for number in range(rest.randint(1, 12))]
        await asyncio.sleep(rest.random() * 0.03)
        for user in rest.sample(users, len(users) // 2):
            user.cancel()
        for _ in range(rest.randint(0, 5)):
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await tasks.close()
            await database.close()
        for thread in [one for one in threading.enumerate() if "_connection_worker_thread" in one.name]:
            # It has answered: what is left is a step of its own.
            thread.join(1.0)
            assert not thread.is_alive(), f"seed {seed}"


async def _use(database: Database, number: int) -> None:
    while True:
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})
        async with database.read() as session:
            await session.execute(text("SELECT count(*) FROM kept"))
