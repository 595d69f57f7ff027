"""Whose list of callbacks is stale: everybody's at the point, or the visitor's own."""

from __future__ import annotations

from scheduler.board import states_of
from scheduler.callbacks import place_of_ticket
from scheduler.queue_core.ticket_life import TicketState
from scheduler.records import Ticket
from signalling.slices.callbacks.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets."""

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        if now.is_callback or (former is not None and former.is_callback):
            place = place_of_ticket(now.site_id, now.worker_id)
            # A visitor is a place of their own.
            parts.registry.invalidate([place, *parts.readers.at(place)], "callbacks")
        if TicketState.WAITING in states_of(former, now):
            # Who begins to wait may ask for one.
            parts.registry.invalidate([now.worker_id], "callbacks")

    parts.board.on_ticket(ticket_changed)
