"""The audit log: every refusal and every look at personal data, each entry chained to the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from directory.store import queries
from directory.store.tables import AuditRow
from foundation.clock import Clock
from foundation.database import Database, WriteSession, is_damage, take_turn

_START = "0" * 64
_BATCH = 500


class EntryUnreadable(Exception):
    """An entry of the audit log is no entry any more; it comes after the one with the number given."""


class AuditLog:
    """Appends to the log and checks it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, who: str, act: str, /, **what: str) -> None:
        """Appends an entry in a transaction of its own."""
        async with self._database.write() as session:
            await self.append(session, who, act, **what)

    async def append(self, session: WriteSession, who: str, act: str, /, **what: str) -> None:
        """Appends an entry within the caller's transaction, which should end soon: all others wait for it."""
        await take_turn(session, "audit_log")
        last = await queries.last_audit(session)
        row = AuditRow(
            # Counted here and not by the database: PostgreSQL skips the numbers of what was rolled back.
            sequence=last[0] + 1 if last else 1,
            at=self._clock.now(),
            who=who,
            act=act,
            what=json.dumps(what, ensure_ascii=False, sort_keys=True),
        )
        row.hash = _hash(last[1] if last else _START, row.at, who, act, row.what)
        await queries.add_audit(session, row)

    async def first_broken(self) -> int | None:
        """The sequence number of the first entry that does not follow from the one before; None when all do.

        Raises `EntryUnreadable`.
        """
        before, sequence = _START, 0
        while rows := await self._batch(sequence):
            for row in rows:
                if row.sequence != sequence + 1 or not _follows(row, before):
                    return row.sequence
                before, sequence = row.hash, row.sequence
        return None

    async def _batch(self, after: int) -> list[AuditRow]:
        async with self._database.read() as session:
            try:
                return await queries.audit_after(session, after, _BATCH)
            except Exception as error:
                if is_damage(error):
                    raise EntryUnreadable(after) from error
                raise


def _follows(row: AuditRow, before: str) -> bool:
    try:
        return row.hash == _hash(before, row.at, row.who, row.act, row.what)
    except TypeError:
        # A column that SQLite keeps as bytes, since it was damaged.
        return False


def _hash(before: str, at: datetime, who: str, act: str, what: str) -> str:
    # A JSON list, so that no two entries can be cut into the same bytes.
    return hashlib.sha256(json.dumps([before, at.isoformat(), who, act, what]).encode()).hexdigest()
