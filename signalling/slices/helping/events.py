"""A request ends with the call."""

from __future__ import annotations

from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.records import Ticket
from scheduler.views import ticket_view
from signalling.slices.helping.commands import show
from signalling.slices.helping.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the board."""

    def ticket_changed(_former: Ticket | None, now: Ticket) -> None:
        if now.state not in IN_SESSION and parts.requests.end(now.id):
            show(parts, ticket_view(now))

    parts.board.on_ticket(ticket_changed)
