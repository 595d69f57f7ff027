"""The engine under a database, for tests that listen to what it does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from foundation.database import Database


def engine_of(database: Database, *, reading: bool = False) -> Engine:
    """The engine of the database's writers, or readers; on SQLite commits are in a thread of their own."""
    pool = database._readers if reading else database._writers
    engine: Any = pool._sessions.engine  # type: ignore[attr-defined]
    return getattr(engine, "sync_engine", engine)
