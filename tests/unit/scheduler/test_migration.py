"""The migrated database is the one the tables describe, with the guards that hold without any program."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database import Base, Database
from foundation.database.migrate import migrate
from scheduler.store import tables

TABLES = [
    row.__tablename__
    for row in (
        tables.VisitRow,
        tables.TicketRow,
        tables.PeriodRow,
        tables.OfferRow,
        tables.DeskRow,
        tables.CounterRow,
        tables.AppointmentRow,
        tables.AppointmentUnitRow,
        tables.CallbackRow,
    )
]


def described(session: Session) -> dict[str, object]:
    """Table → its columns, keys, and indexes with their conditions."""
    looked = inspect(session.connection())
    conditions = dict(
        session.execute(
            text("SELECT name, substr(sql, instr(sql, 'WHERE')) FROM sqlite_master WHERE sql LIKE '%WHERE%'")
        ).all()
    )
    return {
        table: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in looked.get_columns(table)},
            "key": looked.get_pk_constraint(table)["constrained_columns"],
            "foreign": {
                tuple(one["constrained_columns"]): one["referred_table"] for one in looked.get_foreign_keys(table)
            },
            "indexes": {
                one["name"]: (one["column_names"], bool(one["unique"]), conditions.get(str(one["name"])))
                for one in looked.get_indexes(table)
            },
        }
        for table in TABLES
    }


async def test_the_migration_builds_what_the_tables_describe(tmp_path: Path, database: Database) -> None:
    migrated = Database.open(f"sqlite:///{tmp_path / 'migrated.db'}")
    await migrate(migrated)
    async with migrated.read() as session:
        built = await session.run_sync(described)
    async with database.read() as session:
        wanted = await session.run_sync(described)
    await migrated.close()
    assert built == wanted
    assert set(TABLES) <= set(Base.metadata.tables)


async def test_the_database_itself_refuses_a_window_with_two_clerks(tmp_path: Path) -> None:
    migrated = Database.open(f"sqlite:///{tmp_path / 'guarded.db'}")
    await migrate(migrated)
    desk = (
        "INSERT INTO desks (clerk_id, version, site_id, path, skills, window_id, window_name, window_state, status,"
        " state, state_since) VALUES (:c, 1, 's', '/s', '{}', 'w1', 'W', :w, 'available', 'idle', '2026-11-23')"
    )
    async with migrated.write() as session:
        await session.execute(text(desk), {"c": "ada", "w": "open"})
        await session.execute(text(desk), {"c": "ben", "w": "closed"})
    with pytest.raises(IntegrityError):
        async with migrated.write() as session:
            await session.execute(text(desk), {"c": "cyd", "w": "paused"})
    await migrated.close()
