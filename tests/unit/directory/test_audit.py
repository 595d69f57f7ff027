"""The audit log's chain: what is done to it from outside is seen, and where."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from directory.audit import AuditLog, Entry, Head, audit_key
from directory.audit_check import Finding, check
from directory.audit_head import HeadFile, open_audit
from directory.errors import HeadInvalid
from directory.store import queries
from directory.store.queries import AuditEntry
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.database.migrate import _configuration, migrate
from foundation.vault import SealBroken, Vault

VAULT = Vault(bytes(range(32)))
KEY = audit_key(VAULT)
PEOPLE = ("staff-clerk001", "staff-clerk002", "staff-clerk003")


async def write(audit: AuditLog, count: int) -> None:
    for number in range(count):
        person = PEOPLE[number % len(PEOPLE)]
        await audit.record(Entry(who=person, act="case_read", account=person[6:], what={"case": f"k{number}"}))


@pytest.fixture
async def audit(database: Database, clock: ManualClock) -> AuditLog:
    """A log with nine entries."""
    log = AuditLog(database, clock, KEY)
    await write(log, 9)
    return log


async def stored(database: Database) -> list[AuditEntry]:
    async with database.read() as session:
        return await queries.audit_after(session, 0, 1000)


async def run(database: Database, *statements: str) -> None:
    async with database.write() as session:
        for statement in statements:
            await session.execute(sa.text(statement))


async def found(database: Database, *heads: Head) -> tuple[int | None, str | None]:
    finding = await check(database, KEY, heads)
    return finding.wrong, finding.problem


def unkeyed(rows: Sequence[AuditEntry]) -> list[AuditEntry]:
    """The rows numbered and chained anew by somebody who knows how it is done, and not the key."""
    made: list[AuditEntry] = []
    before = "0" * 64
    for number, row in enumerate(rows, 1):
        moved = row._replace(sequence=number)
        said = [before, *(value.isoformat() if isinstance(value, datetime) else value for value in moved[:-1])]
        before = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        made.append(moved._replace(hash=before))
    return made


async def put(database: Database, rows: Sequence[AuditEntry]) -> None:
    await run(database, "DELETE FROM audit_log")
    async with database.write() as session:
        await queries.add_audit(session, rows)


@pytest.mark.both_databases
async def test_a_log_that_nobody_touched_is_whole(database: Database, audit: AuditLog) -> None:
    head = await audit.head()
    assert head is not None
    assert head.number == 9
    assert await check(database, KEY, [head]) == Finding(right=9, unkeyed=0, head=head, wrong=None, problem=None)


@pytest.mark.parametrize(
    "change",
    [
        "who = 'staff-x'",
        "account = 'clerk009'",
        "act = 'signed_out'",
        "outcome = 'forbidden'",
        "address = '10.9.9.9'",
        """what = '{"case": "k7"}'""",
        "at = '2020-01-01 00:00:00.000000'",
        "hash = '" + "0" * 64 + "'",
        "act = 'log_keyed'",
    ],
)
async def test_a_changed_entry_is_named(database: Database, audit: AuditLog, change: str) -> None:
    await run(database, f"UPDATE audit_log SET {change} WHERE sequence = 5")
    assert await found(database) == (5, "changed")


@pytest.mark.both_databases
async def test_an_entry_removed_in_the_middle_is_named(database: Database, audit: AuditLog) -> None:
    await run(database, "DELETE FROM audit_log WHERE sequence IN (4, 5)")
    assert await found(database) == (4, "missing")


async def test_a_removed_entry_whose_number_was_closed_up_is_named(database: Database, audit: AuditLog) -> None:
    await run(database, "DELETE FROM audit_log WHERE sequence = 4")
    for number in range(5, 10):
        await run(database, f"UPDATE audit_log SET sequence = {number - 1} WHERE sequence = {number}")
    assert await found(database) == (4, "changed")


async def test_a_person_taken_out_and_the_rest_chained_anew_is_seen_without_a_head(
    database: Database, audit: AuditLog
) -> None:
    """Finding S12: the key is not in the database."""
    await put(database, unkeyed([row for row in await stored(database) if row.who != PEOPLE[1]]))
    assert await found(database) == (1, "changed")
    # What stood before the person's first entry may stay as it is.
    first, *_ = await stored(database)
    assert first.who == PEOPLE[0]


async def test_a_person_taken_out_from_their_first_entry_on(database: Database, audit: AuditLog) -> None:
    rows = await stored(database)
    await put(database, [rows[0], *unkeyed([row for row in rows if row.who != PEOPLE[1]])[1:]])
    assert await found(database) == (2, "changed")


@pytest.mark.both_databases
async def test_a_cut_end_is_named_by_the_head(database: Database, audit: AuditLog) -> None:
    head = await audit.head()
    assert head is not None
    await run(database, "DELETE FROM audit_log WHERE sequence > 6")
    assert await found(database) == (None, None), "a chain alone cannot tell"
    assert await found(database, head) == (7, "missing")


@pytest.mark.both_databases
async def test_an_emptied_log_is_named_by_the_head(database: Database, audit: AuditLog) -> None:
    head = await audit.head()
    assert head is not None
    await run(database, "DELETE FROM audit_log")
    assert await found(database, head) == (1, "missing")


@pytest.mark.parametrize("left", [0, 6])
async def test_what_follows_a_cut_end_leaves_the_gap_as_it_is(database: Database, audit: AuditLog, left: int) -> None:
    await audit.head()
    await run(database, f"DELETE FROM audit_log WHERE sequence > {left}")
    await write(audit, 2)
    assert [row.sequence for row in await stored(database)] == [*range(1, left + 1), 10, 11]
    assert await found(database) == (left + 1, "missing"), "and now without any head"


async def test_a_service_that_starts_numbers_on_from_the_exported_head(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    first, export = open_audit(database, clock, VAULT, tmp_path)
    await write(first, 5)
    await export.export()
    await run(database, "DELETE FROM audit_log WHERE sequence > 3")
    again, export = open_audit(database, clock, VAULT, tmp_path)
    await export.export()
    kept = HeadFile(tmp_path, VAULT).read()
    assert kept is not None
    assert kept.number == 5, "the head does not go back with the log"
    await write(again, 1)
    assert await found(database) == (4, "missing")


@pytest.mark.parametrize("change", ["at = 'yesterday'", "hash = x'ff'", "hash = 'made up'", "who = x'ff'"])
async def test_after_a_damaged_newest_entry_the_log_goes_on_and_the_check_names_it(
    database: Database, clock: ManualClock, audit: AuditLog, change: str
) -> None:
    await run(database, f"UPDATE audit_log SET {change} WHERE sequence = 9")
    started = AuditLog(database, clock, KEY)
    await started.head()
    await started.record(Entry(who="staff-clerk001", act="case_read"))
    head = await started.head()
    assert head is not None
    assert head.number == 10
    wrong, problem = await found(database)
    assert (wrong, problem) in {(9, "changed"), (9, "unreadable")}


async def test_a_log_made_anew_with_the_key_is_not_the_exported_one(
    database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    head = await audit.head()
    assert head is not None
    await run(database, "DELETE FROM audit_log")
    clock.advance(60)
    await write(AuditLog(database, clock, KEY), 12)
    assert await found(database) == (None, None)
    assert await found(database, head) == (9, "not_exported")


@pytest.mark.both_databases
async def test_entries_made_at_once_make_one_chain(database: Database, clock: ManualClock) -> None:
    log = AuditLog(database, clock, KEY)

    async def undone(number: int) -> None:
        with pytest.raises(KeyError):
            async with database.write() as session:
                await log.append(session, Entry(who="staff-clerk001", act="never"))
                raise KeyError(number)

    made = [write(log, 1) for _ in range(20)]
    await asyncio.gather(*made, *(undone(number) for number in range(10)))
    assert [row.sequence for row in await stored(database)] == list(range(1, 21))
    assert await found(database) == (None, None)


async def test_a_long_log_is_checked_by_batches(database: Database, clock: ManualClock) -> None:
    log = AuditLog(database, clock, KEY)
    await log.record(*(Entry(who="staff-clerk001", act="case_read") for _ in range(1203)))
    assert (await check(database, KEY)).right == 1203
    await run(database, "UPDATE audit_log SET who = CAST(x'ff' AS TEXT) WHERE sequence = 1101")
    assert await found(database) == (1101, "unreadable")


async def test_an_account_that_somebody_typed_is_cut_and_can_be_printed(database: Database, clock: ManualClock) -> None:
    await AuditLog(database, clock, KEY).record(Entry(who="", act="sign_in", account="\x1b[2J\0" + "长" * 200))
    (row,) = await stored(database)
    assert row.account == "?[2J?" + "长" * 59


def test_a_head_is_read_as_it_is_printed() -> None:
    head = Head(number=17, mac="ab" * 32)
    assert Head.parse(f" {head}\n") == head
    for text in ("", "17", "17:xyz", "-1:" + "ab" * 32, "١:" + "ab" * 32, f"{'9' * 30}:{'ab' * 32}"):
        with pytest.raises(HeadInvalid):
            Head.parse(text)


async def test_a_head_that_somebody_else_wrote_is_no_head(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    stranger = HeadFile(tmp_path, Vault(bytes(32)))
    stranger.write(Head(number=1, mac="0" * 64))
    with pytest.raises(SealBroken):
        HeadFile(tmp_path, VAULT).read()
    log, export = open_audit(database, clock, VAULT, tmp_path)
    assert stranger.broken.exists(), "kept for whoever looks into it"
    await write(log, 1)
    await export.export()
    assert HeadFile(tmp_path, VAULT).read() == await log.head()


@pytest.mark.both_databases
async def test_entries_of_before_the_key_are_kept_and_vouched_for(empty_url: str, clock: ManualClock) -> None:
    database = Database.open(empty_url)
    async with database.write() as session:
        await session.run_sync(make_before, [*PEOPLE, *PEOPLE])
    with pytest.raises(ValueError, match="no vault"):
        await migrate(database)
    await migrate(database, VAULT)
    await write(AuditLog(database, clock, KEY), 2)
    rows = await stored(database)
    assert [(row.sequence, row.who) for row in rows[:6]] == list(enumerate([*PEOPLE, *PEOPLE], 1))
    assert (rows[6].who, rows[6].act, json.loads(rows[6].what)) == ("system", "log_keyed", {"unkeyed": "6"})
    finding = await check(database, KEY)
    assert (finding.right, finding.unkeyed, finding.wrong) == (9, 6, None)
    # Changed alone, and changed with the rest chained anew, which needed no key up to the seventh.
    await run(database, "UPDATE audit_log SET who = 'staff-x' WHERE sequence = 3")
    assert await found(database) == (3, "changed")
    await put(database, [*old_chain([*PEOPLE[:2], "staff-x", *PEOPLE]), *rows[6:]])
    assert await found(database) == (7, "unkeyed_changed")
    await put(database, old_chain([*PEOPLE, *PEOPLE]))
    assert await found(database) == (1, "changed"), "an old log in place of the keyed one"
    await database.close()


def make_before(session: Session, people: list[str]) -> None:
    """The tables of revision 0007, with an entry of each of the people."""
    configuration, connection = _configuration(), session.connection()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "0007")
    table = sa.Table("audit_log", sa.MetaData(), autoload_with=connection)
    for row in old_chain(people):
        values = row._asdict()
        connection.execute(sa.insert(table).values({one.name: values[one.name] for one in table.columns}))


def old_chain(people: Sequence[str]) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    before = "0" * 64
    for number, who in enumerate(people, 1):
        at = datetime(2026, 11, 1, 8, number, tzinfo=UTC)
        said = [before, at.isoformat(), who, "looked", "{}"]
        before = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        made.append(AuditEntry(number, at, who, "", "looked", "", "", "{}", before))
    return made
