"""What the migrations make is what the mapped classes of the whole house describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from directory.store.tables import SiteRow
from document_relay.store.tables import CaseRow
from foundation.database import Base, Database
from foundation.database.migrate import migrate
from foundation.database.outbox import OutboxRow
from scheduler.store.tables import TicketRow

# One of each module: naming it loads all that stand beside it.
NAMED = {row.__tablename__ for row in (OutboxRow, SiteRow, TicketRow, CaseRow)}


@pytest.mark.both_databases
async def test_migrated_tables_are_the_described_ones(empty_url: str) -> None:
    """No table, column, type, key or index is missing, more, or other than the mapped classes say."""
    database = Database.open(empty_url)
    await migrate(database)
    async with database.read() as session:
        found = await (await session.connection()).run_sync(_differences)
    await database.close()
    assert found == []
    assert set(Base.metadata.tables) >= NAMED


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))
