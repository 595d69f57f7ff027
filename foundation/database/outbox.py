"""The outbox: events stored with the change they tell of, published after the commit, at least once.

An event that is added inside a write transaction is lost with it or kept with it; a killed process publishes
what is left at its next start. Who hears of events gets some twice, and must do nothing twice. When some fail, they
alone hear of it again. Pattern: "transactional outbox".
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

import msgspec
import structlog
from sqlalchemy import Table, Text, delete, insert, not_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Clock
from foundation.database.engine import Database, WriteSession
from foundation.database.pool import DatabaseBusy
from foundation.database.rows import sorted_out
from foundation.database.tables import Base, UtcDateTime
from foundation.events import Bus, Event, Handler, Unheard

_log = structlog.get_logger("foundation.outbox")
_BATCH = 100
_ATTEMPTS = 5
_RETRY_SECONDS = 0.5
_DEAD_AT_MOST = 1000
_ADDED = "outbox"
_Fate = Literal["published", "failed", "set_aside"]


class OutboxRow(Base):
    """One stored event; `attempts` counts failed deliveries, and a row with too many stays, set aside."""

    __tablename__ = "outbox"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)


class _Stored(NamedTuple):
    """What of a row is needed to publish it: what else it says cannot keep it back."""

    sequence: int
    kind: str
    body: str | bytes
    attempts: int


_outbox = cast(Table, OutboxRow.__table__)
_STORED = (OutboxRow.sequence, OutboxRow.kind, OutboxRow.body, OutboxRow.attempts)


class Outbox:
    """Stores events in the writer's transaction and publishes them on the bus after the commit, in order."""

    def __init__(self, database: Database, bus: Bus, clock: Clock, kinds: Iterable[type[Event]] = ()) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._kinds: dict[str, type[Event]] = {kind.__name__: kind for kind in kinds}
        self._unheard: dict[int, tuple[Handler[Any], ...]] = {}
        """Whom an event is still owed, by its sequence, where that is not everybody."""
        self._waiting = asyncio.Event()
        database.before_commit(self._store)
        database.on_commit(self._waiting.set)

    async def add(self, session: WriteSession, event: Event) -> None:
        """Stores the event with the transaction of `session`, in one statement with all others of it."""
        kind = type(event)
        self._kinds.setdefault(kind.__name__, kind)
        body = msgspec.json.encode(event).decode()
        row = {"kind": kind.__name__, "body": body, "stored_at": self._clock.now(), "attempts": 0}
        session.info.setdefault(_ADDED, []).append(row)

    async def run(self) -> None:
        """Publishes for ever: what a former process left first, then what each commit brings."""
        told = False
        while True:
            self._waiting.clear()
            try:
                told = told or await self.tell_dead()
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
        rows = await self._batch(after)
        while rows:
            fates = {row.sequence: await self._publish(row) for row in rows}
            await self._forget([sequence for sequence, fate in fates.items() if fate == "published"])
            settled &= "failed" not in fates.values()
            after = rows[-1].sequence
            # What was stored meanwhile is told by its commit.
            rows = await self._batch(after) if len(rows) == _BATCH else []
        return settled

    async def tell_dead(self) -> bool:
        """Tells the events that a former process set aside as damaged: they are kept, and published no more; True."""
        dead = select(OutboxRow.sequence).where(not_(OutboxRow.attempts < _ATTEMPTS)).limit(_DEAD_AT_MOST)
        async with self._database.read() as session:
            for sequence in await session.scalars(dead):
                self._database.damaged("outbox", str(sequence), "undelivered")
        return True

    async def try_write(self) -> None:
        """Stores an event and takes it back, in one durable transaction: what any write needs, and nothing is left."""
        async with self._database.write_quietly() as session:
            row = OutboxRow(kind="", body="", stored_at=self._clock.now())
            session.add(row)
            await session.flush()
            await session.delete(row)

    async def oldest(self) -> datetime | None:
        """When the first event that waits to be published was stored; None when none waits."""
        first = select(OutboxRow.stored_at).where(OutboxRow.attempts < _ATTEMPTS).order_by(OutboxRow.sequence)
        async with self._database.read() as session:
            try:
                return await session.scalar(first.limit(1))
            except ValueError:
                # Its time is damaged, which does not keep it from being published.
                return None

    async def _store(self, session: WriteSession) -> None:
        added: list[dict[str, Any]] = session.info.pop(_ADDED, [])
        if added:
            await session.execute(insert(_outbox), added)

    async def _batch(self, after: int) -> list[_Stored]:
        pending = (
            select(*_STORED)
            .where(OutboxRow.sequence > after, OutboxRow.attempts < _ATTEMPTS)
            .order_by(OutboxRow.sequence)
            .limit(_BATCH)
        )
        async with self._database.read() as session:
            found, damaged = await sorted_out(session, pending, _outbox.c.sequence, lambda row: _Stored(**row))
        for sequence, error in damaged:
            await self._count(sequence, _ATTEMPTS, error)
        return found if found or not damaged else await self._batch(after)

    async def _publish(self, row: _Stored) -> _Fate:
        try:
            event = msgspec.json.decode(row.body, type=self._kinds[row.kind])
        except (KeyError, TypeError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            await self._count(row.sequence, _ATTEMPTS, error)
            return "set_aside"
        try:
            await self._bus.publish(event, self._unheard.get(row.sequence))
        except Unheard as failed:
            self._unheard[row.sequence] = failed.handlers
            # An event does not use up its attempts while the database has no turn for those who hear of it.
            if failed.split(DatabaseBusy)[1] is not None:
                await self._count(row.sequence, row.attempts + 1, failed)
            return "failed"
        return "published"

    async def _forget(self, sequences: Sequence[int]) -> None:
        """Takes out what everybody has heard, in one transaction for the batch."""
        if not sequences:
            return
        async with self._database.write_quietly() as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.sequence.in_(sequences)))
        for sequence in sequences:
            self._unheard.pop(sequence, None)

    async def _count(self, sequence: int, attempts: int, error: Exception) -> None:
        """Notes a failed delivery; with the last one the event is set aside."""
        _log.warning("outbox_delivery_failed", sequence=sequence, attempts=attempts)
        counted = update(OutboxRow).where(OutboxRow.sequence == sequence).values(attempts=attempts)
        async with self._database.write_quietly() as session:
            await session.execute(counted)
        if attempts >= _ATTEMPTS:
            self._unheard.pop(sequence, None)
            self._database.damaged("outbox", str(sequence), error)
