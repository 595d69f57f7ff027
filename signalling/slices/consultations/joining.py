"""A colleague joins the call they are asked into, leaves it, and may be given the ticket: everybody in it is told."""

from __future__ import annotations

from directory.principal import Principal
from foundation.errors import Refusal
from scheduler.errors import ClerkBusy
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import CallFull, Guest, Member, require_place
from signalling.slices.consultations import acts
from signalling.slices.consultations.colleagues import is_taken
from signalling.slices.consultations.consultation import Consultation, ConsultationOver, Person, State
from signalling.slices.consultations.consulting import FACE, in_hand, own, ring, show
from signalling.slices.consultations.parts import Parts


async def join(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Lets the colleague into the call that rings at their page; they read its case until they leave.

    What is in memory decides: they see the call before anything of it is stored.
    Raises `ConsultationOver`, `ClerkBusy`, `CallFull`, `SessionFull`.
    """
    consultation = own(parts, principal, consultation_id, State.RINGING)
    ticket = await _joinable(parts, consultation)
    # Before anything is waited for: a second answer finds it answered.
    parts.consultations.move(consultation, State.JOINED)
    try:
        _admit(parts, consultation, ticket)
        await parts.desk.reserve(principal.person_id)
    except Refusal:
        _ring_on(parts, consultation)
        raise
    except BaseException:
        # Nobody knows whether the desk is kept: it is freed with the rest.
        parts.tasks.spawn(leave(parts, consultation), name="consultation undone")
        raise
    try:
        await _require_standing(parts, consultation)
    finally:
        # They were in it, for however short a time.
        await parts.cases.note(ticket.id, consultation.guest, acts.JOINED)


async def _joinable(parts: Parts, consultation: Consultation) -> TicketView:
    """The ticket of a call that the colleague can join now; nothing is waited for before it is said."""
    ticket = parts.board.ticket(consultation.ticket_id)
    if ticket is None or ticket.state not in IN_SESSION:
        await leave(parts, consultation)
        raise ConsultationOver
    if is_taken(parts.board.desk(consultation.guest.id)):
        raise ClerkBusy
    try:
        require_place(parts.sessions.guests(ticket.id), ParticipantId(consultation.guest.id, FACE))
    except CallFull:
        await leave(parts, consultation)
        raise
    return ticket


async def _require_standing(parts: Parts, consultation: Consultation) -> None:
    """Raises `ConsultationOver` where it was ended while the desk was reserved, which is then kept for nothing."""
    try:
        parts.consultations.find(consultation.id, State.JOINED)
    except ConsultationOver:
        other = parts.consultations.of_guest(consultation.guest.id)
        if other is None or other.state is not State.JOINED:
            await parts.desk.release(consultation.guest.id)
        raise


def _admit(parts: Parts, consultation: Consultation, ticket: TicketView) -> None:
    if consultation.case_id is not None:
        parts.access.lend(consultation.case_id, consultation.guest.id)
    # First, and so sent first: with it the colleague's page shows the call.
    show(parts, consultation)
    guest = Guest(ticket.id, consultation.guest.name, Member(consultation.guest.id, FACE), "colleague")
    parts.sessions.invite(guest)
    parts.sessions.align(ticket)
    parts.session_changes.tell(ticket)


def _ring_on(parts: Parts, consultation: Consultation) -> None:
    """Takes back that somebody has joined, and lets it ring until its time is over; does nothing when it has ended."""
    try:
        parts.consultations.find(consultation.id, State.JOINED)
    except ConsultationOver:
        return
    parts.consultations.move(consultation, State.RINGING)
    _take_out(parts, consultation)
    # The time may have run out meanwhile, when it was answered.
    parts.tasks.spawn(ring(parts, consultation), name="consultation rings")
    show(parts, consultation)
    ticket = parts.board.ticket(consultation.ticket_id)
    if ticket is not None:
        _tell(parts, ticket)


async def leave(parts: Parts, consultation: Consultation) -> None:
    """Takes the colleague out of the call again, or the invitation back; does nothing when it is over."""
    ended = parts.consultations.drop(consultation.id)
    if ended is None:
        return
    show(parts, consultation)
    # Who never joined may be in another call by now.
    if ended.state is State.JOINED:
        await _let_go(parts, ended)


async def leave_own(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Leaves the call that the person was asked into; raises `ConsultationOver`."""
    await leave(parts, own(parts, principal, consultation_id, State.JOINED))


async def end(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Takes the invitation back, or lets the colleague go; raises `ConsultationOver`, `TicketNotInHand`."""
    consultation = parts.consultations.find_open(consultation_id)
    await in_hand(parts, principal, consultation.ticket_id)
    await leave(parts, consultation)


async def hand_over(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Gives the ticket to a colleague in the call, where the clerk stays until they leave it.

    Raises `ConsultationOver`, and as `Transfers.hand_over`.
    """
    consultation = parts.consultations.find(consultation_id, State.JOINED)
    ticket_id, case_id = consultation.ticket_id, consultation.case_id
    former, to = ParticipantId(principal.person_id, FACE), ParticipantId(consultation.guest.id, FACE)
    # A guest before a party no more, and a party before a guest no more: nobody leaves the session in between.
    parts.sessions.invite(Guest(ticket_id, principal.name, Member(former.person_id, FACE), "colleague"))
    try:
        await parts.transfers.hand_over(principal, ticket_id, to.person_id)
    except Exception:
        parts.sessions.settle(former)
        raise
    parts.consultations.drop(consultation.id)
    stays = Consultation(
        id=parts.identifiers.new(),
        ticket_id=ticket_id,
        case_id=case_id,
        guest=Person(principal.person_id, principal.name),
        by=consultation.guest,
        question="",
        until=consultation.until,
        state=State.JOINED,
        handed_over=True,
    )
    parts.consultations.add(stays)
    if case_id is not None:
        parts.access.take_back(case_id, to.person_id)
        parts.access.lend(case_id, former.person_id)
    parts.sessions.settle(to)
    ticket = await parts.reception.ticket(ticket_id)
    parts.sessions.align(ticket)
    show(parts, stays)
    parts.session_changes.tell(ticket)
    await parts.cases.note(ticket_id, stays.guest, acts.HANDED_OVER, name=consultation.guest.name)


async def _let_go(parts: Parts, consultation: Consultation) -> None:
    was_in = _take_out(parts, consultation)
    await parts.desk.release(consultation.guest.id, wrap_up=consultation.handed_over)
    ticket = await parts.reception.ticket(consultation.ticket_id)
    _tell(parts, ticket)
    if was_in:
        await parts.cases.note(ticket.id, consultation.guest, acts.LEFT)


def _take_out(parts: Parts, consultation: Consultation) -> bool:
    """Ends that the colleague reads the case, and their part in the session; whether they had one."""
    if consultation.case_id is not None:
        parts.access.take_back(consultation.case_id, consultation.guest.id)
    return parts.sessions.dismiss(ParticipantId(consultation.guest.id, FACE)) is not None


def _tell(parts: Parts, ticket: TicketView) -> None:
    """Has those who are left shown who is in the call."""
    if ticket.state in IN_SESSION:
        # During a hold the clerk is alone again.
        parts.sessions.align(ticket)
    parts.session_changes.tell(ticket)
