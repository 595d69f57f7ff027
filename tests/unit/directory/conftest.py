"""A directory filled with the demonstration's district."""

from __future__ import annotations

import pytest

from directory.assembly import Directory, assemble
from directory.demonstration import seed
from directory.sign_in import TokenRules
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SeededIdentifiers

KEY = b"k" * 32


@pytest.fixture
async def house(database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> Directory:
    await seed(database)
    made = assemble(database, clock, identifiers, TokenRules(KEY, demonstration=True))
    await made.catalogue.load()
    return made
