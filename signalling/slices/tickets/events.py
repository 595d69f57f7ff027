"""Whose point page is stale: the worker's whose ticket, session, case, still or place is another."""

from __future__ import annotations

from document_relay.events import CaseClosed, CaseOpened, VisitLeft, WorkerAssigned
from foundation.database import told_if_damaged
from scheduler.queue_core.ticket_life import FINAL
from scheduler.records import CALLBACK, Ticket
from scheduler.views import ticket_view
from signalling.slices.tickets.parts import Parts

_AGE_SECONDS = 3.0
"""While somebody waits, the waiting times are worked out again after that, though nothing has changed."""


def follow(parts: Parts) -> None:
    """Follows the board, the cases, and what the page shows of other slices."""
    registry = parts.registry

    def ticket_changed(_former: Ticket | None, now: Ticket) -> None:
        if now.state in FINAL:
            parts.told.forget(now.id)
        registry.invalidate([now.worker_id], "point")
        parts.pace.changed()

    async def has_another_case(event: CaseOpened | CaseClosed | VisitLeft | WorkerAssigned) -> None:
        registry.invalidate([event.worker_id], "point")

    parts.board.on_ticket(ticket_changed)
    # Who is on duty says how long people wait.
    parts.board.on_desk(lambda _clerk_id: parts.pace.changed())
    parts.bus.subscribe(CaseOpened, has_another_case)
    parts.bus.subscribe(CaseClosed, has_another_case)
    parts.bus.subscribe(WorkerAssigned, has_another_case)
    parts.bus.subscribe(VisitLeft, has_another_case)
    parts.session_changes.subscribe(lambda ticket: registry.invalidate([ticket.worker_id], "point"))
    parts.still_changes.subscribe(lambda worker_id: registry.invalidate([worker_id], "point"))
    parts.hall_changes.subscribe(lambda _: registry.invalidate_face("point", "point"))


async def restore(parts: Parts) -> None:
    """Reads again what was written to those who still wait; a case that is damaged has none, and is told."""
    for ticket in parts.board.waiting():
        with told_if_damaged(parts.damaged, "case_of_ticket", ticket.id):
            parts.told.take_up(ticket.id, await parts.history_of(ticket.id))


async def show_places(parts: Parts) -> None:
    """Works the places out again and again, and shows those that are others; for ever."""
    await parts.pace.run(lambda: show_moved(parts), lambda: _AGE_SECONDS if parts.board.waiting() else None)


async def show_moved(parts: Parts) -> None:
    """Works the places out now, and shows those that are others, and whose windows have opened or closed."""
    moved = [parts.board.ticket(ticket_id) for ticket_id in await parts.places.work_out()]
    moved += parts.openings.moved([ticket_view(one) for one in parts.board.waiting()])
    parts.registry.invalidate([ticket.worker_id for ticket in moved if ticket is not None], "point")
    called_back = [ticket.worker_id for ticket in moved if ticket is not None and ticket.channel == CALLBACK]
    parts.registry.invalidate(parts.called_back.take(called_back, parts.clock.monotonic()), "callbacks")
