"""A ticket opens its case, the clerk who is called has it in hand, and who watches it is shown every change."""

from __future__ import annotations

from document_relay.events import CASE_EVENTS, CaseEvent, PageDelivered
from scheduler.events import (
    CallbackWithdrawn,
    TicketCalled,
    TicketCancelled,
    TicketExpired,
    TicketHandedOver,
    TicketTaken,
)
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from signalling.slices.cases.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets and the cases."""
    _follow_tickets(parts)
    _follow_cases(parts)


def _follow_tickets(parts: Parts) -> None:
    async def taken(event: TicketTaken) -> None:
        await parts.cases.open_case(await parts.board.as_of(event))

    async def passed_on(event: TicketCalled | TicketHandedOver | CallbackWithdrawn) -> None:
        # Heard again, or late, the event tells of people who may have the ticket no more: the ticket says who has it.
        ticket = await parts.board.as_of(event)
        case = await parts.case_files.file(await parts.cases.open_case(ticket))
        # Who answers a callback, or comes back before it, may be another worker of the point.
        if case.worker_id != ticket.worker_id:
            await parts.case_files.assign_worker(case.id, ticket.worker_id, await parts.cases.name_of(ticket.worker_id))
        # Of a call that is over, the case may be in other hands since.
        served = ticket.state is TicketState.COMPLETED and case.clerk_id is None
        if ticket.clerk_id is not None and (ticket.state in IN_HAND or served):
            name = await parts.catalogue.staff_name(ticket.clerk_id)
            await parts.case_files.assign_clerk(case.id, ticket.clerk_id, name)

    async def given_up(event: TicketCancelled | TicketExpired) -> None:
        if (case := await parts.case_files.of_ticket(event.ticket_id)) is not None:
            await parts.case_files.close(case.id)

    parts.bus.subscribe(TicketTaken, taken)
    parts.bus.subscribe(TicketCalled, passed_on)
    parts.bus.subscribe(TicketHandedOver, passed_on)
    parts.bus.subscribe(CallbackWithdrawn, passed_on)
    parts.bus.subscribe(TicketCancelled, given_up)
    parts.bus.subscribe(TicketExpired, given_up)


def _follow_cases(parts: Parts) -> None:
    async def changed(event: CaseEvent) -> None:
        parts.registry.invalidate_case(event.case_id)

    async def delivered(event: PageDelivered) -> None:
        # It answers the clerk's request for a still, so that the next request is a new one.
        case = await parts.case_files.file(event.case_id)
        parts.stills.end(case.worker_id, event.material_id)
        parts.registry.invalidate_case(event.case_id)

    for kind in CASE_EVENTS:
        parts.bus.subscribe(kind, changed)
    parts.bus.subscribe(PageDelivered, delivered)
