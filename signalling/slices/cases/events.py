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
from signalling.slices.cases.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets and the cases."""
    _follow_tickets(parts)
    _follow_cases(parts)


def _follow_tickets(parts: Parts) -> None:
    async def taken(event: TicketTaken) -> None:
        await parts.cases.open_case(await parts.board.as_of(event))

    async def called(event: TicketCalled) -> None:
        case_id = await parts.cases.open_case(await parts.board.as_of(event))
        await _assign_worker(parts, case_id, event.worker_id)
        if event.clerk_id is not None:
            name = await parts.catalogue.staff_name(event.clerk_id)
            await parts.case_files.assign_clerk(case_id, event.clerk_id, name)

    async def handed_over(event: TicketHandedOver) -> None:
        case = await parts.case_files.of_ticket(event.ticket_id)
        if case is not None and event.clerk_id is not None:
            name = await parts.catalogue.staff_name(event.clerk_id)
            await parts.case_files.assign_clerk(case.id, event.clerk_id, name)

    async def came_back(event: CallbackWithdrawn) -> None:
        case_id = await parts.cases.open_case(await parts.board.as_of(event))
        await _assign_worker(parts, case_id, event.worker_id)

    async def given_up(event: TicketCancelled | TicketExpired) -> None:
        if (case := await parts.case_files.of_ticket(event.ticket_id)) is not None:
            await parts.case_files.close(case.id)

    parts.bus.subscribe(TicketTaken, taken)
    parts.bus.subscribe(TicketCalled, called)
    parts.bus.subscribe(TicketHandedOver, handed_over)
    parts.bus.subscribe(CallbackWithdrawn, came_back)
    parts.bus.subscribe(TicketCancelled, given_up)
    parts.bus.subscribe(TicketExpired, given_up)


async def _assign_worker(parts: Parts, case_id: str, worker_id: str) -> None:
    """Who answers a callback, or comes back before it, may be another worker of the point."""
    if (await parts.case_files.file(case_id)).worker_id != worker_id:
        await parts.case_files.assign_worker(case_id, worker_id, await parts.cases.name_of(worker_id))


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
