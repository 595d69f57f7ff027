"""Fixtures that every test may ask for: time, identifiers, a migrated database, the bus and the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from foundation.clock import ManualClock
from foundation.database import Base, Database, Outbox
from foundation.events import LocalBus
from foundation.identifiers import SeededIdentifiers


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def identifiers(clock: ManualClock) -> SeededIdentifiers:
    return SeededIdentifiers(clock, seed=7)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}")
    async with opened.write() as session:
        await (await session.connection()).run_sync(Base.metadata.create_all)
    yield opened
    await opened.close()


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture
def outbox(database: Database, bus: LocalBus, clock: ManualClock) -> Outbox:
    return Outbox(database, bus, clock)
