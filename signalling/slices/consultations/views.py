"""What the page shows of consultations."""

from __future__ import annotations

from directory.principal import Principal
from scheduler.queue_core.window_life import SERVING
from scheduler.views import TicketView
from signalling.slices.consultations.consultation import Consultation, State
from signalling.slices.consultations.messages import AskedView, ConsultationView, InsteadView, InvitedView
from signalling.slices.consultations.parts import Parts
from signalling.wire.values import Bilingual


async def show_consultation(parts: Parts, principal: Principal, _key: str) -> ConsultationView:
    """Whom the clerk has asked into the call in hand, and what the page is asked into itself."""
    ticket = parts.board.in_hand_of(principal.person_id)
    asked = [] if ticket is None else [_asked(parts, one, ticket) for one in parts.consultations.of_ticket(ticket.id)]
    own = parts.consultations.of_guest(principal.person_id)
    nobody = ticket is not None and parts.consultations.has_nobody(ticket.id)
    return ConsultationView(
        asked=asked, nobody_on_duty=nobody, invited=None if own is None else await _invited(parts, own)
    )


def _asked(parts: Parts, one: Consultation, ticket: TicketView) -> AskedView:
    desk = next((desk for desk in parts.board.desks() if desk.clerk_id == one.guest.id), None)
    able = desk is not None and desk.window_state in SERVING and ticket.department_id in desk.skills
    return AskedView(
        consultation_id=one.id,
        name=one.guest.name,
        state=one.state.value,
        until=one.until,
        may_take_over=able and one.state is State.JOINED,
        question=one.question,
        instead=None if one.instead is None else _instead(parts, one.instead),
    )


def _instead(parts: Parts, department_id: str) -> InsteadView:
    return InsteadView(department_id=department_id, name=Bilingual.name(parts.catalogue.department(department_id)))


async def _invited(parts: Parts, own: Consultation) -> InvitedView | None:
    ticket = parts.board.ticket(own.ticket_id)
    if ticket is None:
        return None
    joined = own.state is State.JOINED
    return InvitedView(
        consultation_id=own.id,
        state="joined" if joined else "ringing",
        until=own.until,
        by=own.by.name,
        question=own.question,
        ticket=await parts.card_of(ticket),
        session=parts.session_of(ticket) if joined else None,
        case_id=own.case_id if joined else None,
    )
