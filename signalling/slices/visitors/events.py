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

    parts.visits.on_end(lambda visitor: parts.registry.end_session(visitor.person_id))
    parts.board.on_ticket(ticket_changed)


async def follow_visits(parts: Parts) -> None:
    """Looks for visits that the clock or another process has ended: their pages go, and nobody calls them back."""
    while True:
        await asyncio.sleep(_VISITS_SECONDS)
        try:
            await parts.visits.follow()
            await _call_nobody_back(parts)
        except DatabaseBusy:
            _log.warning("ended_visits_not_looked_for")


async def _call_nobody_back(parts: Parts) -> None:
    waiting = await parts.reception.called_back()
    # Read from the database: the visit may have ended while the service was down.
    if waiting and (gone := await parts.visits.over_among(waiting)):
        await parts.reception.cancel_callbacks(gone)
