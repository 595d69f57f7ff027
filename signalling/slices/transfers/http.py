"""To whom a ticket can be given on."""

from __future__ import annotations

from collections import Counter

from directory.errors import NoSuchSite, NoSuchStaff, NoSuchWindow
from directory.principal import Permission
from scheduler.errors import TicketNotInHand
from scheduler.matchmaker import is_on_duty
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.window_life import STAFFED
from scheduler.records import DeskRecord
from scheduler.views import TicketView
from signalling.slices.transfers.messages import ClerkTarget, QueueTarget, TransferTargetsBody
from signalling.slices.transfers.parts import Parts
from signalling.transport.declared_refusals import TOKEN
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual

_QUEUES_AT_MOST = 300


async def transfer_targets(parts: Parts, call: Call) -> TransferTargetsBody:
    """Who is at a window now, and which queues are served, for the clerk who has the ticket in hand."""
    ticket = parts.board.in_hand_of(call.principal.person_id)
    if ticket is None or ticket.id != call.path("ticket_id"):
        raise TicketNotInHand
    others = [one for one in parts.board.desks() if one.clerk_id != call.principal.person_id]
    able = [one for one in others if is_on_duty(one) and ticket.department_id in one.skills]
    clerks = [await _clerk(parts, one) for one in able]
    clerks.sort(key=lambda one: (one.busy, one.site_name.zh, one.name))
    return TransferTargetsBody(clerks=clerks, queues=_queues(parts, ticket, others))


async def _clerk(parts: Parts, desk: DeskRecord) -> ClerkTarget:
    return ClerkTarget(
        clerk_id=desk.clerk_id,
        name=await parts.catalogue.staff_name(desk.clerk_id),
        window_name=Bilingual.name(parts.catalogue.window(desk.window_id)),
        site_name=Bilingual.name(parts.catalogue.site(desk.site_id)),
        busy=desk.state is not ClerkState.IDLE,
    )


def _queues(parts: Parts, ticket: TicketView, others: list[DeskRecord]) -> list[QueueTarget]:
    staffed = [one for one in others if one.window_state in STAFFED]
    served = {(one.site_id, department) for one in staffed for department in one.skills}
    waiting = Counter((one.home_id, one.department_id) for one in parts.board.waiting())
    rows = [
        QueueTarget(
            site_id=site_id,
            site_name=Bilingual.name(parts.catalogue.site(site_id)),
            department_id=department_id,
            department_name=Bilingual.name(parts.catalogue.department(department_id)),
            waiting=waiting[site_id, department_id],
        )
        for site_id, department_id in served
    ]
    rows.sort(key=lambda one: (one.department_id != ticket.department_id, one.site_name.zh, one.department_name.zh))
    return rows[:_QUEUES_AT_MOST]


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/tickets/{ticket_id}/transfer-targets",
        "To whom the ticket in hand can be given on now",
        transfer_targets,
        answer=TransferTargetsBody,
        permission=Permission.SERVE,
        details=Details(refusals=TOKEN | {NoSuchSite, NoSuchStaff, NoSuchWindow, TicketNotInHand}),
    ),
)
