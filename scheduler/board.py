"""The board: today's tickets and desks in memory, kept by the events that tell of them.

Pages and flows read it without a query. It is a moment behind the database, and never for good: each event that it
hears brings it to the version that the event tells of, or a later one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from foundation.clock import Clock
from foundation.database import Database
from foundation.events import Bus
from scheduler.events import DeskChanged, TicketCalled, TicketEvent, TicketMoved, TicketTaken
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.overflow import Station, reach
from scheduler.queue_core.ticket_life import FINAL, IN_HAND, IN_LINE, PRESENT, TicketState
from scheduler.queue_core.window_life import STAFFED
from scheduler.records import DeskRecord, Offer, Ticket
from scheduler.rules import Rules
from scheduler.store import desks, tickets
from scheduler.views import DeskView, TicketView, desk_view, ticket_view

TicketListener = Callable[[Ticket | None, Ticket], None]
"""Is told of a ticket as it was on the board and as it is."""
DeskListener = Callable[[str], None]
"""Is told of the clerk whose desk is another."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card of a queue; `credit_from` orders it, `grants` are the reasons for credit."""

    ticket: TicketView
    credit_from: datetime
    grants: tuple[str, ...]


def states_of(former: Ticket | None, now: Ticket) -> set[TicketState]:
    """The states that a ticket has left and come to."""
    return {now.state} if former is None else {former.state, now.state}


def clerks_of(former: Ticket | None, now: Ticket) -> set[str | None]:
    """The clerks who had the ticket and who have it; None for nobody."""
    return {now.clerk_id} if former is None else {former.clerk_id, now.clerk_id}


