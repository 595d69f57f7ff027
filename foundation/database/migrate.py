"""Brings a database to the newest revision of the one linear history."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from foundation.database.engine import Database

_HISTORY = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> str:
    """Runs every missing migration in one transaction and returns the revision reached."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(_upgrade)
        return await connection.run_sync(_current) or ""


async def current_revision(database: Database) -> str | None:
    """The revision the database stands at; None for an empty one."""
    async with database.read() as session:
        return await (await session.connection()).run_sync(_current)


def newest_revision() -> str:
    """The revision this program wants."""
    return ScriptDirectory.from_config(_configuration()).get_current_head() or ""


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_HISTORY))
    return configuration


def _upgrade(connection: Connection) -> None:
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
