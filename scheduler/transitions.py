"""The steps that the services compose: each moves rows and stores the events in its caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from foundation.clock import Clock
from foundation.database import Outbox, WriteSession
from foundation.identifiers import Identifiers
from scheduler import events
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.ticket_life import TicketState
from scheduler.records import DeskRecord, Offer, Ticket
from scheduler.rules import Rules
from scheduler.store import callbacks, desks, tickets

NOBODY: Mapping[str, Any] = dict.fromkeys(
    ("clerk_id", "window_id", "window_name", "grace_until", "kept_for", "kept_until")
)
"""The columns of a ticket that no clerk has any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a ticket: the new state, the fact that tells it with what it says, columns that change."""

    state: TicketState
    fact: type[events.TicketEvent]
    told: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


class Transitions:
    """Moves tickets and desks, and tells of it."""

    def __init__(self, outbox: Outbox, clock: Clock, identifiers: Identifiers, rules: Rules) -> None:
        self._outbox = outbox
        self._clock = clock
        self._identifiers = identifiers
        self._rules = rules

    async def ticket(self, session: WriteSession, ticket: Ticket, step: Step) -> Ticket:
        """Moves one ticket; raises as `store.tickets.move`."""
        moved = await tickets.move(session, ticket, step.state, self._clock.now(), step.changes)
        # What ends an offer or a session still names the clerk who had it.
        named = moved if moved.clerk_id else replace(ticket, worker_id=moved.worker_id)
        await self.tell(session, step.fact, named, {"version": moved.version, **step.told})
        told = {"version": moved.version, "former": ticket.state.value, "state": moved.state.value}
        await self.tell(session, events.TicketMoved, named, told)
        return moved

    async def taken(self, session: WriteSession, ticket: Ticket) -> None:
        """Stores a new ticket."""
        await tickets.add_ticket(session, ticket)
        await self.tell(session, events.TicketTaken, ticket, {"version": ticket.version})

    async def desk(self, session: WriteSession, desk: DeskRecord, **changes: Any) -> DeskRecord:
        """Changes one desk; a wrap-up that begins has its end. Raises as `store.desks.move_desk`."""
        if "state" in changes:
            now = self._clock.now()
            ends = now + timedelta(seconds=self._rules.wrap_up_lasts)
            until = ends if changes["state"] is ClerkState.WRAP_UP else None
            changes = {"state_since": now, "wrap_up_until": until} | changes
        moved = await desks.move_desk(session, desk, changes)
        await self.desk_changed(session, moved)
        return moved

    async def desk_changed(self, session: WriteSession, desk: DeskRecord) -> None:
        """Tells that a desk is another."""
        told = events.DeskChanged(clerk_id=desk.clerk_id, version=desk.version, window_id=desk.window_id)
        await self._outbox.add(session, told)

    async def offer(self, session: WriteSession, ticket: Ticket, desk: DeskRecord) -> Offer:
        """Claims ticket and clerk for one another; raises `MovedMeanwhile` when either is free no more."""
        now = self._clock.now()
        new = Offer(
            id=self._identifiers.new(),
            ticket_id=ticket.id,
            clerk_id=desk.clerk_id,
            made_at=now,
            expires_at=now + timedelta(seconds=self._rules.offer_lasts),
            outcome=desks.OPEN,
            ended_at=None,
        )
        await desks.add_offer(session, new)
        holder = {
            "clerk_id": desk.clerk_id,
            "window_id": desk.window_id,
            "window_name": desk.window_name,
            "actor_id": None,
        }
        told = {"offer_id": new.id, "expires_at": new.expires_at}
        await self.ticket(session, ticket, Step(TicketState.OFFERED, events.TicketOffered, told, holder))
        await self.desk(session, desk, state=ClerkState.RINGING)
        return new

    async def accept(self, session: WriteSession, offer: Offer) -> Ticket:
        """The clerk answers: the ticket is called, or its point rings; the clerk serves.

        Raises `OfferOver`, `NoSuchCallback`.
        """
        await desks.end_offer(session, offer.id, "accepted", self._clock.now())
        ticket = await tickets.ticket(session, offer.ticket_id)
        if ticket.is_callback:
            called = await self._ring(session, ticket, offer.clerk_id)
        else:
            changes = {"calls": 1, "actor_id": offer.clerk_id}
            step = Step(TicketState.CALLED, events.TicketCalled, changes=changes)
            called = await self.ticket(session, ticket, step)
        desk = await desks.desk(session, offer.clerk_id)
        await self.desk(session, desk, state=ClerkState.SERVING)
        return called

    async def withdraw(self, session: WriteSession, offer: Offer, outcome: str, to: ClerkState) -> DeskRecord:
        """Ends an open offer: the ticket waits at its old place, the clerk goes `to`; raises `OfferOver`."""
        await desks.end_offer(session, offer.id, outcome, self._clock.now())
        ticket = await tickets.ticket(session, offer.ticket_id)
        refused = [*ticket.refused_by, offer.clerk_id] if outcome == "rejected" else ticket.refused_by
        changes = {**NOBODY, "refused_by": refused, "reason": outcome}
        told = {"offer_id": offer.id, "outcome": outcome}
        await self.ticket(session, ticket, Step(_waits(ticket), events.OfferWithdrawn, told, changes))
        return await self.desk(session, await desks.desk(session, offer.clerk_id), state=to)

    async def give_back(self, session: WriteSession, ticket: Ticket, reason: str, **changed: Any) -> Ticket:
        """Lets a ticket wait again at its old place, or with `changed` columns at another one."""
        changes = {**NOBODY, **changed, "reason": reason}
        step = Step(_waits(ticket), events.TicketReturned, {"reason": reason}, changes)
        given = await self.ticket(session, ticket, step)
        if ticket.state is TicketState.CALLING_BACK and (callback := await callbacks.open_or_none(session, ticket.id)):
            await callbacks.move(session, callback, CallbackState.SCHEDULED, {})
        return given

    async def tell(
        self, session: WriteSession, fact: type[events.TicketEvent], ticket: Ticket, told: Mapping[str, Any]
    ) -> None:
        """Stores a fact about the ticket."""
        common: dict[str, Any] = {
            "at": self._clock.now(),
            "ticket_id": ticket.id,
            "visit_id": ticket.visit_id,
            "number": ticket.number,
            "item_id": ticket.item_id,
            "department_id": ticket.department_id,
            "site_id": ticket.site_id,
            "worker_id": ticket.worker_id,
            "clerk_id": ticket.clerk_id,
            "window_id": ticket.window_id,
        }
        await self._outbox.add(session, fact(**common, **told))

    async def _ring(self, session: WriteSession, ticket: Ticket, clerk_id: str) -> Ticket:
        until = self._clock.now() + timedelta(seconds=self._rules.callback_rings)
        step = Step(TicketState.CALLING_BACK, events.CallbackRings, {"until": until}, {"actor_id": clerk_id})
        rings = await self.ticket(session, ticket, step)
        callback = await callbacks.open_of(session, ticket.id)
        await callbacks.move(session, callback, CallbackState.RINGING, {"rings_until": until})
        return rings


def _waits(ticket: Ticket) -> TicketState:
    """Where a ticket has its place again that a clerk lets go of."""
    return TicketState.CALLBACK_SCHEDULED if ticket.is_callback else TicketState.WAITING
