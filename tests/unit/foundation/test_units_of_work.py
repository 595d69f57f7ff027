"""Units of work end by commit or roll-back, wait in a bounded queue, and are refused when they get no turn."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from foundation.database import Database, DatabaseBusy, sqlite
from foundation.database import engine as engine_module
from foundation.database.migrate import current_revision
from foundation.database.pool import Limits, SessionPool
from tests.faults.database import connections_left
from tests.support.engines import engine_of
from tests.support.postgres import Cluster


@contextmanager
def steps() -> Iterator[list[str]]:
    """What connections of SQLite do in a thread until the block ends."""
    taken: list[str] = []
    in_thread = sqlite.Connection.patiently

    def noted(self: sqlite.Connection, work: Any) -> Any:
        assert threading.current_thread().name.startswith(sqlite.THREADS)
        taken.append(work.func.__name__ if isinstance(work, partial) else work.__name__)
        return in_thread(self, work)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite.Connection, "patiently", noted)
        yield taken


@asynccontextmanager
async def pool_with(url: str, limits: Limits) -> AsyncIterator[SessionPool]:
    opened = Database.open(url)
    pool = SessionPool(opened._readers._sessions, limits)
    yield pool
    await pool.close()


@pytest.mark.both_databases
async def test_a_commit_that_has_begun_ends_and_is_heard_of(empty_url: str) -> None:
    database, heard = Database.open(empty_url), asyncio.Event()
    committing = asyncio.Event()
    tell = asyncio.get_running_loop().call_soon_threadsafe
    event.listen(engine_of(database), "commit", lambda _connection: tell(committing.set))
    database.on_commit(heard.set)

    async def write() -> None:
        async with database.write() as session:
            await session.execute(text("CREATE TABLE kept (number INTEGER)"))

    writing = asyncio.create_task(write())
    await committing.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert heard.is_set()
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM kept")) == 0
    await database.close()
    assert await connections_left(empty_url) == 0


@pytest.mark.both_databases
async def test_a_cancelled_unit_is_rolled_back_before_its_task_ends(empty_url: str) -> None:
    database, entered = Database.open(empty_url), asyncio.Event()
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))

    async def write() -> None:
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES (1)"))
            entered.set()
            await asyncio.sleep(60)

    writing = asyncio.create_task(write())
    await entered.wait()
    for _ in range(5):
        writing.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([writing])
    assert database.users == 0
    async with database.write() as session:
        assert await session.scalar(text("SELECT count(*) FROM kept")) == 0
    await database.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_units_beyond_the_queue_are_refused_and_the_others_come_in_turn(tmp_path: Path) -> None:
    served: list[int] = []

    async with pool_with(f"sqlite:///{tmp_path}/a.db", Limits(open=1, waiting=3)) as pool:

        async def use(number: int) -> None:
            async with pool.session() as session:
                await session.execute(text("SELECT 1"))
                served.append(number)

        found = await asyncio.gather(*(use(number) for number in range(6)), return_exceptions=True)
        assert pool.users == 0
    assert served == [0, 1, 2, 3]
    assert [type(one) for one in found[4:]] == [DatabaseBusy, DatabaseBusy]


async def test_a_unit_that_waits_too_long_is_refused_and_leaves_the_queue(tmp_path: Path) -> None:
    limits = Limits(open=1, seconds=0.01)
    async with pool_with(f"sqlite:///{tmp_path}/a.db", limits) as pool, pool.session():
        with pytest.raises(DatabaseBusy):
            async with pool.session():
                pass
        assert pool.users == 1


async def test_a_database_that_is_closed_begins_no_unit(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/a.db")
    await database.close()
    with pytest.raises(DatabaseBusy):
        async with database.read():
            pass
    # Whoever ends it again finds nothing to end.
    await database.close()


async def test_a_file_that_another_process_has_locked_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_LOCK_MILLISECONDS", 20)
    database = Database.open(f"sqlite:///{tmp_path}/a.db")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES (1)"))
    other.close()
    async with database.write() as session:
        await session.execute(text("INSERT INTO kept VALUES (1)"))
    await database.close()


async def test_what_reads_cannot_write(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/a.db")
    with pytest.raises(OperationalError, match="readonly"):
        async with database.read() as session:
            await session.execute(text("CREATE TABLE kept (number INTEGER)"))
    await database.close()


@pytest.mark.postgres
async def test_a_lock_that_is_not_had_in_time_is_busy(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_LOCK_MILLISECONDS", 1000)
    async with postgres.database("template1") as url:
        database = Database.open(url)
        async with database.write() as first:
            await engine_module.take_turn(first, "chain")
            with pytest.raises(DatabaseBusy):
                async with database.write() as second:
                    await second.execute(text("SET LOCAL lock_timeout = 20"))
                    await engine_module.take_turn(second, "chain")
        await database.close()


async def test_a_server_that_does_not_answer_is_busy() -> None:
    database = Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseBusy):
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
    with pytest.raises(ConnectionError, match="Connect"):
        await current_revision(database)
    await database.close()


async def test_a_server_that_ends_its_sessions_is_busy_and_then_there_again(postgres: Cluster) -> None:
    async with postgres.database("template1") as url:
        database = Database.open(url)
        with pytest.raises(DatabaseBusy):
            async with database.read() as session:
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        async with database.read() as session:
            assert await session.scalar(text("SELECT 1")) == 1
        await database.close()


async def test_the_threads_of_connections_end_with_the_database(tmp_path: Path) -> None:
    before = threading.active_count()
    database = Database.open(f"sqlite:///{tmp_path}/a.db")

    async def read() -> None:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))

    await asyncio.gather(*(read() for _ in range(40)))
    assert threading.active_count() > before
    await database.close()
    assert await connections_left("sqlite") == 0


async def test_on_sqlite_only_a_commit_and_what_has_to_wait_go_to_a_thread(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'steps.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))
    with steps() as taken:
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES (1)"))
            rows = await session.execute(text("INSERT INTO kept VALUES (2), (3) RETURNING number"))
            assert [row.number for row in rows] == [2, 3]
        async with database.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM kept")) == 3
        async with database.read():
            pass
        async with database.write():
            pass
    assert taken == ["commit"]
    await database.close()


async def test_a_long_read_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'long.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))
        await session.execute(text("INSERT INTO kept VALUES (:number)"), [{"number": one} for one in range(2000)])
    long, longest = text("SELECT count(*) FROM kept AS a, kept AS b WHERE a.number < b.number"), 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began)

    watching = asyncio.create_task(watch())
    with steps() as taken:
        async with database.read() as session:
            began = time.perf_counter()
            assert await session.scalar(long) == 2000 * 1999 / 2
            took = time.perf_counter() - began
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES (-1)"))
            assert await session.scalar(long) == 2001 * 2000 / 2
    watching.cancel()
    assert taken == ["execute", "execute", "commit"]
    assert longest < took / 2
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM kept")) == 2001
    await database.close()


async def test_many_short_units_leave_the_loop_to_others(tmp_path: Path) -> None:
    database, turns, over = Database.open(f"sqlite:///{tmp_path / 'short.db'}"), 0, False
    async with database.read() as session:
        await session.execute(text("SELECT 1"))

    async def others() -> None:
        nonlocal turns
        while not over:
            turns += 1
            await asyncio.sleep(0)

    waiting, began = asyncio.create_task(others()), time.perf_counter()
    # As many as a fast machine does too in a time that others would notice.
    while time.perf_counter() - began < 0.2:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
    over = True
    await waiting
    assert turns > 3
    await database.close()


async def test_a_transaction_of_sqlite_that_cannot_begin_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_LOCK_MILLISECONDS", 20)
    path = tmp_path / "locked.db"
    database = Database.open(f"sqlite:///{path}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (number INTEGER)"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            async with database.write() as session:
                await session.execute(text("INSERT INTO kept VALUES (1)"))
        other.execute("COMMIT")
    async with database.write() as session:
        await session.execute(text("INSERT INTO kept VALUES (2)"))
        assert (await session.scalars(text("SELECT number FROM kept"))).all() == [2]
    await database.close()
