"""What the point's page shows besides the case."""

from __future__ import annotations

from directory.principal import Principal
from document_relay.case_core.lives import CaseState
from scheduler import views as scheduled
from scheduler.queue_core.ticket_life import TicketState
from signalling.slices.accounts.ports import staff_view
from signalling.slices.tickets.clerk_messages import Message
from signalling.slices.tickets.messages import PointView, ToldView
from signalling.slices.tickets.parts import Parts
from signalling.wire.values import Bilingual

_WAITS = frozenset({TicketState.WAITING, TicketState.OFFERED})


async def show_point(parts: Parts, principal: Principal, _key: str) -> PointView:
    """The worker's ticket that is not over, or the last one until its page has left it."""
    ticket = parts.board.current(principal.person_id) or await _not_left(parts, principal)
    case = None if ticket is None else await parts.case_of(ticket.id)
    return PointView(
        staff=staff_view(parts.catalogue, principal),
        ticket=None if ticket is None else await parts.cards.card(ticket),
        session=parts.session_of(ticket),
        # Not before it is the worker's own, where one stands in for another: it could not be read.
        case_id=case.id if case is not None and case.worker_id == principal.person_id else None,
        still_requested=parts.still_of(principal.person_id),
        halls=parts.halls_of(principal),
        told=[] if ticket is None else [_told(one) for one in parts.told.of(ticket.id)],
        passed_on=None if ticket is None else _passed_on(parts, ticket),
        closed=parts.openings.tell(ticket) if ticket and ticket.state == TicketState.WAITING else None,
    )


def _told(message: Message) -> ToldView:
    return ToldView(number=message.number, name=message.name, text=message.text, at=message.at)


def _passed_on(parts: Parts, ticket: scheduled.TicketView) -> Bilingual | None:
    """The window it is kept for, or else the queue: in words that are true where it waits now."""
    if ticket.handover is None or ticket.state not in _WAITS:
        return None
    desk = parts.board.desk(ticket.kept_for) if ticket.kept_for else None
    home = parts.catalogue.site(ticket.home_id)
    place = parts.catalogue.window(desk.window_id) if desk and desk.window_id else None
    part = place or parts.catalogue.department(ticket.department_id)
    return Bilingual(zh=f"{home.name_zh}{part.name_zh}", en=f"{home.name_en}, {part.name_en}")


async def _not_left(parts: Parts, principal: Principal) -> scheduled.TicketView | None:
    """The worker's completed ticket while it is not left: the resident may still rate and print."""
    last = parts.board.last_of_worker(principal.person_id)
    if last is None or last.state != TicketState.COMPLETED:
        return None
    case = await parts.case_of(last.id)
    gone = case is None or case.state is CaseState.CLOSED or case.left_at is not None
    return None if gone else last
