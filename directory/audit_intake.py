"""Takes entries for the audit log from the whole service, after what they tell of was decided.

An entry is written before whoever asked is answered; one that a busy database does not take waits here and is written
later. What comes often, such as a page's picture, waits from the first, and costs its reader nothing. The same again
(person, act, outcome, object, address) within a minute is counted, and written as one more entry at its end: a case
opened with its 366 thumbnails makes two. What waits has a bound; beyond it, what would have to be written is refused.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass

import msgspec
import structlog

from directory.audit import AuditLog, Entry
from directory.errors import AuditBusy
from foundation.clock import Clock
from foundation.database import DatabaseBusy
from foundation.tasks import uninterrupted

COUNTED_SECONDS = 60.0
WAITING_AT_MOST = 1000
_COUNTED_AT_MOST = 5000
_BATCH = 100
_EVERY_SECONDS = 1.0
_log = structlog.get_logger("directory.audit")
_Key = tuple[str, ...]


@dataclass
class _Counted:
    entry: Entry
    since: float
    again: int = 0


class AuditIntake:
    """What is on its way into the log."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._waiting: deque[Entry] = deque()
        self._counted: OrderedDict[_Key, _Counted] = OrderedDict()
        self._something = asyncio.Event()
        self._flushing = asyncio.Lock()

    def require_room(self) -> None:
        """Raises `AuditBusy` when what would be done could not be written down."""
        if len(self._waiting) >= WAITING_AT_MOST:
            raise AuditBusy

    async def write(self, entry: Entry) -> None:
        """Writes an entry; one that the busy database does not take waits. Raises `AuditBusy`."""
        self.require_room()
        try:
            await self._audit.record(entry)
        except DatabaseBusy:
            self._wait(entry)

    def take(self, entry: Entry) -> None:
        """Takes an entry that may come often; it is written soon. Raises `AuditBusy`."""
        key = (entry.who, entry.act, entry.outcome, entry.address, *(f"{name} {said}" for name, said in _said(entry)))
        counted = self._counted.get(key)
        if counted is not None and self._clock.monotonic() - counted.since < COUNTED_SECONDS:
            counted.again += 1
            return
        self.require_room()
        if counted is not None:
            self._end(key)
        self._counted[key] = _Counted(entry, self._clock.monotonic())
        self._wait(entry)
        if len(self._counted) > _COUNTED_AT_MOST:
            self._end(next(iter(self._counted)))

    async def run(self) -> None:
        """Writes what waits, again and again, until it is cancelled."""
        while True:
            await self.flush()
            try:
                async with asyncio.timeout(_EVERY_SECONDS):
                    await self._something.wait()
            except TimeoutError:
                continue

    async def flush(self, *, everything: bool = False) -> None:
        """Writes what waits, and counts whose minute is over, or `everything`; a busy database is left for later."""
        async with self._flushing:
            now = self._clock.monotonic()
            for key, counted in list(self._counted.items()):
                if not everything and now - counted.since < COUNTED_SECONDS:
                    break
                self._end(key)
            self._something.clear()
            while self._waiting:
                try:
                    # Else a cancellation after the commit would have the same entries written once more.
                    await uninterrupted(self._write_batch())
                except DatabaseBusy:
                    _log.warning("audit_entries_wait", waiting=len(self._waiting))
                    return

    async def close(self) -> None:
        """Writes everything that is left."""
        await self.flush(everything=True)
        if self._waiting:
            _log.error("audit_entries_lost", entries=len(self._waiting))

    async def _write_batch(self) -> None:
        batch = [self._waiting[at] for at in range(min(_BATCH, len(self._waiting)))]
        await self._audit.record(*batch)
        for _ in batch:
            self._waiting.popleft()

    def _end(self, key: _Key) -> None:
        counted = self._counted.pop(key)
        if counted.again:
            what = {**counted.entry.what, "again": str(counted.again)}
            self._wait(msgspec.structs.replace(counted.entry, what=what))

    def _wait(self, entry: Entry) -> None:
        self._waiting.append(entry)
        self._something.set()


def _said(entry: Entry) -> list[tuple[str, str]]:
    return sorted(entry.what.items())
