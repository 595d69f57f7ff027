"""Reception: tickets are taken, given up and asked about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import structlog

from directory.principal import Permission, Principal, Visitor, require
from foundation.database import WriteSession, is_damage
from scheduler import events
from scheduler.errors import MovedMeanwhile, NoSuchVisit, NotInThisState, UnknownGrant
from scheduler.matchmaker import Matchmaker
from scheduler.ownership import own_ticket
from scheduler.ports import ItemFacts, Ports, SiteFacts
from scheduler.queue_core.callback_life import OPEN, CallbackState
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.credit import credit_from
from scheduler.queue_core.numbering import ticket_number
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from scheduler.records import LEFT, Ticket
from scheduler.rules import GRANTED_MINUTES
from scheduler.store import callbacks, desks, tickets
from scheduler.transitions import Step, Transitions
from scheduler.views import Handover, TakeTicket, TicketView, ticket_view

_log = structlog.get_logger("scheduler.reception")


class Kept(NamedTuple):
    """For whom a ticket is first, until when, and at which centre it waits."""

    person_id: str
    until: datetime
    home: SiteFacts


class Due(NamedTuple):
    """When an appointment is due, and for whom its ticket is first; None for the queue."""

    at: datetime
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a new ticket is about: the item, the centre that serves it first, the errand it belongs to.

    `due` is the time of its appointment, from which its waiting counts.
    """

    item: ItemFacts
    home: SiteFacts
    visit_id: str
    due: datetime | None = None


