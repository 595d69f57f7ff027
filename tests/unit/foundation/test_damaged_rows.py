"""A row that cannot be read is left out and told; the others are read. An event that cannot be told holds up no other.

SQLite keeps anything in any column; what PostgreSQL cannot keep, it needs no test for.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from foundation.clock import ManualClock
from foundation.database import Database, DatabaseBusy, Outbox, is_damage, readable
from foundation.database.outbox import OutboxRow
from foundation.events import Event, LocalBus
from tests.support.outbox import stored_events

_ROWS: Table = OutboxRow.__table__  # type: ignore[assignment]


class PaperRead(Event):
    number: int


Told = list[tuple[str, str, str]]


@pytest.fixture
def told(database: Database) -> Told:
    found: Told = []
    database.on_damaged(lambda kind, identifier, problem: found.append((kind, identifier, _name(problem))))
    return found


def _name(problem: Exception | str) -> str:
    return problem if isinstance(problem, str) else type(problem).__name__


async def store(database: Database, outbox: Outbox, count: int) -> None:
    for number in range(1, count + 1):
        async with database.write() as session:
            await outbox.add(session, PaperRead(number=number))


async def damage(database: Database, sequence: int, column: str, value: str) -> None:
    async with database.write() as session:
        await session.execute(text(f"UPDATE outbox SET {column} = {value} WHERE sequence = {sequence}"))


async def heard_by(outbox: Outbox, bus: LocalBus) -> list[int]:
    numbers: list[int] = []

    async def listen(event: PaperRead) -> None:
        numbers.append(event.number)

    stop = bus.subscribe(PaperRead, listen)
    await outbox.deliver()
    stop()
    return numbers


async def test_a_row_that_cannot_be_read_is_left_out_and_told(database: Database, outbox: Outbox, told: Told) -> None:
    await store(database, outbox, 4)
    await damage(database, 2, "stored_at", "'yesterday'")
    await damage(database, 3, "body", "CAST(x'ff' AS TEXT)")
    async with database.read() as session:
        found = await readable(session, select(_ROWS), _ROWS.c.sequence, lambda row: row["sequence"])
    assert found == [1, 4]
    assert told == [("outbox", "2", "ValueError"), ("outbox", "3", "OperationalError")]


async def test_a_command_that_keeps_no_list_logs_what_is_damaged(database: Database) -> None:
    with capture_logs() as logs:
        database.damaged("outbox", "2", "undelivered")
    assert [(entry["event"], entry["kind"], entry["identifier"]) for entry in logs] == [("damaged", "outbox", "2")]


async def test_a_database_that_does_not_answer_is_no_damage(database: Database, told: Told) -> None:
    assert not is_damage(DatabaseBusy())
    assert not is_damage(OSError())
    assert is_damage(ValueError())
    async with database.read() as session:
        with pytest.raises(OperationalError, match="no such table"):
            await readable(session, select(text("number")).select_from(text("absent")), _ROWS.c.sequence, dict)
    assert told == []


@pytest.mark.both_databases
@pytest.mark.parametrize("body", ["'{'", "'[1]'", '\'{"type":"PaperRead","number":"two"}\'', "''"])
async def test_an_event_that_cannot_be_read_is_set_aside_and_holds_up_no_other(
    database: Database, outbox: Outbox, bus: LocalBus, told: Told, body: str
) -> None:
    await store(database, outbox, 3)
    await damage(database, 2, "body", body)
    assert await heard_by(outbox, bus) == [1, 3]
    assert [one[:2] for one in told] == [("outbox", "2")]
    assert await heard_by(outbox, bus) == []
    assert await stored_events(database) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", "CAST(x'ff' AS TEXT)"),
        ("body", "x'ff00'"),
        ("kind", "'NoSuchEvent'"),
        ("kind", "CAST(x'ff' AS TEXT)"),
        ("kind", "7"),
    ],
)
async def test_whatever_its_row_holds(
    database: Database, outbox: Outbox, bus: LocalBus, told: Told, column: str, value: str
) -> None:
    await store(database, outbox, 3)
    await damage(database, 2, column, value)
    assert await heard_by(outbox, bus) == [1, 3]
    assert [one[:2] for one in told] == [("outbox", "2")]


async def test_an_event_whose_time_is_damaged_is_published(
    database: Database, outbox: Outbox, bus: LocalBus, told: Told
) -> None:
    await store(database, outbox, 1)
    await damage(database, 1, "stored_at", "'yesterday'")
    assert await outbox.oldest() is None
    assert await heard_by(outbox, bus) == [1]
    assert told == []


@pytest.mark.both_databases
async def test_the_next_process_tells_of_what_the_former_one_set_aside(
    database: Database, outbox: Outbox, told: Told
) -> None:
    await store(database, outbox, 3)
    await damage(database, 2, "attempts", "5")
    await outbox.tell_dead()
    assert told == [("outbox", "2", "undelivered")]


@pytest.mark.both_databases
async def test_the_age_of_the_outbox_is_that_of_the_first_event_that_waits(
    database: Database, outbox: Outbox, clock: ManualClock
) -> None:
    assert await outbox.oldest() is None
    first = clock.now()
    await store(database, outbox, 1)
    clock.advance(timedelta(minutes=1).total_seconds())
    await store(database, outbox, 2)
    assert await outbox.oldest() == first


@pytest.mark.both_databases
async def test_a_trial_write_leaves_nothing(database: Database, outbox: Outbox) -> None:
    heard: list[None] = []
    database.on_commit(lambda: heard.append(None))
    await outbox.try_write()
    assert await stored_events(database) == 0
    assert heard == []
