"""Callbacks: who waits is called back instead, at the point or at the visitor's page, when their turn comes.

The ticket keeps its place and its credit, and is matched like any other: a callback takes one free clerk.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.principal import Permission, Principal, Visitor, is_visitor, require
from foundation.database import ReadSession, WriteSession, take_turn
from scheduler import events
from scheduler.errors import CallbackTooLate, MovedMeanwhile, NotInThisState, NotYourTicket, TooManyCallbacks
from scheduler.matchmaker import Matchmaker
from scheduler.open_desks import OpenDesks
from scheduler.ports import Ports
from scheduler.queue_core.callback_life import CallbackState, next_attempt
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.slots import last_close
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.records import CALLBACK, Callback, Ticket
from scheduler.store import callbacks as store
from scheduler.store import desks, tickets
from scheduler.transitions import NOBODY, Step, Transitions
from scheduler.views import TicketView, ticket_view

NOT_REACHED, TOO_LATE = "callback_not_reached", "callback_too_late"
"""Why a ticket whose resident was to be called back has expired."""
_DAY = timedelta(days=1)


def place_of(principal: Principal) -> str:
    """Where callbacks ring for a person: at their point, or, for a visitor, at their own page alone."""
    return principal.person_id if isinstance(principal, Visitor) else principal.site_id


def place_of_ticket(site_id: str, worker_id: str) -> str:
    """Where a ticket's callback rings."""
    return worker_id if is_visitor(worker_id) else site_id


