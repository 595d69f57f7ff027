"""The desk: a clerk opens a window, is offered tickets, answers them, and works them to their end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from directory.principal import Permission, Principal, require
from foundation.database import WriteSession
from scheduler import events
from scheduler.errors import (
    CalledTooOften,
    ClerkBusy,
    MovedMeanwhile,
    NoSuchTicket,
    NotInThisState,
    NotYourTicket,
    NotYourWindow,
    OfferOver,
    WindowNotOpen,
)
from scheduler.matchmaker import Matchmaker
from scheduler.ownership import own_ticket
from scheduler.ports import Ports, WindowFacts
from scheduler.presence import window_page
from scheduler.queue_core import window_life
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.ticket_life import TicketState
from scheduler.queue_core.window_life import WindowState
from scheduler.records import SETTLED, DeskRecord, Offer, Ticket
from scheduler.store import desks, tickets
from scheduler.transitions import Step, Transitions
from scheduler.views import TicketView, ticket_view

_BUSY = frozenset({ClerkState.RESERVED, ClerkState.RINGING, ClerkState.SERVING})


class _Hand(NamedTuple):
    session: WriteSession
    desk: DeskRecord
    ticket: Ticket


class Desk:
    """Everything clerks do, and what a point does to a ticket that has been called.

    A method that names a ticket acts on that one alone: `MovedMeanwhile` when the clerk has another one in hand.
    Every method is one transaction, and where it frees a clerk or a ticket, they are matched then. Each raises
    `NoDesk`, `NoSuchTicket`, `NotYourTicket`, `NotInThisState` or `MovedMeanwhile` where they fit.
    """

    def __init__(self, ports: Ports, transitions: Transitions, matchmaker: Matchmaker) -> None:
        self._ports = ports
        self._database = ports.database
        self._transitions = transitions
        self._matchmaker = matchmaker

    async def open_window(self, principal: Principal, window_id: str) -> None:
        """Opens the window (or goes on after a pause or a reload): the clerk is available, and offers begin.

        Raises `Forbidden`, `WindowTaken`, `NotYourWindow`, `ClerkBusy`.
        """
        require(principal, Permission.SERVE)
        window = await self._ports.catalogue.window(window_id)
        known = await self._ports.catalogue.skills(principal.person_id)
        skills = {one: level for one, level in known.items() if one in window.department_ids}
        if window.site.id != principal.site_id or not skills:
            raise NotYourWindow
        await self._ports.presence.heartbeat(window_page(principal.person_id))
        async with self._database.write() as session:
            desk = await desks.desk_or_none(session, principal.person_id)
            if desk is None:
                new = self._new_desk(principal.person_id, window, skills)
                await self._transitions.desk_changed(session, await desks.add_desk(session, new))
            else:
                await self._reopen(session, desk, window, skills)
        await self._matchmaker.match()

    async def close_window(self, principal: Principal) -> None:
        """Ends the clerk's work at the window: closed and logged out. Raises `ClerkBusy` while one is served."""
        async with self._database.write() as session:
            desk = await self._silence(session, await desks.desk(session, principal.person_id))
            if desk.state is ClerkState.SERVING:
                raise ClerkBusy
            closed = {"window_state": WindowState.CLOSED, "status": ClerkStatus.LOGGED_OUT}
            await self._transitions.desk(session, desk, state=ClerkState.IDLE, **closed)
        await self._matchmaker.match()

    async def set_status(self, principal: Principal, status: ClerkStatus) -> None:
        """The clerk's own choice; "available" also ends `away_no_answer`. What rings goes back on any other.

        "logged_out" closes the window.
        """
        if status is ClerkStatus.LOGGED_OUT:
            await self.close_window(principal)
            return
        async with self._database.write() as session:
            desk = await desks.desk(session, principal.person_id)
            if status is not ClerkStatus.AVAILABLE:
                desk = await self._silence(session, desk)
            elif desk.state is ClerkState.AWAY_NO_ANSWER:
                desk = await self._transitions.desk(session, desk, state=ClerkState.IDLE)
            await self._transitions.desk(session, desk, status=status)
        await self._matchmaker.match()

    async def call_next(self, principal: Principal) -> str | None:
        """Takes the best ticket at once, without ringing, also out of wrap-up or `away_no_answer`.

        Returns its identifier, None when nobody waits. Raises `WindowNotOpen`, `ClerkBusy`.
        """
        async with self._database.write() as session:
            desk = await desks.desk(session, principal.person_id)
            if desk.window_state not in window_life.SERVING:
                raise WindowNotOpen
            if desk.state in _BUSY:
                raise ClerkBusy
            ticket = await self._matchmaker.take_for(session, desk)
            if ticket is not None:
                await self._transitions.accept(session, await self._transitions.offer(session, ticket, desk))
                desk = await desks.desk(session, desk.clerk_id)
            elif desk.state is not ClerkState.IDLE:
                desk = await self._transitions.desk(session, desk, state=ClerkState.IDLE)
            if desk.status is not ClerkStatus.AVAILABLE:
                await self._transitions.desk(session, desk, status=ClerkStatus.AVAILABLE)
        return None if ticket is None else ticket.id

    async def accept(self, principal: Principal, offer_id: str) -> None:
        """Answers the offer: the ticket is called, and the point enters. Raises `NoSuchOffer`, `OfferOver`."""
        async with self._database.write() as session:
            offer = await self._ringing(session, principal, offer_id)
            await self._transitions.accept(session, offer)

    async def reject(self, principal: Principal, offer_id: str, reason: str) -> None:
        """Gives the ticket back to its place; it is not offered to this clerk again. Raises as `accept`."""
        async with self._database.write() as session:
            offer = await self._ringing(session, principal, offer_id)
            await self._transitions.withdraw(session, offer, "rejected", ClerkState.IDLE)
        await self._matchmaker.match()

    async def enter_call(self, principal: Principal, ticket_id: str) -> TicketView:
        """The point has entered: called → serving. Calling it again while serving changes nothing."""
        async with self._database.write() as session:
            ticket = await own_ticket(session, principal, ticket_id)
            if ticket.state is not TicketState.SERVING:
                changes = {"actor_id": principal.person_id}
                step = Step(TicketState.SERVING, events.TicketServing, changes=changes)
                ticket = await self._transitions.ticket(session, ticket, step)
        return ticket_view(ticket)

    async def recall(self, principal: Principal, ticket_id: str) -> None:
        """Calls the ticket in hand once more. Raises `CalledTooOften`."""
        async with self._in_hand(principal, ticket_id) as hand:
            calls = hand.ticket.calls + 1
            if calls > self._ports.rules.calls_at_most:
                raise CalledTooOften(limit=self._ports.rules.calls_at_most)
            changes = {"calls": calls, "actor_id": principal.person_id}
            step = Step(TicketState.RECALLED, events.TicketRecalled, {"calls": calls}, changes)
            await self._transitions.ticket(hand.session, hand.ticket, step)
            await self._transitions.desk_changed(hand.session, hand.desk)

    async def no_show(self, principal: Principal, ticket_id: str) -> None:
        """Nobody came: the ticket is put aside (see `reinstate`), the clerk is free."""
        step = Step(TicketState.NO_SHOW, events.TicketNotShown)
        await self._end(principal, ticket_id, step, ClerkState.IDLE)

    async def reinstate(self, principal: Principal, ticket_id: str) -> TicketView:
        """The people of a no-show came back: it waits again, credit kept; for its point or its home centre.

        Raises `TicketAlreadyOpen` when the worker has taken another ticket since.
        """
        async with self._database.write() as session:
            ticket = await tickets.ticket(session, ticket_id)
            if not any(principal.speaks_for(site, ticket.worker_id) for site in (ticket.site_id, ticket.home_id)):
                raise NotYourTicket
            if ticket.state is not TicketState.NO_SHOW:
                raise NotInThisState(former=ticket.state.value, state=TicketState.WAITING.value)
            await self._transitions.give_back(session, ticket, "reinstated")
        await self._matchmaker.match()
        async with self._database.read() as session:
            return ticket_view(await tickets.ticket(session, ticket_id))

    async def hold(self, principal: Principal, ticket_id: str) -> None:
        """Puts the session on hold; it stays open."""
        await self._turn(principal, ticket_id, Step(TicketState.ON_HOLD, events.TicketHeld))

    async def resume(self, principal: Principal, ticket_id: str) -> None:
        """Goes on after a hold or an interruption."""
        await self._turn(principal, ticket_id, _resumed())

    async def finish(self, principal: Principal, ticket_id: str, outcome: str = SETTLED) -> None:
        """The visit is over, with what came of it: ticket completed, clerk in wrap-up, afterwards idle by itself."""
        step = Step(TicketState.COMPLETED, events.TicketCompleted, changes={"reason": outcome})
        await self._end(principal, ticket_id, step, ClerkState.WRAP_UP)

    async def end_wrap_up(self, principal: Principal) -> None:
        """The clerk is ready before the wrap-up ran out; raises `NotInThisState` outside of a wrap-up."""
        async with self._database.write() as session:
            desk = await desks.desk(session, principal.person_id)
            if desk.state is not ClerkState.WRAP_UP:
                raise NotInThisState(former=desk.state.value, state=ClerkState.IDLE.value)
            await self._transitions.desk(session, desk, state=ClerkState.IDLE)
        await self._matchmaker.match()

    async def extend_wrap_up(self, principal: Principal) -> None:
        """The clerk needs longer, up to the most that the rules allow; raises `NotInThisState` outside of a wrap-up."""
        rules, now = self._ports.rules, self._ports.clock.now()
        async with self._database.write() as session:
            desk = await desks.desk(session, principal.person_id)
            if desk.state is not ClerkState.WRAP_UP:
                raise NotInThisState(former=desk.state.value, state=ClerkState.WRAP_UP.value)
            latest = desk.state_since + timedelta(seconds=rules.wrap_up_at_most)
            until = min(now + timedelta(seconds=rules.wrap_up_extends), latest)
            await self._transitions.desk(session, desk, wrap_up_until=max(until, desk.wrap_up_until or until))

    async def reserve(self, clerk_id: str) -> None:
        """The clerk is in another's session: no ticket comes meanwhile. Without an open window nothing happens.

        Raises `ClerkBusy` while a ticket rings or is in hand.
        """
        async with self._database.write() as session:
            desk = await desks.desk_or_none(session, clerk_id)
            if desk is None or desk.window_state is WindowState.CLOSED:
                return
            if desk.state in _BUSY:
                raise ClerkBusy
            if desk.state is not ClerkState.LOST:
                await self._transitions.desk(session, desk, state=ClerkState.RESERVED)

    async def release(self, clerk_id: str, *, wrap_up: bool = False) -> None:
        """The clerk is in another's session no more: idle, or in wrap-up; who is not reserved stays as they are."""
        async with self._database.write() as session:
            desk = await desks.desk_or_none(session, clerk_id)
            if desk is None or desk.state is not ClerkState.RESERVED:
                return
            await self._transitions.desk(session, desk, state=ClerkState.WRAP_UP if wrap_up else ClerkState.IDLE)
        await self._matchmaker.match()

    async def link_lost(self, ticket_id: str, reason: str = "link_lost") -> None:
        """One side's link is gone: serving or on_hold → interrupted, with a grace period; else nothing happens.

        With the reason `due.PAGE_SILENT` the timers resume it when both pages send heartbeats
        again; otherwise `link_back` or the clerk's `resume` does.
        """
        async with self._database.write() as session:
            ticket = await tickets.ticket(session, ticket_id)
            if ticket.state not in (TicketState.SERVING, TicketState.ON_HOLD):
                return
            until = self._ports.clock.now() + timedelta(seconds=self._ports.rules.grace_lasts)
            changes = {"grace_until": until, "reason": reason}
            step = Step(TicketState.INTERRUPTED, events.TicketInterrupted, {"until": until}, changes)
            await self._change_in_hand(session, ticket, step)

    async def link_back(self, ticket_id: str) -> None:
        """Both sides are linked again: interrupted → serving; else nothing happens."""
        async with self._database.write() as session:
            ticket = await tickets.ticket(session, ticket_id)
            if ticket.state is TicketState.INTERRUPTED:
                await self._change_in_hand(session, ticket, _resumed())

    async def _turn(self, principal: Principal, ticket_id: str, step: Step) -> None:
        async with self._in_hand(principal, ticket_id) as hand:
            await self._transitions.ticket(hand.session, hand.ticket, _by(principal, step))
            await self._transitions.desk_changed(hand.session, hand.desk)

    async def _end(self, principal: Principal, ticket_id: str, step: Step, to: ClerkState) -> None:
        async with self._in_hand(principal, ticket_id) as hand:
            await self._transitions.ticket(hand.session, hand.ticket, _by(principal, step))
            await self._transitions.desk(hand.session, hand.desk, state=to)
        if to is ClerkState.IDLE:
            await self._matchmaker.match()

    async def _change_in_hand(self, session: WriteSession, ticket: Ticket, step: Step) -> None:
        await self._transitions.ticket(session, ticket, step)
        if ticket.clerk_id is not None:
            await self._transitions.desk_changed(session, await desks.desk(session, ticket.clerk_id))

    @asynccontextmanager
    async def _in_hand(self, principal: Principal, ticket_id: str) -> AsyncIterator[_Hand]:
        async with self._database.write() as session:
            desk = await desks.desk(session, principal.person_id)
            ticket = await tickets.in_hand(session, principal.person_id)
            if ticket is None:
                raise NoSuchTicket
            if ticket.id != ticket_id:
                # The command was for the ticket before: done to this one, it would end a stranger's session.
                raise MovedMeanwhile
            yield _Hand(session, desk, ticket)

    async def _ringing(self, session: WriteSession, principal: Principal, offer_id: str) -> Offer:
        offer = await desks.offer(session, offer_id)
        if offer.clerk_id != principal.person_id:
            raise NotYourTicket
        if offer.outcome != desks.OPEN or offer.expires_at <= self._ports.clock.now():
            raise OfferOver
        return offer

    async def _silence(self, session: WriteSession, desk: DeskRecord) -> DeskRecord:
        offer = await desks.offer_to(session, desk.clerk_id)
        if offer is None:
            return desk
        return await self._transitions.withdraw(session, offer, "clerk_left", ClerkState.IDLE)

    async def _reopen(
        self, session: WriteSession, desk: DeskRecord, window: WindowFacts, skills: dict[str, int]
    ) -> None:
        if desk.state in _BUSY and desk.window_id != window.id:
            raise ClerkBusy
        changes = _at_window(window, skills)
        if desk.state in (ClerkState.LOST, ClerkState.AWAY_NO_ANSWER):
            changes["state"] = ClerkState.IDLE
        await self._transitions.desk(session, desk, **changes)

    def _new_desk(self, clerk_id: str, window: WindowFacts, skills: dict[str, int]) -> DeskRecord:
        return DeskRecord(
            clerk_id=clerk_id,
            version=1,
            state=ClerkState.IDLE,
            state_since=self._ports.clock.now(),
            wrap_up_until=None,
            **_at_window(window, skills),
        )


def _at_window(window: WindowFacts, skills: dict[str, int]) -> dict[str, Any]:
    return {
        "site_id": window.site.id,
        "path": window.site.path,
        "skills": skills,
        "window_id": window.id,
        "window_name": window.name,
        "window_state": WindowState.OPEN,
        "status": ClerkStatus.AVAILABLE,
    }


def _by(principal: Principal, step: Step) -> Step:
    return replace(step, changes={**step.changes, "actor_id": principal.person_id})


def _resumed() -> Step:
    return Step(TicketState.SERVING, events.TicketResumed, changes={"grace_until": None})
