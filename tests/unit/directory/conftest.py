"""A directory filled with the demonstration's district."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from directory.assembly import Directory, Needs, TokenRules, assemble
from directory.audit import AuditLog
from directory.demonstration import seed
from directory.password_hashes import PasswordHashes
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SeededIdentifiers
from foundation.vault import Vault

KEY = b"k" * 32
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Argon2id as it is, at a cost that a test can bear a hundred times."""


def make_house(
    database: Database, clock: ManualClock, identifiers: SeededIdentifiers, demonstration: bool
) -> Directory:
    """A directory as a process makes it; `start` it."""
    needs = Needs(database, clock, identifiers, AuditLog(database, clock, KEY), Vault(KEY))
    return assemble(needs, TokenRules(KEY, demonstration), PasswordHashes(2, QUICK))


@pytest.fixture
async def database_url(request: pytest.FixtureRequest, database_url: str, made_databases: Path) -> str:
    """As everywhere; for a `house` on SQLite with the demonstration's rows, which are the same for every test."""
    scheme, _, file = database_url.partition(":///")
    if scheme == "sqlite" and "house" in request.fixturenames:
        made = made_databases / "district.db"
        if not made.exists():
            database = Database.open(database_url)
            await seed(database, QUICK)
            await database.close()
            shutil.copy(file, made)
        shutil.copy(made, file)
    return database_url


@pytest.fixture
async def house(database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[Directory]:
    await seed(database, QUICK)
    made = make_house(database, clock, identifiers, demonstration=True)
    await made.start()
    yield made
    await made.close()
