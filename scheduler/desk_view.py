"""The picture of a desk, as its clerk's page shows it."""

from __future__ import annotations

from datetime import datetime

from foundation.database import ReadSession
from scheduler.queue_core.overflow import Queue, Station, reach
from scheduler.records import DeskRecord, QueueLength
from scheduler.store import desks, tickets
from scheduler.views import DeskView, offer_view, ticket_view


async def desk_view(session: ReadSession, desk: DeskRecord, now: datetime) -> DeskView:
    """Reads all that belongs to the desk in one snapshot."""
    ticket = await tickets.in_hand(session, desk.clerk_id)
    offer = await desks.offer_to(session, desk.clerk_id)
    queues = [one for one in await tickets.lengths(session) if _may_serve(desk, one)]
    return DeskView(
        clerk_id=desk.clerk_id,
        window_id=desk.window_id,
        window_name=desk.window_name,
        window_state=desk.window_state.value,
        status=desk.status.value,
        state=desk.state.value,
        state_since=desk.state_since,
        wrap_up_until=desk.wrap_up_until,
        offer=None if offer is None else offer_view(offer, await tickets.ticket(session, offer.ticket_id)),
        ticket=None if ticket is None else ticket_view(ticket),
        waiting=sum(one.waiting for one in queues),
        longest_wait=max(((now - one.oldest).total_seconds() for one in queues), default=0.0),
    )


def _may_serve(desk: DeskRecord, queue: QueueLength) -> bool:
    known = Queue(queue.queue_id, queue.home_path, queue.department_id)
    return reach(known, Station(desk.clerk_id, desk.path, desk.skills)) is not None
