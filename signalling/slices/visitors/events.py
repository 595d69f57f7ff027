"""An invitation that ends takes the visitor's page with it; the clerk sees how far the visitors are."""

from __future__ import annotations

import asyncio

import structlog

from directory.principal import is_visitor
from foundation.database import DatabaseBusy
from scheduler.records import Ticket
from signalling.slices.visitors.parts import Parts

_log = structlog.get_logger("signalling.visitors")
_VISITS_SECONDS = 2.0


def follow(parts: Parts) -> None:
    """Follows the ends of visits, and visitors' tickets."""

    def ticket_changed(_former: Ticket | None, now: Ticket) -> None:
        if is_visitor(now.worker_id) and (host := parts.visits.host_of(now.worker_id)) is not None:
            parts.registry.invalidate([host], "invitations")

    parts.visits.on_end(lambda visitor: parts.registry.end_session(visitor.staff_id))
    parts.board.on_ticket(ticket_changed)


async def follow_visits(parts: Parts) -> None:
    """Looks for visits that the clock or another process has ended."""
    while True:
        await asyncio.sleep(_VISITS_SECONDS)
        try:
            await parts.visits.follow()
        except DatabaseBusy:
            _log.warning("ended_visits_not_looked_for")
