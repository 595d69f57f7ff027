"""Whose desk and whose queue are stale."""

from __future__ import annotations

from document_relay.events import ClerkAssigned
from scheduler.board import clerks_of, states_of
from scheduler.queue_core.ticket_life import IN_LINE
from scheduler.records import Ticket
from signalling.slices.desks.parts import Parts
from signalling.transport.websocket.pace import never


def follow(parts: Parts) -> None:
    """Follows the board, the cases and the sessions."""
    registry = parts.registry

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        registry.invalidate(clerks_of(former, now), "desk")
        if IN_LINE & states_of(former, now):
            parts.pace.changed()

    async def has_the_case(event: ClerkAssigned) -> None:
        registry.invalidate([event.clerk_id], "desk")

    parts.board.on_ticket(ticket_changed)
    # Its window may be another, and with it what it may serve.
    parts.board.on_desk(lambda clerk_id: registry.invalidate([clerk_id], "desk", "queue"))
    parts.bus.subscribe(ClerkAssigned, has_the_case)
    parts.session_changes.subscribe(lambda ticket: registry.invalidate([ticket.clerk_id], "desk"))


async def show_queues(parts: Parts) -> None:
    """Shows the queues that have changed, for ever."""
    await parts.pace.run(lambda: show_queue_again(parts), never)


async def show_queue_again(parts: Parts) -> None:
    """Has every clerk shown their queue again; who sees no change is sent nothing."""
    parts.registry.invalidate_face("window", "queue")
