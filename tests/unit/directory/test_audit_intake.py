"""What waits to be written into the audit log: counted, bounded, and kept while the database is busy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from directory.audit import AuditLog, Entry
from directory.audit_intake import COUNTED_SECONDS, WAITING_AT_MOST, AuditIntake
from directory.errors import AuditBusy
from directory.store import queries
from foundation.clock import ManualClock
from foundation.database import Database, DatabaseBusy

KEY = b"k" * 32


@pytest.fixture
def intake(database: Database, clock: ManualClock) -> AuditIntake:
    return AuditIntake(AuditLog(database, clock, KEY), clock)


def read(case: str, who: str = "staff-clerk001", outcome: str = "done") -> Entry:
    return Entry(who=who, act="thumbnails_read", outcome=outcome, address="10.0.0.1", what={"case": case})


async def stored(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    async with database.read() as session:
        rows = await queries.audit_after(session, 0, 5000)
    return [(row.who, row.outcome, json.loads(row.what)) for row in rows]


@asynccontextmanager
async def busy(database: Database) -> AsyncIterator[None]:
    """The writer and all places to wait for it are taken."""
    taken = asyncio.Event()
    free = asyncio.Event()

    async def one() -> None:
        async with database.write():
            taken.set()
            await free.wait()

    tasks = [asyncio.create_task(one()) for _ in range(501)]
    await taken.wait()
    await asyncio.sleep(0)
    yield
    free.set()
    await asyncio.gather(*tasks)


async def test_a_case_opened_with_its_thumbnails_makes_two_entries(
    intake: AuditIntake, database: Database, clock: ManualClock
) -> None:
    for _ in range(366):
        intake.take(read("k1"))
    await intake.flush()
    assert await stored(database) == [("staff-clerk001", "done", {"case": "k1"})]
    clock.advance(COUNTED_SECONDS)
    await intake.flush()
    assert (await stored(database))[1:] == [("staff-clerk001", "done", {"case": "k1", "again": "365"})]


async def test_another_person_case_or_outcome_is_another_entry(
    intake: AuditIntake, database: Database, clock: ManualClock
) -> None:
    entries = [read("k1"), read("k2"), read("k1", who="staff-clerk002"), read("k1", outcome="not_your_case")]
    for entry in (*entries, *entries):
        intake.take(entry)
    clock.advance(COUNTED_SECONDS)
    intake.take(entries[0])
    await intake.close()
    once = [(entry.who, entry.outcome, dict(entry.what)) for entry in entries]
    again = [(who, outcome, {"again": "1"} | what) for who, outcome, what in once]
    assert await stored(database) == [*once, again[0], once[0], *again[1:]]


async def test_the_task_writes_by_itself(intake: AuditIntake, database: Database) -> None:
    running = asyncio.create_task(intake.run())
    intake.take(read("k1"))
    async with asyncio.timeout(5):
        while not await stored(database):
            await asyncio.sleep(0.01)
    running.cancel()


async def test_an_entry_is_written_once_when_the_task_is_cancelled_meanwhile(
    intake: AuditIntake, database: Database
) -> None:
    for number in range(40):
        intake.take(read(f"k{number}"))
        running = asyncio.create_task(intake.flush())
        await asyncio.sleep(number * 0.0005)
        running.cancel()
        await asyncio.wait([running])
    await intake.close()
    written = [what["case"] for _, _, what in await stored(database)]
    assert written == [f"k{number}" for number in range(40)]


async def test_what_a_busy_database_does_not_take_is_written_later(intake: AuditIntake, database: Database) -> None:
    async with busy(database):
        with pytest.raises(DatabaseBusy):
            async with database.write():
                pass
        await intake.write(read("k1"))
        intake.take(read("k2"))
        await intake.flush()
    assert await stored(database) == []
    await intake.flush()
    assert [what["case"] for _, _, what in await stored(database)] == ["k1", "k2"]


async def test_nothing_is_done_that_could_not_be_written(intake: AuditIntake, database: Database) -> None:
    async with busy(database):
        for number in range(WAITING_AT_MOST):
            intake.require_room()
            intake.take(read(f"k{number}"))
        for refused in (intake.require_room, lambda: intake.take(read("more"))):
            with pytest.raises(AuditBusy):
                refused()
        with pytest.raises(AuditBusy):
            await intake.write(read("more"))
        # What is counted already has its place.
        intake.take(read("k1"))
    await intake.close()
    found = await stored(database)
    assert len(found) == WAITING_AT_MOST + 1
    assert found[-1][2] == {"case": "k1", "again": "1"}


async def test_the_table_of_counts_has_a_bound(intake: AuditIntake, database: Database) -> None:
    intake.take(read("first"))
    intake.take(read("first"))
    for number in range(5000):
        intake.take(read(f"k{number}"))
        if number % 500 == 499:
            await intake.flush()
    assert len(intake._counted) == 5000
    await intake.flush()
    assert ("staff-clerk001", "done", {"case": "first", "again": "1"}) in [
        row for row in await stored_all(database) if row[2]["case"] == "first"
    ]


async def stored_all(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    async with database.read() as session:
        rows = await queries.audit_after(session, 0, 10_000)
    return [(row.who, row.outcome, json.loads(row.what)) for row in rows]
