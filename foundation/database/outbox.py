"""The outbox: events stored with the change they tell of, published after the commit, at least once.

An event that is added inside a write transaction is lost with it or kept with it; a killed process publishes
what is left at its next start. Who hears of events gets some twice, and must do nothing twice. When some fail, they
alone hear of it again. What everybody has heard is taken out some time later, many in one transaction: a transaction
for each would cost more than all who hear. Pattern: "transactional outbox".
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

import msgspec
import structlog
from sqlalchemy import RowMapping, Table, Text, bindparam, delete, insert, not_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Clock
from foundation.database.engine import Database, WriteSession
from foundation.database.pool import DatabaseBusy
from foundation.database.rows import sorted_out
from foundation.database.tables import Base, UtcDateTime
from foundation.events import Bus, Event, Handler, Unheard

_log = structlog.get_logger("foundation.outbox")
_BATCH = 100
_HEARD_AT_MOST = 50
_QUIET_SECONDS = 1.0
"""What was heard is taken out when no event has come for so long, or before, when there is much."""
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
_ADD = insert(_outbox)
_FORGET = delete(_outbox).where(_outbox.c.sequence == bindparam("heard"))
_PENDING = (
    select(_outbox.c.sequence, _outbox.c.kind, _outbox.c.body, _outbox.c.attempts)
    .where(
        _outbox.c.sequence > bindparam("after"),
        _outbox.c.attempts < _ATTEMPTS,
        ~_outbox.c.sequence.between(bindparam("heard_from"), bindparam("heard_to")),
    )
    .order_by(_outbox.c.sequence)
    .limit(_BATCH)
)


def _in_a_row(heard: Sequence[int]) -> tuple[int, int]:
    """The first and the last of the numbers that follow each other from the lowest on: on SQLite these are all."""
    ordered = sorted(heard) or [0]
    last = ordered[0]
    for sequence in ordered[1:]:
        if sequence != last + 1:
            break
        last = sequence
    return ordered[0], last


def _stored(row: RowMapping) -> _Stored:
    return _Stored(**row)


class Outbox:
    """Stores events in the writer's transaction and publishes them on the bus after the commit, in order."""

    def __init__(self, database: Database, bus: Bus, clock: Clock, kinds: Iterable[type[Event]] = ()) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._kinds: dict[str, type[Event]] = {kind.__name__: kind for kind in kinds}
        self._unheard: dict[int, tuple[Handler[Any], ...]] = {}
        """Whom an event is still owed, by its sequence, where that is not everybody."""
        self._heard: list[int] = []
        """The sequences of what everybody has heard, and what is still stored."""
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
                settled = await self._publish_all()
                if settled and not self._waiting.is_set():
                    await self._rest()
            except DatabaseBusy:
                settled = False
            if not settled:
                await asyncio.sleep(_RETRY_SECONDS)

    async def deliver(self) -> bool:
        """Publishes every stored event once, in order; False when some failed and are to be tried again."""
        settled = await self._publish_all()
        await self._forget()
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
        waits = (OutboxRow.attempts < _ATTEMPTS, OutboxRow.sequence.not_in(self._heard))
        first = select(OutboxRow.stored_at).where(*waits).order_by(OutboxRow.sequence)
        async with self._database.read() as session:
            try:
                return await session.scalar(first.limit(1))
            except ValueError:
                # Its time is damaged, which does not keep it from being published.
                return None

    async def _store(self, session: WriteSession) -> None:
        added: list[dict[str, Any]] = session.info.pop(_ADDED, [])
        if added:
            await session.execute(_ADD, added)

    async def _rest(self) -> None:
        """Waits for the next commit; when none comes soon, takes out what was heard."""
        try:
            async with asyncio.timeout(_QUIET_SECONDS if self._heard else None):
                await self._waiting.wait()
        except TimeoutError:
            await self._forget()

    async def _publish_all(self) -> bool:
        settled, after = True, 0
        rows = await self._batch(after)
        while rows:
            for row in rows:
                fate = await self._publish(row)
                if fate == "published":
                    self._heard.append(row.sequence)
                settled &= fate != "failed"
            if len(self._heard) >= _HEARD_AT_MOST:
                await self._forget()
            after = rows[-1].sequence
            # What was stored meanwhile is told by its commit.
            rows = await self._batch(after) if len(rows) > _BATCH - _HEARD_AT_MOST else []
        return settled

    async def _batch(self, after: int) -> list[_Stored]:
        first, last = _in_a_row(self._heard)
        values = {"after": after, "heard_from": first, "heard_to": last}
        async with self._database.read() as session:
            found, damaged = await sorted_out(session, _PENDING, _outbox.c.sequence, _stored, values)
        for sequence, error in damaged:
            await self._count(sequence, _ATTEMPTS, error)
        if damaged and not found:
            return await self._batch(after)
        heard = set(self._heard)
        return [row for row in found if row.sequence not in heard]

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

    async def _forget(self) -> None:
        """Takes out what everybody has heard, in one transaction."""
        if not self._heard:
            return
        # Whether a cancelled transaction was committed is not known, and SQLite gives numbers again: those are let go.
        heard, self._heard = self._heard, []
        try:
            async with self._database.write_quietly() as session:
                await session.execute(_FORGET, [{"heard": sequence} for sequence in heard])
        except Exception:
            self._heard = heard
            raise
        for sequence in heard:
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
