"""What pages show of the hall: the line a clerk may serve, the tickets in hand, a worker's last ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.clock import Clock
from foundation.database import Database, ReadSession
from scheduler.queue_core.overflow import Queue, Station, reach
from scheduler.queue_core.ticket_life import IN_HAND
from scheduler.records import DeskRecord, Ticket
from scheduler.rules import Rules
from scheduler.store import desks, tickets
from scheduler.views import TicketView, ticket_view


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card of a line; `credit_from` orders it, `grants` are the reasons for credit."""

    ticket: TicketView
    credit_from: datetime
    grants: tuple[str, ...]


class Board:
    """Reads only."""

    def __init__(self, database: Database, clock: Clock, rules: Rules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules

    async def line(self, clerk_id: str, limit: int) -> list[Waiting]:
        """Who waits in the queues this clerk may serve, the highest credit first."""
        async with self._database.read() as session:
            desk = await desks.desk_or_none(session, clerk_id)
            found = [] if desk is None else await _reachable(session, desk, limit)
        found.sort(key=lambda ticket: (ticket.credit_from, ticket.id))
        return [Waiting(ticket_view(one), one.credit_from, tuple(one.grants)) for one in found[:limit]]

    async def in_hand(self) -> list[TicketView]:
        """Every ticket that a clerk has in hand."""
        async with self._database.read() as session:
            return [ticket_view(ticket) for ticket in await tickets.in_states(session, IN_HAND)]

    async def last_of_worker(self, worker_id: str) -> TicketView | None:
        """The newest ticket that this worker took today, whatever became of it."""
        day = self._rules.day(self._clock.now())
        async with self._database.read() as session:
            found = await tickets.last_of_worker(session, worker_id, day)
        return None if found is None else ticket_view(found)

    async def served_today(self, clerk_id: str) -> int:
        """How many tickets this clerk completed today."""
        day = self._rules.day(self._clock.now())
        async with self._database.read() as session:
            return await tickets.completed_by(session, clerk_id, day)


async def _reachable(session: ReadSession, desk: DeskRecord, depth: int) -> list[Ticket]:
    station = Station(desk.clerk_id, desk.path, desk.skills)
    waiting = await tickets.heads(session, depth)
    return [one for one in waiting if reach(Queue(one.queue_id, one.home_path, one.department_id), station) is not None]