class Board:
    """What pages show of the hall; all reads but `as_of` are of memory."""

    def __init__(self, database: Database, clock: Clock, rules: Rules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._tickets: dict[str, Ticket] = {}
        """Those that are not over, and the last one of each worker."""
        self._of_worker: defaultdict[str, set[str]] = defaultdict(set)
        self._waiting: dict[str, Ticket] = {}
        self._in_hand: dict[str, Ticket] = {}
        """What each clerk has in hand."""
        self._last_of_clerk: dict[str, Ticket] = {}
        """What each clerk had in hand last."""
        self._desks: dict[str, DeskRecord] = {}
        self._offers: dict[str, Offer] = {}
        """What rings at each clerk."""
        self._served = _ServedToday()
        self._queues: dict[tuple[str, frozenset[str]], list[Waiting]] = {}
        """What clerks of one place with the same skills may serve, until the next change."""
        self._ticket_listeners: list[TicketListener] = []
        self._desk_listeners: list[DeskListener] = []

    async def load(self) -> None:
        """Reads the hall as it stands; call it before the first event."""
        today = self._today()
        async with self._database.read() as session:
            known = await tickets.shown(session, today)
            known_desks, _ = await desks.sorted_out_desks(session)
            ringing = await desks.open_offers(session)
            completed = await tickets.completed_on(session, today)
        for ticket in known:
            self._keep(ticket)
        self._desks = {desk.clerk_id: desk for desk in known_desks}
        self._offers = {offer.clerk_id: offer for offer in ringing}
        for clerk_id, ticket_id in completed:
            self._served.add(clerk_id, ticket_id, today)

    def follow(self, bus: Bus) -> None:
        """Hears the events; subscribe who reads the board after this."""
        bus.subscribe(TicketTaken, self._hear_of_ticket)
        # Told before the move that it names: whoever hears of a call at once reads it here, too.
        bus.subscribe(TicketCalled, self._hear_of_ticket)
        bus.subscribe(TicketMoved, self._hear_of_ticket)
        bus.subscribe(DeskChanged, self._hear_of_desk)

    def on_ticket(self, listener: TicketListener) -> None:
        """Calls the listener at each change of a ticket."""
        self._ticket_listeners.append(listener)

    def on_desk(self, listener: DeskListener) -> None:
        """Calls the listener at each change of a desk."""
        self._desk_listeners.append(listener)

    async def as_of(self, event: TicketEvent) -> TicketView:
        """The ticket as the event tells of it, or later; raises `NoSuchTicket`."""
        known = self._tickets.get(event.ticket_id)
        if known is None or known.version < event.version:
            async with self._database.read() as session:
                known = await tickets.ticket(session, event.ticket_id)
        return ticket_view(known)

    def ticket(self, ticket_id: str) -> TicketView | None:
        """The ticket, if it is not over or its worker's last."""
        ticket = self._tickets.get(ticket_id)
        return None if ticket is None else ticket_view(ticket)

    def in_hand(self) -> list[TicketView]:
        """Every ticket that a clerk has in hand."""
        return [ticket_view(ticket) for ticket in self.tickets_in_hand()]

    def in_hand_of(self, clerk_id: str) -> TicketView | None:
        """The ticket that this clerk has in hand."""
        ticket = self._in_hand.get(clerk_id)
        return None if ticket is None else ticket_view(ticket)

    def current(self, worker_id: str) -> TicketView | None:
        """The worker's newest ticket that is not over, a present one before one put aside; no callback."""
        opened = [one for one in self._tickets_of(worker_id) if one.state not in FINAL and not one.is_callback]
        found = max(opened, key=lambda one: (one.state in PRESENT, one.id), default=None)
        return None if found is None else ticket_view(found)

    def called_back(self, worker_id: str) -> TicketView | None:
        """The newest ticket for which this worker, or visitor, is to be called back."""
        opened = [one for one in self._tickets_of(worker_id) if one.state not in FINAL and one.is_callback]
        found = max(opened, key=lambda one: one.id, default=None)
        return None if found is None else ticket_view(found)

    def last_of_worker(self, worker_id: str) -> TicketView | None:
        """The ticket of today that this worker was busy with last, whatever became of it; no callback."""
        today = self._today()
        taken = [one for one in self._tickets_of(worker_id) if one.day == today and not one.is_callback]
        found = max(taken, key=_when_busy, default=None)
        return None if found is None else ticket_view(found)

    def desk(self, clerk_id: str) -> DeskView | None:
        """The clerk's desk; None for a clerk who never opened a window."""
        desk = self._desks.get(clerk_id)
        if desk is None:
            return None
        offer = self._offers.get(clerk_id)
        offered = None if offer is None else self._tickets.get(offer.ticket_id)
        ringing = None if offer is None or offered is None else (offer, offered)
        return desk_view(desk, ringing, self.in_hand_of(clerk_id))

    def last_of_clerk(self, clerk_id: str) -> TicketView | None:
        """The ticket that this clerk had in hand last: completed, or given on."""
        ticket = self._last_of_clerk.get(clerk_id)
        return None if ticket is None else ticket_view(ticket)

    def served_today(self, clerk_id: str) -> int:
        """How many tickets this clerk completed today whose matter is done."""
        return self._served.count(clerk_id, self._today())

    def queue(self, clerk_id: str) -> list[Waiting]:
        """Who waits in the queues this clerk may serve, the highest credit first."""
        desk = self._desks.get(clerk_id)
        if desk is None:
            return []
        alike = desk.path, frozenset(desk.skills)
        if alike not in self._queues:
            self._queues[alike] = self._reachable(Station(clerk_id, desk.path, desk.skills))
        return self._queues[alike]

    def is_reached(self, ticket_id: str) -> bool:
        """Whether a window is open that may serve this ticket, its clerk on a break or not."""
        ticket = self._tickets.get(ticket_id)
        if ticket is None:
            return False
        staffed = (desk for desk in self._desks.values() if desk.window_state in STAFFED)
        return any(reach(ticket.queue, Station(desk.clerk_id, desk.path, desk.skills)) is not None for desk in staffed)

    def waiting(self) -> list[Ticket]:
        """Every ticket that has a place in its queue: those that wait, and those that are to be called back."""
        return list(self._waiting.values())

    def tickets_in_hand(self) -> list[Ticket]:
        """Every ticket that a clerk has in hand, as it is stored."""
        return list(self._in_hand.values())

    def desks(self) -> list[DeskRecord]:
        """Every desk."""
        return list(self._desks.values())

    async def _hear_of_ticket(self, event: TicketEvent) -> None:
        known = self._tickets.get(event.ticket_id)
        if known is not None and known.version >= event.version:
            return
        async with self._database.read() as session:
            ticket = await tickets.ticket(session, event.ticket_id)
        self._keep(ticket)
        for listener in self._ticket_listeners:
            listener(known, ticket)

    async def _hear_of_desk(self, event: DeskChanged) -> None:
        known = self._desks.get(event.clerk_id)
        if known is None or known.version < event.version:
            async with self._database.read() as session:
                desk = await desks.desk(session, event.clerk_id)
                rings = desk.state is ClerkState.RINGING
                offer = await desks.offer_to(session, event.clerk_id) if rings else None
            self._desks[desk.clerk_id] = desk
            self._offers.pop(desk.clerk_id, None)
            if offer is not None:
                self._offers[desk.clerk_id] = offer
        for listener in self._desk_listeners:
            listener(event.clerk_id)

    def _keep(self, ticket: Ticket) -> None:
        former = self._tickets.get(ticket.id)
        if former is not None and former.state in IN_HAND and former.clerk_id is not None:
            self._in_hand.pop(former.clerk_id, None)
            self._last_of_clerk[former.clerk_id] = ticket
        if former is not None and former.worker_id != ticket.worker_id:
            self._of_worker[former.worker_id].discard(ticket.id)
        self._tickets[ticket.id] = ticket
        self._of_worker[ticket.worker_id].add(ticket.id)
        if ticket.state in FINAL:
            self._forget_all_but_last(ticket.worker_id)
        if ticket.state in IN_HAND and ticket.clerk_id is not None:
            self._in_hand[ticket.clerk_id] = ticket
        if self._waiting.pop(ticket.id, None) is not None or ticket.state in IN_LINE:
            self._queues.clear()
        if ticket.state in IN_LINE:
            self._waiting[ticket.id] = ticket
        if ticket.state is TicketState.COMPLETED and ticket.clerk_id is not None:
            self._last_of_clerk[ticket.clerk_id] = ticket
            if ticket.is_settled:
                self._served.add(ticket.clerk_id, ticket.id, ticket.day)

    def _forget_all_but_last(self, worker_id: str) -> None:
        over = sorted((one for one in self._tickets_of(worker_id) if one.state in FINAL), key=_when_busy)
        for ticket in over[:-1]:
            del self._tickets[ticket.id]
            self._of_worker[worker_id].discard(ticket.id)

    def _tickets_of(self, worker_id: str) -> Iterable[Ticket]:
        return [self._tickets[ticket_id] for ticket_id in self._of_worker.get(worker_id, ())]

    def _reachable(self, station: Station) -> list[Waiting]:
        found = [one for one in self.waiting() if reach(one.queue, station) is not None]
        found.sort(key=lambda ticket: (ticket.credit_from, ticket.id))
        return [Waiting(ticket_view(one), one.credit_from, tuple(one.grants)) for one in found]

    def _today(self) -> date:
        return self._rules.day(self._clock.now())


def _when_busy(ticket: Ticket) -> tuple[bool, datetime, str]:
    """Orders a worker's tickets; a callback that reached nobody kept nobody busy."""
    return (not ticket.is_callback, ticket.state_since, ticket.id)


class _ServedToday:
    """The tickets that clerks completed on the newest day that was asked about."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._by_clerk: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, clerk_id: str, ticket_id: str, day: date) -> None:
        """Notes one, once however often it is told."""
        if self._turn(day):
            self._by_clerk[clerk_id].add(ticket_id)

    def count(self, clerk_id: str, day: date) -> int:
        """How many of the day."""
        return len(self._by_clerk.get(clerk_id, ())) if self._turn(day) else 0

    def _turn(self, day: date) -> bool:
        """Begins a newer day; whether `day` is the one that is counted."""
        if self._day is None or day > self._day:
            self._day = day
            self._by_clerk.clear()
        return day == self._day