class Reception:
    """Takes tickets for the principals of points."""

    def __init__(self, ports: Ports, transitions: Transitions, matchmaker: Matchmaker) -> None:
        self._ports = ports
        self._database = ports.database
        self._transitions = transitions
        self._matchmaker = matchmaker

    async def take_ticket(self, principal: Principal, request: TakeTicket) -> TicketView:
        """Stores a new ticket with its events and lets it be offered at once; returns it as it was taken.

        Raises `Forbidden`, `TicketAlreadyOpen`, `UnknownGrant`, `NoSuchVisit`, or the directory's `NotFound`.
        """
        require(principal, Permission.TAKE_TICKET)
        item = await self._ports.catalogue.item(request.item_id)
        home = await self._ports.catalogue.home(principal.site_id)
        async with self._database.write() as session:
            visit_id = await self._visit(session, principal, request.visit_id)
            ticket = await self._new(session, principal, request, _Matter(item, home, visit_id))
            await self._transitions.taken(session, ticket)
        await self._matchmaker.match()
        return ticket_view(ticket)

    async def take_due(self, session: WriteSession, principal: Principal, request: TakeTicket, due: Due) -> Ticket:
        """Stores the ticket of an appointment in its caller's transaction; raises as `take_ticket`.

        Whoever checks in before the time waits from then on, and who comes late has waited since.
        """
        item = await self._ports.catalogue.item(request.item_id)
        home = await self._ports.catalogue.home(principal.site_id)
        visit_id = await self._visit(session, principal, None)
        ticket = await self._new(session, principal, request, _Matter(item, home, visit_id, due.at))
        if due.kept is not None:
            person, until, site = due.kept
            ticket = replace(ticket, kept_for=person, kept_until=until, home_id=site.id, home_path=site.path)
        await self._transitions.taken(session, ticket)
        return ticket

    async def cancel(self, principal: Principal, ticket_id: str) -> TicketView:
        """Gives the ticket up; an offer that rings for it is withdrawn. Raises `NotYourTicket`, `NotInThisState`."""
        async with self._database.write() as session:
            ticket = await own_ticket(session, principal, ticket_id)
            cancelled = await self._cancel(session, ticket, principal.person_id)
        await self._matchmaker.match()
        return ticket_view(cancelled)

    async def called_back(self) -> list[str]:
        """The visitors who are to be called back."""
        async with self._database.read() as session:
            return await callbacks.places_of(session, Visitor.PREFIX)

    async def cancel_callbacks(self, visitor_ids: Collection[str]) -> None:
        """Gives up what would ring at these visitors, whose links have ended; a clerk who had it rung is free.

        Each in its own transaction: one that is damaged or stranded is told, and keeps no other back.
        """
        async with self._database.read() as session:
            found = await callbacks.open_at(session, visitor_ids)
        for callback in found:
            await self._cancel_callback(callback.id)
        await self._matchmaker.match()

    async def leave(self, principal: Principal, ticket_id: str) -> TicketView:
        """The applicant's side ends the call: ticket completed for the reason `LEFT`, clerk in wrap-up.

        Raises `NotYourTicket`, and `NotInThisState` outside of a call.
        """
        async with self._database.write() as session:
            ticket = await own_ticket(session, principal, ticket_id)
            changes = {"reason": LEFT, "actor_id": principal.person_id}
            step = Step(TicketState.COMPLETED, events.TicketCompleted, changes=changes)
            left = await self._transitions.ticket(session, ticket, step)
            if ticket.clerk_id is not None:
                desk = await desks.desk(session, ticket.clerk_id)
                await self._transitions.desk(session, desk, state=ClerkState.WRAP_UP)
        return ticket_view(left)

    async def ticket(self, ticket_id: str) -> TicketView:
        """The ticket; raises `NoSuchTicket`. Who may see it is the caller's to check."""
        async with self._database.read() as session:
            return ticket_view(await tickets.ticket(session, ticket_id))

    async def numbered(self, site_id: str, number: str) -> list[str]:
        """The tickets that got this number at the centre of a site, the newest first."""
        home = await self._ports.catalogue.home(site_id)
        async with self._database.read() as session:
            return await tickets.numbered(session, home.id, number)

    async def in_session_of_worker(self, worker_id: str) -> TicketView | None:
        """The ticket of this worker that has a session with a clerk, as it is stored now."""
        async with self._database.read() as session:
            found = await tickets.in_session_of_worker(session, worker_id)
        return None if found is None else ticket_view(found)

    async def in_hand_of_clerk(self, clerk_id: str) -> TicketView | None:
        """The ticket that this clerk has in hand, as it is stored now."""
        async with self._database.read() as session:
            found = await tickets.in_hand(session, clerk_id)
        return None if found is None else ticket_view(found)

    def answers(self, ticket: TicketView) -> dict[str, str]:
        """What the resident answered when the ticket was taken; raises `SealBroken`."""
        opened = self._ports.vault.unseal(ticket.data_key, ticket.answers, _sealed_as(ticket.id))
        return msgspec.json.decode(opened, type=dict[str, str])

    def handover(self, ticket: TicketView) -> Handover | None:
        """What the clerk says who transferred it last; None when nobody did. Raises `SealBroken`."""
        if ticket.handover is None:
            return None
        opened = self._ports.vault.unseal(ticket.data_key, ticket.handover, handover_sealed_as(ticket.id))
        return msgspec.json.decode(opened, type=Handover)

    async def _cancel_callback(self, callback_id: str) -> None:
        try:
            async with self._database.write() as session:
                callback = await callbacks.callback(session, callback_id)
                if callback.state not in OPEN:
                    return
                ticket = await tickets.ticket(session, callback.ticket_id)
                if not ticket.is_callback:
                    raise NotInThisState(former=ticket.state, state=TicketState.CANCELLED)
                await self._cancel(session, ticket, ticket.worker_id)
        except MovedMeanwhile:
            # What still rings is given up at the next look.
            _log.info("cancelling_overtaken", callback=callback_id)
        except Exception as error:
            if not is_damage(error):
                raise
            # Nothing that its ticket does ends it any more.
            self._database.damaged("callbacks", callback_id, error)
            async with self._database.write_quietly() as session:
                await callbacks.take_out(session, callback_id)

    async def _cancel(self, session: WriteSession, ticket: Ticket, actor_id: str) -> Ticket:
        ticket = await self._silence(session, ticket)
        step = Step(TicketState.CANCELLED, events.TicketCancelled, changes={"actor_id": actor_id})
        cancelled = await self._transitions.ticket(session, ticket, step)
        if ticket.is_callback:
            await callbacks.end_of(session, ticket.id, CallbackState.CANCELLED)
        if ticket.state in IN_HAND and ticket.clerk_id is not None:
            desk = await desks.desk(session, ticket.clerk_id)
            await self._transitions.desk(session, desk, state=ClerkState.IDLE)
        return cancelled

    async def _silence(self, session: WriteSession, ticket: Ticket) -> Ticket:
        offer = await desks.offer_of(session, ticket.id)
        if offer is None:
            return ticket
        await self._transitions.withdraw(session, offer, "ticket_left", ClerkState.IDLE)
        return await tickets.ticket(session, ticket.id)

    async def _visit(self, session: WriteSession, principal: Principal, visit_id: str | None) -> str:
        if visit_id is not None:
            if await tickets.visit_site(session, visit_id) != principal.site_id:
                raise NoSuchVisit
            return visit_id
        new_id = self._ports.identifiers.new()
        visit = {
            "id": new_id,
            "site_id": principal.site_id,
            "worker_id": principal.person_id,
            "opened_at": self._ports.clock.now(),
        }
        await tickets.add_visit(session, visit)
        return new_id

    async def _new(self, session: WriteSession, principal: Principal, request: TakeTicket, matter: _Matter) -> Ticket:
        now = self._ports.clock.now()
        day = self._ports.rules.day(now)
        issued = await tickets.next_number(session, matter.home.id, day)
        ticket_id, data_key = self._ports.identifiers.new(), self._ports.vault.new_data_key()
        answers = msgspec.json.encode(request.answers)
        return Ticket(
            id=ticket_id,
            visit_id=matter.visit_id,
            day=day,
            number=ticket_number(issued),
            channel="remote" if matter.due is None else "appointment",
            state=TicketState.WAITING,
            state_since=now,
            reason=None,
            version=1,
            site_id=principal.site_id,
            issuer_id=matter.home.id,
            home_id=matter.home.id,
            home_path=matter.home.path,
            department_id=matter.item.department_id,
            item_id=matter.item.id,
            worker_id=principal.person_id,
            taken_at=now,
            credit_from=_credit_from(matter.due or now, request.grants),
            expected_seconds=matter.item.expected_minutes * 60.0,
            calls=0,
            clerk_id=None,
            window_id=None,
            window_name=None,
            data_key=data_key,
            answers=self._ports.vault.seal(data_key, answers, _sealed_as(ticket_id)),
            handover=None,
            grants=sorted({*request.grants, *(() if matter.due is None else ("appointment",))}),
            refused_by=[],
            kept_for=None,
            kept_until=None,
            grace_until=None,
            not_before=None,
        )


def handover_sealed_as(ticket_id: str) -> str:
    """The name under which the handover of a ticket is sealed."""
    return f"handover {ticket_id}"


def _sealed_as(ticket_id: str) -> str:
    return f"answers {ticket_id}"


def _credit_from(since: datetime, grants: tuple[str, ...]) -> datetime:
    for reason in grants:
        if reason not in GRANTED_MINUTES:
            raise UnknownGrant(reason=reason)
    # Several reasons do not add up: the strongest counts.
    minutes = max((GRANTED_MINUTES[reason] for reason in grants), default=0.0)
    return datetime.fromtimestamp(credit_from(since.timestamp(), minutes * 60.0), UTC)