class Callbacks:
    """Asked for, answered and given up by the principals of points; whoever is at the point stands in for another."""

    def __init__(self, ports: Ports, transitions: Transitions, matchmaker: Matchmaker, open_desks: OpenDesks) -> None:
        self._ports = ports
        self._database = ports.database
        self._transitions = transitions
        self._matchmaker = matchmaker
        self._open_desks = open_desks

    @property
    def attempts_at_most(self) -> int:
        """How often it rings in all."""
        return self._ports.rules.callback_attempts

    async def ask(self, principal: Principal, ticket_id: str, until: datetime | None = None) -> Callback:
        """Lets the waiting ticket be called back, `until` then, or until the windows close.

        Asked twice, it is the same callback. Raises `NotYourTicket`, `NotInThisState`, `CallbackTooLate`,
        `TooManyCallbacks`.
        """
        require(principal, Permission.TAKE_TICKET)
        try:
            callback = await self._ask(principal, ticket_id, until)
        except MovedMeanwhile:
            # Asked twice at once, or offered just now.
            callback = await self._ask(principal, ticket_id, until)
        await self._matchmaker.match()
        return callback

    async def answer(self, principal: Principal, ticket_id: str) -> TicketView:
        """The resident is there: the ticket is called, at the page of who answers; the same when answered twice.

        Raises `NotYourTicket`, `NotInThisState` when it rings no more, `TicketAlreadyOpen` for who has another one.
        """
        require(principal, Permission.TAKE_TICKET)
        async with self._database.write() as session:
            ticket = await _own(session, principal, ticket_id)
            if not ticket.is_callback and ticket.worker_id == principal.person_id and ticket.state in IN_SESSION:
                return ticket_view(ticket)
            _require_in(ticket, TicketState.CALLING_BACK, TicketState.CALLED)
            callback = await store.open_of(session, ticket.id)
            step = Step(
                TicketState.CALLED, events.TicketCalled, changes={**_taken_by(principal, ticket, callback), "calls": 1}
            )
            called = await self._transitions.ticket(session, ticket, step)
            await store.move(session, callback, CallbackState.ANSWERED, {})
        return ticket_view(called)

    async def postpone(self, principal: Principal, ticket_id: str) -> None:
        """Not now: it counts as an attempt, and the clerk is free. Raises `NotYourTicket`, `NotInThisState`."""
        require(principal, Permission.TAKE_TICKET)
        async with self._database.write() as session:
            ticket = await _own(session, principal, ticket_id)
            _require_in(ticket, TicketState.CALLING_BACK, TicketState.CALLBACK_SCHEDULED)
            await self._miss(session, ticket, await store.open_of(session, ticket.id), principal.person_id)
        await self._matchmaker.match()

    async def wait_again(self, principal: Principal, ticket_id: str) -> TicketView:
        """The resident is back before the call: the ticket waits again, at the page of who asks, credit kept.

        The same when asked twice. Raises `NotYourTicket`, `NotInThisState`, `TicketAlreadyOpen`.
        """
        require(principal, Permission.TAKE_TICKET)
        async with self._database.write() as session:
            ticket = await _own(session, principal, ticket_id)
            if ticket.worker_id == principal.person_id and ticket.state is TicketState.WAITING:
                return ticket_view(ticket)
            _require_in(ticket, TicketState.CALLBACK_SCHEDULED, TicketState.WAITING)
            callback = await store.open_of(session, ticket.id)
            changes = _taken_by(principal, ticket, callback)
            step = Step(TicketState.WAITING, events.CallbackWithdrawn, changes=changes)
            waits = await self._transitions.ticket(session, ticket, step)
            await store.move(session, callback, CallbackState.WITHDRAWN, {})
        await self._matchmaker.match()
        return ticket_view(waits)

    async def of(self, principal: Principal) -> list[tuple[Callback, TicketView]]:
        """Those that ring for the person, the newest first: open ones, and those of today that reached nobody."""
        today = self._ports.rules.day(self._ports.clock.now())
        since = datetime.combine(today, time(), ZoneInfo(self._ports.rules.zone))
        async with self._database.read() as session:
            found = await store.of_place(session, place_of(principal), since)
            known = {one.id: one for one in await tickets.tickets_of(session, [one.ticket_id for one in found])}
        return [(one, ticket_view(known[one.ticket_id])) for one in found if one.ticket_id in known]

    async def of_ticket(self, ticket_id: str) -> Callback | None:
        """The ticket's callback that is open."""
        async with self._database.read() as session:
            return await store.open_or_none(session, ticket_id)

    async def latest(self, ticket_id: str) -> datetime | None:
        """Until when somebody can call back for this ticket today; None when it is too late. Raises `NoSuchTicket`."""
        async with self._database.read() as session:
            return await self._latest(session, await tickets.ticket(session, ticket_id))

    async def miss(self, callback_id: str) -> None:
        """It rang in vain: the clerk is free, and it rings again after a while, or never."""
        async with self._database.write() as session:
            callback = await store.callback(session, callback_id)
            if callback.rings_until is None or callback.rings_until > self._ports.clock.now():
                return
            ticket = await tickets.ticket(session, callback.ticket_id)
            if ticket.state is TicketState.CALLING_BACK:
                await self._miss(session, ticket, callback)
            else:
                await _set_aside(session, callback)

    async def expire(self, callback_id: str) -> None:
        """Its deadline has passed: it is over, unless it is offered to a clerk just now."""
        async with self._database.write() as session:
            callback = await store.callback(session, callback_id)
            if callback.state is CallbackState.SCHEDULED and callback.deadline <= self._ports.clock.now():
                ticket = await tickets.ticket(session, callback.ticket_id)
                if ticket.state is TicketState.CALLBACK_SCHEDULED:
                    await self._fail(session, ticket, callback, TOO_LATE)
                elif not ticket.is_callback:
                    await _set_aside(session, callback)

    async def _ask(self, principal: Principal, ticket_id: str, until: datetime | None) -> Callback:
        async with self._database.write() as session:
            ticket = await _own(session, principal, ticket_id)
            if ticket.is_callback and (asked := await store.open_or_none(session, ticket.id)) is not None:
                return asked
            _require_in(ticket, TicketState.WAITING, TicketState.CALLBACK_SCHEDULED)
            callback = await self._new(session, principal, ticket, until)
            await self._require_room(session, callback.rings_at)
            await store.add(session, callback)
            changes = {
                "channel": CALLBACK,
                "grants": sorted({*ticket.grants, CALLBACK}),
                "not_before": None,
                "actor_id": principal.person_id,
            }
            told = {"until": callback.deadline}
            step = Step(TicketState.CALLBACK_SCHEDULED, events.CallbackAsked, told, changes)
            await self._transitions.ticket(session, ticket, step)
        return callback

    async def _new(
        self, session: WriteSession, principal: Principal, ticket: Ticket, until: datetime | None
    ) -> Callback:
        now, latest = self._ports.clock.now(), await self._latest(session, ticket)
        deadline = latest if latest is None or until is None else min(latest, until)
        if deadline is None or deadline < now + timedelta(seconds=self._ports.rules.callback_rings):
            raise CallbackTooLate
        return Callback(
            id=self._ports.identifiers.new(),
            ticket_id=ticket.id,
            rings_at=place_of_ticket(ticket.site_id, ticket.worker_id),
            version=1,
            state=CallbackState.SCHEDULED,
            asked_at=now,
            asked_by=principal.person_id,
            channel=ticket.channel,
            deadline=deadline,
            attempts=0,
            rings_until=None,
            reason=None,
        )

    async def _require_room(self, session: WriteSession, place: str) -> None:
        await take_turn(session, f"callbacks of {place}")
        limit = 1 if is_visitor(place) else self._ports.rules.callbacks_at_most
        if await store.count_open(session, place) >= limit:
            raise TooManyCallbacks(limit=limit)

    async def _latest(self, session: ReadSession, ticket: Ticket) -> datetime | None:
        """The last close of today, or the day's end while somebody serves the queue although hours say otherwise."""
        rules, now = self._ports.rules, self._ports.clock.now()
        zone, today = ZoneInfo(rules.zone), rules.day(now)
        midnight = datetime.combine(today + _DAY, time(), zone).astimezone(UTC)
        units = await self._ports.catalogue.units(ticket.home_id, ticket.department_id)
        closes = last_close(units, today, zone)
        if closes is not None and closes >= now + timedelta(seconds=rules.callback_rings):
            return min(closes, midnight)
        return midnight if await self._open_desks.is_served(session, ticket.queue) else None

    async def _miss(self, session: WriteSession, ticket: Ticket, callback: Callback, by: str | None = None) -> None:
        rules, made = self._ports.rules, callback.attempts + 1
        now, deadline = self._ports.clock.now().timestamp(), callback.deadline.timestamp()
        again = next_attempt(made, rules.callback_attempts, now, rules.callback_delay, deadline)
        if again is None:
            reason = NOT_REACHED if made >= rules.callback_attempts else TOO_LATE
            await self._fail(session, ticket, callback, reason, made)
        else:
            not_before = datetime.fromtimestamp(again, UTC)
            changes = {**NOBODY, "not_before": not_before, "reason": "not_answered", "actor_id": by}
            step = Step(TicketState.CALLBACK_SCHEDULED, events.CallbackMissed, {"attempts": made}, changes)
            await self._transitions.ticket(session, ticket, step)
            await store.move(session, callback, CallbackState.SCHEDULED, {"attempts": made})
        if ticket.clerk_id is not None:
            desk = await desks.desk(session, ticket.clerk_id)
            await self._transitions.desk(session, desk, state=ClerkState.IDLE)

    async def _fail(
        self, session: WriteSession, ticket: Ticket, callback: Callback, reason: str, attempts: int | None = None
    ) -> None:
        step = Step(TicketState.EXPIRED, events.TicketExpired, changes={**NOBODY, "reason": reason})
        await self._transitions.ticket(session, ticket, step)
        made = callback.attempts if attempts is None else attempts
        await store.move(session, callback, CallbackState.FAILED, {"reason": reason, "attempts": made})


async def _own(session: ReadSession, principal: Principal, ticket_id: str) -> Ticket:
    """The ticket that the person may handle: the point's, but no visitor's of the same site, or the visitor's own."""
    ticket = await tickets.ticket(session, ticket_id)
    if place_of_ticket(ticket.site_id, ticket.worker_id) != place_of(principal):
        raise NotYourTicket
    return ticket


async def _set_aside(session: WriteSession, callback: Callback) -> None:
    """Ends what does not fit its ticket: only a database that was damaged from outside holds such a one."""
    await store.move(session, callback, CallbackState.FAILED, {"reason": "set_aside"})


def _require_in(ticket: Ticket, state: TicketState, wanted: TicketState) -> None:
    if ticket.state is not state:
        raise NotInThisState(former=ticket.state.value, state=wanted.value)


def _taken_by(principal: Principal, ticket: Ticket, callback: Callback) -> dict[str, object]:
    """What changes when the resident is there, beside whoever is signed in there by then."""
    return {
        "worker_id": principal.person_id,
        "channel": callback.channel,
        "grants": [reason for reason in ticket.grants if reason != CALLBACK],
        "not_before": None,
        "actor_id": principal.person_id,
    }
