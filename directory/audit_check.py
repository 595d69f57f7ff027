"""Reads the audit log from its first entry to its last, and says which one is the first that is not as it was written.

It holds a few hundred entries in memory at a time, however many there are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Literal

import msgspec

from directory.audit import KEYED_FROM, START, Head, mac_of
from directory.store import queries
from directory.store.queries import AuditEntry
from foundation.database import Database, is_damage

Problem = Literal["changed", "missing", "unreadable", "unkeyed_changed", "not_exported"]
_BATCH = 500


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were right, the newest of them, and the first that is not; `wrong` is None when all are.

    `missing` are gone from `wrong` on; `unkeyed_changed` says that one of the `unkeyed` entries before `wrong`, which
    it vouches for, is another than it was; `not_exported` that `wrong` is whole, and not the one that was exported.
    """

    right: int
    unkeyed: int
    head: Head | None
    wrong: int | None
    problem: Problem | None


class _Wrong(Exception):
    def __init__(self, number: int, problem: Problem) -> None:
        super().__init__(number, problem)
        self.number = number
        self.problem: Problem = problem


async def check(database: Database, key: bytes, heads: Sequence[Head] = ()) -> Finding:
    """Checks the whole log under its key, and that each of the exported heads is still in it."""
    checking = _Check(database, key, heads)
    try:
        await checking.run()
    except _Wrong as wrong:
        return checking.finding(wrong.number, wrong.problem)
    return checking.finding(None, None)


class _Check:
    def __init__(self, database: Database, key: bytes, heads: Sequence[Head]) -> None:
        self._database = database
        self._key = key
        self._heads = heads
        self._head = Head(number=0, mac=START)
        self._unkeyed = 0
        self._right = 0

    async def run(self) -> None:
        """Raises `_Wrong` at the first entry that is wrong."""
        async with self._database.read() as session:
            # None where the chain has had its key from its first entry.
            vouching = await queries.first_audit_of(session, KEYED_FROM)
        while rows := await self._batch(_BATCH):
            if vouching is not None and self._right == 0 and not self._follows(rows[0]):
                self._unkeyed = vouching - 1
            for row in rows:
                self._take(row)
        for head in self._heads:
            if head.number > self._head.number:
                raise _Wrong(self._head.number + 1, "missing")

    def finding(self, wrong: int | None, problem: Problem | None) -> Finding:
        """What was found so far."""
        return Finding(
            right=self._right,
            unkeyed=self._unkeyed,
            head=self._head if self._head.number else None,
            wrong=wrong,
            problem=problem,
        )

    def _take(self, row: AuditEntry) -> None:
        if row.sequence != self._head.number + 1:
            raise _Wrong(self._head.number + 1, "missing")
        if not self._follows(row):
            raise _Wrong(row.sequence, "unkeyed_changed" if row.sequence == self._unkeyed + 1 > 1 else "changed")
        if any(row.sequence == head.number and row.hash != head.mac for head in self._heads):
            raise _Wrong(row.sequence, "not_exported")
        self._head = Head(number=row.sequence, mac=row.hash, at=row.at)
        self._right += 1

    def _follows(self, row: AuditEntry) -> bool:
        try:
            if row.sequence <= self._unkeyed:
                return row.hash == _unkeyed_hash(self._head.mac, row)
            return hmac.compare_digest(row.hash, mac_of(self._key, self._head.mac, row))
        except TypeError:
            # A column that SQLite keeps as bytes, since it was damaged.
            return False

    async def _batch(self, limit: int) -> list[AuditEntry]:
        async with self._database.read() as session:
            try:
                return await queries.audit_after(session, self._head.number, limit)
            except Exception as error:
                if not is_damage(error):
                    raise
        if limit == 1:
            raise _Wrong(self._head.number + 1, "unreadable")
        # One of many: those before it are read one by one.
        return await self._batch(limit // 2)


def _unkeyed_hash(before: str, row: AuditEntry) -> str:
    """The hash of before migration 0008, which anybody can calculate."""
    return hashlib.sha256(json.dumps([before, row.at.isoformat(), row.who, row.act, row.what]).encode()).hexdigest()
