"""What happens to tickets and desks when time runs out or a page is gone.

Every method looks again inside its transaction: what another node did meanwhile, or the person at the last
moment, is left as it is.
"""

from __future__ import annotations

from foundation.database import WriteSession
from scheduler import events
from scheduler.callbacks import Callbacks
from scheduler.desk import Desk
from scheduler.ports import Ports
from scheduler.presence import window_page
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.due import PAGE_SILENT, Due, DueAction
from scheduler.queue_core.ticket_life import FINAL, IN_HAND, TicketState
from scheduler.store import callbacks as callbacks_store
from scheduler.store import desks, tickets
from scheduler.transitions import Step, Transitions


class Timeouts:
    """Does what is due."""

    def __init__(self, ports: Ports, transitions: Transitions, desk: Desk, callbacks: Callbacks) -> None:
        self._ports = ports
        self._database = ports.database
        self._transitions = transitions
        self._desk = desk
        self._actions = {
            DueAction.EXPIRE_OFFER: self.expire_offer,
            DueAction.END_WRAP_UP: self.end_wrap_up,
            DueAction.LOSE_CLERK: self.lose_clerk,
            DueAction.FIND_CLERK: self.find_clerk,
            DueAction.INTERRUPT: self.interrupt,
            DueAction.RESUME: self._desk.link_back,
            DueAction.GIVE_BACK: self.give_back,
            DueAction.CLOSE_DAY: self.expire_ticket,
            DueAction.MISS_CALLBACK: callbacks.miss,
            DueAction.EXPIRE_CALLBACK: callbacks.expire,
        }

    async def do(self, due: Due) -> None:
        """Does one action."""
        await self._actions[due.action](due.id)

    async def expire_offer(self, offer_id: str) -> None:
        """Nobody answered: the ticket waits at its old place, the clerk is away_no_answer."""
        async with self._database.write() as session:
            offer = await desks.offer(session, offer_id)
            if offer.outcome == desks.OPEN and offer.expires_at <= self._ports.clock.now():
                await self._transitions.withdraw(session, offer, "timed_out", ClerkState.AWAY_NO_ANSWER)

    async def end_wrap_up(self, clerk_id: str) -> None:
        """The wrap-up ran out: the clerk is idle."""
        async with self._database.write() as session:
            desk = await desks.desk(session, clerk_id)
            if desk.state is ClerkState.WRAP_UP:
                await self._transitions.desk(session, desk, state=ClerkState.IDLE)

    async def lose_clerk(self, clerk_id: str) -> None:
        """The clerk's page is gone: what rings there goes back, the clerk is lost."""
        async with self._database.write() as session:
            desk = await desks.desk(session, clerk_id)
            offer = await desks.offer_to(session, clerk_id)
            if offer is not None:
                await self._transitions.withdraw(session, offer, "clerk_lost", ClerkState.LOST)
            elif desk.state not in (ClerkState.LOST, ClerkState.SERVING):
                await self._transitions.desk(session, desk, state=ClerkState.LOST)

    async def find_clerk(self, clerk_id: str) -> None:
        """A lost clerk's page is there again: the clerk is idle."""
        async with self._database.write() as session:
            desk = await desks.desk(session, clerk_id)
            if desk.state is ClerkState.LOST:
                await self._transitions.desk(session, desk, state=ClerkState.IDLE)

    async def interrupt(self, ticket_id: str) -> None:
        """A page fell silent in a session: the grace period begins."""
        await self._desk.link_lost(ticket_id, PAGE_SILENT)

    async def give_back(self, ticket_id: str) -> None:
        """The grace is over, or the clerk is gone before the point entered: the ticket has its old place.

        A callback that was ringing has not been tried: it rings again when another clerk takes it.
        """
        async with self._database.write() as session:
            ticket = await tickets.ticket(session, ticket_id)
            if ticket.state not in _GIVEN_BACK:
                return
            reason = "grace_over" if ticket.state is TicketState.INTERRUPTED else "clerk_lost"
            await self._transitions.give_back(session, ticket, reason)
            await self._free(session, ticket.clerk_id)

    async def expire_ticket(self, ticket_id: str) -> None:
        """The day is over: the ticket expires, unless a session runs."""
        async with self._database.write() as session:
            ticket = await tickets.ticket(session, ticket_id)
            if ticket.state in FINAL or ticket.state in IN_HAND:
                return
            offer = await desks.offer_of(session, ticket_id)
            if offer is not None:
                await self._transitions.withdraw(session, offer, "ticket_left", ClerkState.IDLE)
                ticket = await tickets.ticket(session, ticket_id)
            step = Step(TicketState.EXPIRED, events.TicketExpired, changes={"reason": "day_closed"})
            await self._transitions.ticket(session, ticket, step)
            if ticket.is_callback:
                await callbacks_store.end_of(session, ticket.id, CallbackState.FAILED, "day_closed")

    async def _free(self, session: WriteSession, clerk_id: str | None) -> None:
        if clerk_id is None:
            return
        silent = await self._ports.presence.silent_for(window_page(clerk_id))
        to = ClerkState.LOST if silent >= self._ports.rules.silent_after else ClerkState.IDLE
        await self._transitions.desk(session, await desks.desk(session, clerk_id), state=to)


_GIVEN_BACK = frozenset({TicketState.INTERRUPTED, TicketState.CALLED, TicketState.RECALLED, TicketState.CALLING_BACK})
