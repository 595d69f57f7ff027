"""The outbox: events stored with the change they tell of, published after the commit, at least once.

An event that is added inside a write transaction is lost with it or kept with it; a killed process publishes
what is left at its next start. Pattern: "transactional outbox".
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

import msgspec
import structlog
from sqlalchemy import Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Clock
from foundation.database.engine import Database, WriteSession
from foundation.database.pool import DatabaseBusy
from foundation.database.tables import Base, UtcDateTime
from foundation.events import Bus, Event

_log = structlog.get_logger("foundation.outbox")
_BATCH = 100
_ATTEMPTS = 5
_RETRY_SECONDS = 0.5


class OutboxRow(Base):
    """One stored event; `attempts` counts failed deliveries, and a row with too many stays for a person to see."""

    __tablename__ = "outbox"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)


class Outbox:
    """Stores events in the writer's transaction and publishes them on the bus after the commit, in order."""

    def __init__(self, database: Database, bus: Bus, clock: Clock, kinds: Iterable[type[Event]] = ()) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._kinds: dict[str, type[Event]] = {kind.__name__: kind for kind in kinds}
        self._waiting = asyncio.Event()
        database.on_commit(self._waiting.set)

    async def add(self, session: WriteSession, event: Event) -> None:
        """Stores the event with the transaction of `session`."""
        kind = type(event)
        self._kinds.setdefault(kind.__name__, kind)
        body = msgspec.json.encode(event).decode()
        session.add(OutboxRow(kind=kind.__name__, body=body, stored_at=self._clock.now()))

    async def run(self) -> None:
        """Publishes for ever: what a former process left first, then what each commit brings."""
        while True:
            self._waiting.clear()
            try:
                settled = await self.deliver()
            except DatabaseBusy:
                settled = False
            if not settled:
                await asyncio.sleep(_RETRY_SECONDS)
            elif not self._waiting.is_set():
                await self._waiting.wait()

    async def deliver(self) -> bool:
        """Publishes every stored event once, in order; False when some failed and are to be tried again."""
        settled, after = True, 0
        while rows := await self._batch(after):
            for row in rows:
                settled &= await self._publish(row)
                after = row.sequence
        return settled

    async def _batch(self, after: int) -> list[OutboxRow]:
        pending = (
            select(OutboxRow)
            .where(OutboxRow.sequence > after, OutboxRow.attempts < _ATTEMPTS)
            .order_by(OutboxRow.sequence)
            .limit(_BATCH)
        )
        async with self._database.read() as session:
            return list(await session.scalars(pending))

    async def _publish(self, row: OutboxRow) -> bool:
        kind = self._kinds.get(row.kind)
        if kind is None:
            _log.error("outbox_kind_unknown", kind=row.kind, sequence=row.sequence)
            await self._failed(row)
            return True
        try:
            await self._bus.publish(msgspec.json.decode(row.body, type=kind))
        except ExceptionGroup as failed:
            # An event does not use up its attempts while the database has no turn for those who hear of it.
            if failed.split(DatabaseBusy)[1] is not None:
                await self._failed(row)
            return False
        async with self._database.write_quietly() as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.sequence == row.sequence))
        return True

    async def _failed(self, row: OutboxRow) -> None:
        _log.warning("outbox_delivery_failed", kind=row.kind, sequence=row.sequence, attempts=row.attempts + 1)
        raised = update(OutboxRow).where(OutboxRow.sequence == row.sequence)
        async with self._database.write_quietly() as session:
            await session.execute(raised.values(attempts=OutboxRow.attempts + 1))
