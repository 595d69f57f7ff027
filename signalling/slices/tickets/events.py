"""Whose point page is stale: the worker's whose ticket, session, case, still or place is another."""

from __future__ import annotations

from document_relay.events import CaseClosed, CaseOpened
from scheduler.records import Ticket
from signalling.slices.tickets.parts import Parts

_AGE_SECONDS = 3.0
"""While somebody waits, the waiting times are worked out again after that, though nothing has changed."""


def follow(parts: Parts) -> None:
    """Follows the board, the cases, and what the page shows of other slices."""
    registry = parts.registry

    def ticket_changed(_former: Ticket | None, now: Ticket) -> None:
        registry.invalidate([now.worker_id], "point")
        parts.pace.changed()

    async def has_another_case(event: CaseOpened | CaseClosed) -> None:
        registry.invalidate([event.worker_id], "point")

    parts.board.on_ticket(ticket_changed)
    # Who is on duty says how long people wait.
    parts.board.on_desk(lambda _clerk_id: parts.pace.changed())
    parts.bus.subscribe(CaseOpened, has_another_case)
    parts.bus.subscribe(CaseClosed, has_another_case)
    parts.session_changes.subscribe(lambda ticket: registry.invalidate([ticket.worker_id], "point"))
    parts.still_changes.subscribe(lambda worker_id: registry.invalidate([worker_id], "point"))
    parts.hall_changes.subscribe(lambda _: registry.invalidate_face("point", "point"))


async def show_places(parts: Parts) -> None:
    """Works the places out again and again, and shows those that are others; for ever."""
    await parts.pace.run(lambda: show_moved(parts), lambda: _AGE_SECONDS if parts.board.waiting() else None)


async def show_moved(parts: Parts) -> None:
    """Works the places out now, and shows those that are others."""
    moved = [parts.board.ticket(ticket_id) for ticket_id in await parts.places.work_out()]
    parts.registry.invalidate([ticket.worker_id for ticket in moved if ticket is not None], "point")
