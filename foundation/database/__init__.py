"""The service's one database: engine, sessions, tables' common base, outbox, migrations."""

from __future__ import annotations

from foundation.database.engine import Database, ReadSession, WriteSession, take_turn, tell_damaged
from foundation.database.outbox import Outbox
from foundation.database.pool import DatabaseBusy, DatabaseFull
from foundation.database.rows import is_damage, read_each, readable, sorted_out, told_if_damaged
from foundation.database.tables import Base, UtcDateTime

__all__ = [
    "Base",
    "Database",
    "DatabaseBusy",
    "DatabaseFull",
    "Outbox",
    "ReadSession",
    "UtcDateTime",
    "WriteSession",
    "is_damage",
    "read_each",
    "readable",
    "sorted_out",
    "take_turn",
    "tell_damaged",
    "told_if_damaged",
]
