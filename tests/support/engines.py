"""The engine under a database, for tests that listen to what it does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from foundation.database import Database


def engine_of(database: Database) -> Engine:
    """The engine of the database's writers; on SQLite its commits are in a thread of their own."""
    engine: Any = database._writers._sessions.engine  # type: ignore[attr-defined]
    return getattr(engine, "sync_engine", engine)
