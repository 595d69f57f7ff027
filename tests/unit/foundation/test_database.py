"""Transactions, the outbox and the migrations, on a real SQLite file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from foundation.clock import ManualClock
from foundation.database import Database, Outbox
from foundation.database.migrate import current_revision, migrate, newest_revision
from foundation.database.outbox import OutboxRow
from foundation.events import Event, LocalBus
from foundation.tasks import Tasks


class PaperArrived(Event):
    number: int


async def _count(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxRow)) or 0


async def test_an_event_is_lost_with_its_transaction(database: Database, outbox: Outbox) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=1))
            raise RuntimeError("the change fails")
    assert await _count(database) == 0


async def test_events_are_published_in_order_after_the_commit(
    database: Database, outbox: Outbox, bus: LocalBus
) -> None:
    heard: list[int] = []
    done = asyncio.Event()

    async def listen(event: PaperArrived) -> None:
        heard.append(event.number)
        if len(heard) == 50:
            done.set()

    bus.subscribe(PaperArrived, listen)
    tasks = Tasks()
    tasks.spawn(outbox.run(), name="outbox")
    for number in range(50):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))
    await asyncio.wait_for(done.wait(), 10)
    await tasks.close()
    assert heard == list(range(50))


async def test_what_a_former_process_left_is_published_and_a_failure_is_tried_again(
    database: Database, clock: ManualClock
) -> None:
    left = Outbox(database, LocalBus(), clock)
    async with database.write() as session:
        await left.add(session, PaperArrived(number=4))
    bus = LocalBus()
    attempts: list[int] = []

    async def fails_once(event: PaperArrived) -> None:
        attempts.append(event.number)
        if len(attempts) == 1:
            raise OSError("not yet")

    bus.subscribe(PaperArrived, fails_once)
    outbox = Outbox(database, bus, clock, kinds=[PaperArrived])
    assert not await outbox.deliver()
    assert await outbox.deliver()
    assert attempts == [4, 4]
    assert await _count(database) == 0


async def test_concurrent_writers_all_commit(database: Database, clock: ManualClock) -> None:
    outbox = Outbox(database, LocalBus(), clock)

    async def write(number: int) -> None:
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))

    await asyncio.gather(*(write(number) for number in range(40)))
    assert await _count(database) == 40


async def test_moments_come_back_aware(database: Database, outbox: Outbox) -> None:
    async with database.write() as session:
        await outbox.add(session, PaperArrived(number=1))
    async with database.read() as session:
        assert await session.scalar(select(OutboxRow.stored_at)) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


async def test_migrating_twice_is_migrating_once(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    assert await current_revision(database) is None
    assert await migrate(database) == newest_revision()
    assert await migrate(database) == newest_revision()
    await database.close()
