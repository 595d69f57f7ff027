"""Brings a database to the newest revision of the one linear history.

Alembic is loaded only when there is something to migrate: most starts find the database current.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.database.engine import Database, take_turn
from foundation.database.pool import DatabaseBusy
from foundation.vault import Vault

if TYPE_CHECKING:
    from alembic.config import Config

_HISTORY = Path(__file__).parent / "migrations"


async def migrate(database: Database, vault: Vault | None = None) -> str:
    """Runs every missing migration in one transaction and returns the revision reached.

    `vault` seals what an earlier version kept in the clear; ValueError without one where there is such a row.
    """
    newest = newest_revision()
    if await current_revision(database) == newest:
        return newest
    async with database.write() as session:
        # Of two processes that start at once, the second finds nothing left to do.
        await take_turn(session, "migrations", patient=True)
        return await session.run_sync(_upgrade, vault)


async def current_revision(database: Database) -> str | None:
    """The revision the database stands at; None for an empty one. ConnectionError says why there is no answer."""
    try:
        async with database.read() as session:
            return await session.run_sync(_current)
    except DBAPIError as error:
        raise ConnectionError(str(error.orig)) from error
    except DatabaseBusy as busy:
        raise ConnectionError(str(busy.__cause__ or busy)) from busy


def newest_revision() -> str:
    """The revision this program wants: the history is linear, and each file's name begins with its revision."""
    return max(path.name for path in (_HISTORY / "versions").glob("[0-9]*.py")).partition("_")[0]


def _configuration() -> Config:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(_HISTORY))
    return configuration


def _upgrade(session: Session, vault: Vault | None) -> str:
    from alembic import command

    configuration = _configuration()
    configuration.attributes |= {"connection": session.connection(), "vault": vault}
    command.upgrade(configuration, "head")
    return _current(session) or ""


def _current(session: Session) -> str | None:
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
