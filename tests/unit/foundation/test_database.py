"""Transactions, the outbox and the migrations, on real databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from foundation.clock import ManualClock
from foundation.database import Database, DatabaseBusy, Outbox
from foundation.database import outbox as outbox_module
from foundation.database.migrate import current_revision, migrate, newest_revision
from foundation.database.outbox import OutboxRow
from foundation.events import Event, LocalBus
from foundation.tasks import Tasks
from tests.support.engines import engine_of
from tests.support.outbox import stored_events
from tests.support.postgres import Cluster

pytestmark = pytest.mark.both_databases


class PaperArrived(Event):
    number: int


async def test_an_event_is_lost_with_its_transaction(database: Database, outbox: Outbox) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=1))
            raise RuntimeError("the change fails")
    assert await stored_events(database) == 0


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
    assert await stored_events(database) == 0


async def test_of_those_who_hear_of_an_event_only_who_failed_hears_it_again(
    database: Database, outbox: Outbox, bus: LocalBus
) -> None:
    heard: list[str] = []

    async def listens(_event: PaperArrived) -> None:
        heard.append("listens")

    async def fails_twice(_event: PaperArrived) -> None:
        heard.append("fails twice")
        if heard.count("fails twice") < 3:
            raise OSError("not yet")

    bus.subscribe(PaperArrived, fails_twice)
    bus.subscribe(PaperArrived, listens)
    async with database.write() as session:
        await outbox.add(session, PaperArrived(number=1))
    assert [await outbox.deliver() for _ in range(3)] == [False, False, True]
    assert heard == ["fails twice", "listens", "fails twice", "fails twice"]


async def test_an_event_of_a_quiet_transaction_is_kept_too(database: Database, outbox: Outbox) -> None:
    async with database.write_quietly() as session:
        await outbox.add(session, PaperArrived(number=1))
    assert await stored_events(database) == 1


async def test_what_was_published_is_taken_out_in_one_transaction_for_the_batch(
    database: Database, outbox: Outbox
) -> None:
    for number in range(5):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))
    commits: list[object] = []
    event.listen(engine_of(database), "commit", commits.append)
    assert await outbox.deliver()
    assert (len(commits), await stored_events(database)) == (1, 0)


async def test_what_was_heard_is_told_once_and_taken_out_when_it_is_quiet(
    database: Database, outbox: Outbox, bus: LocalBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    commits: list[object] = []

    async def listen(event: PaperArrived) -> None:
        heard.append(event.number)

    bus.subscribe(PaperArrived, listen)
    tasks = Tasks()
    tasks.spawn(outbox.run(), name="outbox")
    for number in range(8):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))
        while len(heard) <= number:
            await asyncio.sleep(0.001)
    assert (heard, await stored_events(database), await outbox.oldest()) == (list(range(8)), 8, None)
    monkeypatch.setattr(outbox_module, "_QUIET_SECONDS", 0.01)
    event.listen(engine_of(database), "commit", commits.append)
    async with database.write() as session:
        await outbox.add(session, PaperArrived(number=8))
    async with asyncio.timeout(5):
        while await stored_events(database):
            await asyncio.sleep(0.01)
    await tasks.close()
    assert heard == list(range(9))
    assert len(commits) == 2


async def test_much_that_was_heard_is_taken_out_although_it_is_never_quiet(
    database: Database, outbox: Outbox, bus: LocalBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "_HEARD_AT_MOST", 3)
    done = asyncio.Event()

    async def listen(event: PaperArrived) -> None:
        if event.number == 9:
            done.set()

    bus.subscribe(PaperArrived, listen)
    tasks = Tasks()
    tasks.spawn(outbox.run(), name="outbox")
    for number in range(10):
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))
    await asyncio.wait_for(done.wait(), 10)
    await asyncio.sleep(0.05)
    await tasks.close()
    assert await stored_events(database) < 3


async def test_an_event_keeps_its_attempts_while_the_database_is_busy(database: Database, clock: ManualClock) -> None:
    bus, attempts = LocalBus(), 0
    outbox = Outbox(database, bus, clock)
    async with database.write() as session:
        await outbox.add(session, PaperArrived(number=4))

    async def has_no_turn_at_first(_event: PaperArrived) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 10:
            raise DatabaseBusy

    bus.subscribe(PaperArrived, has_no_turn_at_first)
    for _ in range(9):
        assert not await outbox.deliver()
    assert await outbox.deliver()
    assert attempts == 10


async def test_concurrent_writers_all_commit(database: Database, clock: ManualClock) -> None:
    outbox = Outbox(database, LocalBus(), clock)

    async def write(number: int) -> None:
        async with database.write() as session:
            await outbox.add(session, PaperArrived(number=number))

    await asyncio.gather(*(write(number) for number in range(40)))
    assert await stored_events(database) == 40


async def test_moments_come_back_aware(database: Database, outbox: Outbox) -> None:
    async with database.write() as session:
        await outbox.add(session, PaperArrived(number=1))
    async with database.read() as session:
        assert await session.scalar(select(OutboxRow.stored_at)) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


async def test_migrating_twice_is_migrating_once(empty_url: str) -> None:
    database = Database.open(empty_url)
    assert await current_revision(database) is None
    assert await migrate(database) == newest_revision()
    assert await migrate(database) == newest_revision()
    await database.close()


async def test_of_two_that_migrate_at_once_one_does(empty_url: str) -> None:
    nodes = [Database.open(empty_url) for _ in range(2)]
    assert await asyncio.gather(*(migrate(node) for node in nodes)) == [newest_revision()] * 2
    for node in nodes:
        await node.close()


@pytest.mark.postgres
async def test_a_database_that_is_not_there_is_said(postgres: Cluster) -> None:
    database = Database.open(postgres.url("nowhere"))
    with pytest.raises(ConnectionError, match="nowhere"):
        await current_revision(database)
    await database.close()
