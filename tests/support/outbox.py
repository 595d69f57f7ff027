"""What the outbox still has to tell."""

from __future__ import annotations

from sqlalchemy import func, select

from foundation.database.engine import Database
from foundation.database.outbox import OutboxRow


async def stored_events(database: Database) -> int:
    """How many events are stored and not yet published."""
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxRow)) or 0
