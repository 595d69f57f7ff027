"""A colleague is asked into a call, joins it, and leaves it: everybody in it is told, the case's history holds it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from directory.principal import Principal
from document_relay.case_files import SYSTEM
from foundation.errors import Refusal
from scheduler.errors import ClerkBusy, NotInThisState, TicketNotInHand
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import CallFull, Guest, Member, require_seat
from signalling.slices.consultations import acts
from signalling.slices.consultations.colleagues import is_taken, presence
from signalling.slices.consultations.consultation import (
    ColleagueAway,
    ColleagueBusy,
    Consultation,
    ConsultationOver,
    NobodyOnDuty,
    Person,
    State,
    TooManyConsulted,
)
from signalling.slices.consultations.messages import AskColleague, AskOnDuty, Presence
from signalling.slices.consultations.parts import Parts

_log = structlog.get_logger("signalling.consultations")
FACE: Final[Face] = "window"
RINGS: Final = timedelta(seconds=40)
RINGS_ON_DUTY = timedelta(seconds=20)
_IN_CALL = frozenset({TicketState.SERVING, TicketState.ON_HOLD})


def presence_of(parts: Parts, staff_id: str, pages: frozenset[str]) -> Presence:
    """Whether somebody can be asked now; `pages` are those who have a page of this face open."""
    asked = parts.consultations.of_guest(staff_id) is not None
    return presence(parts.board.desk(staff_id), has_page=staff_id in pages, is_asked=asked)


def pages_open(parts: Parts) -> frozenset[str]:
    """Who has a page open."""
    return frozenset(one.person_id for one in parts.registry if one.face == FACE)


async def ask(parts: Parts, principal: Principal, command: AskColleague) -> str:
    """Lets it ring at a colleague's page; the consultation's identifier.

    Raises `TicketNotInHand`, `NotInThisState`, `NoSuchStaff`, `ColleagueAway`, `ColleagueBusy`, `TooManyConsulted`.
    """
    ticket = await _in_hand(parts, principal, command.ticket_id)
    if ticket.state not in _IN_CALL:
        raise NotInThisState(former=ticket.state, state="consulted")
    name = await parts.catalogue.staff_name(command.staff_id)
    match presence_of(parts, command.staff_id, pages_open(parts)):
        case "away":
            raise ColleagueAway
        case "busy":
            raise ColleagueBusy
    new = await _asked(parts, principal, ticket, command.question)
    return await _begin(parts, replace(new, guest=Person(command.staff_id, name)))


async def ask_on_duty(parts: Parts, principal: Principal, command: AskOnDuty) -> str:
    """Lets it ring at the first who is on duty and free, then at the next; the first consultation's identifier.

    Raises `TicketNotInHand`, `NotInThisState`, `RotaEmpty`, `NoDutyNow`, `NobodyOnDuty`, `TooManyConsulted`.
    """
    ticket = await _in_hand(parts, principal, command.ticket_id)
    if ticket.state not in _IN_CALL:
        raise NotInThisState(former=ticket.state, state="consulted")
    on_rota = await parts.duty.on_duty(ticket.department_id)
    new = await _asked(parts, principal, ticket, command.question)
    parts.consultations.nobody_came(ticket.id, nobody=False)
    begun = await _ring_next(parts, replace(new, next_on_duty=tuple(one for one in on_rota if one != new.by.id)))
    if begun is None:
        raise NobodyOnDuty
    return begun


async def _asked(parts: Parts, principal: Principal, ticket: TicketView, question: str) -> Consultation:
    """A consultation of which it is not said yet who is asked."""
    case = await parts.cases.of_ticket(ticket.id)
    return Consultation(
        id=parts.identifiers.new(),
        ticket_id=ticket.id,
        case_id=None if case is None else case.id,
        guest=Person("", ""),
        by=Person(principal.person_id, principal.name),
        question=question.strip(),
        until=parts.clock.now() + RINGS,
    )


async def _ring_next(parts: Parts, former: Consultation) -> str | None:
    """Lets it ring at the next of the rota who is free; None when there is none. Raises `TooManyConsulted`."""
    rest = list(former.next_on_duty or ())
    while rest:
        staff_id = rest.pop(0)
        if presence_of(parts, staff_id, pages_open(parts)) not in ("at_desk", "at_page"):
            continue
        guest = Person(staff_id, await parts.catalogue.staff_name(staff_id))
        until = parts.clock.now() + RINGS_ON_DUTY
        following = replace(former, id=parts.identifiers.new(), guest=guest, until=until, next_on_duty=tuple(rest))
        try:
            return await _begin(parts, replace(following, state=State.RINGING))
        except ColleagueBusy:
            # Somebody else has asked them while the name was read.
            continue
    return None


async def _begin(parts: Parts, new: Consultation) -> str:
    joined = parts.sessions.guests(new.ticket_id)
    parts.consultations.add(new, others=sum(one.takes_part and one.kind != "colleague" for one in joined))
    parts.tasks.spawn(_ring(parts, new), name="consultation rings")
    _show(parts, new)
    await parts.cases.note(new.ticket_id, new.by, acts.ASKED, name=new.guest.name)
    if new.question:
        await parts.cases.note(new.ticket_id, new.by, acts.NOTE, text=new.question)
    return new.id


async def join(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Lets the colleague into the call that rings at their page; they read its case until they leave.

    What is in memory decides: they see the call before anything of it is stored.
    Raises `ConsultationOver`, `ClerkBusy`, `CallFull`, `SessionFull`.
    """
    consultation = _own(parts, principal, consultation_id, State.RINGING)
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
    await _require_standing(parts, consultation)
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
        require_seat(parts.sessions.guests(ticket.id), ParticipantId(consultation.guest.id, FACE))
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


def _ring_on(parts: Parts, consultation: Consultation) -> None:
    """Takes back that somebody has joined, and lets it ring until its time is over; does nothing when it has ended."""
    try:
        parts.consultations.find(consultation.id, State.JOINED)
    except ConsultationOver:
        return
    parts.consultations.move(consultation, State.RINGING)
    _take_out(parts, consultation)
    # The time may have run out meanwhile, when it was answered.
    parts.tasks.spawn(_ring(parts, consultation), name="consultation rings")
    _show(parts, consultation)
    ticket = parts.board.ticket(consultation.ticket_id)
    if ticket is not None:
        _tell(parts, ticket)


async def decline(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Says no; the clerk is told. Raises `ConsultationOver`."""
    consultation = _own(parts, principal, consultation_id, State.RINGING)
    parts.consultations.move(consultation, State.DECLINED)
    _show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, consultation.guest, acts.DECLINED)
    await _go_on(parts, consultation)


async def time_out(parts: Parts, consultation_id: str) -> None:
    """Nobody has answered in time; does nothing when somebody has."""
    try:
        consultation = parts.consultations.find(consultation_id, State.RINGING)
    except ConsultationOver:
        return
    parts.consultations.move(consultation, State.UNANSWERED)
    _show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, SYSTEM, acts.UNANSWERED, name=consultation.guest.name)
    await _go_on(parts, consultation)


async def _go_on(parts: Parts, consultation: Consultation) -> None:
    """Asks the next who is on duty, where the rota is asked; says so when nobody has come."""
    ticket = parts.board.ticket(consultation.ticket_id)
    if consultation.next_on_duty is None or ticket is None or ticket.state not in _IN_CALL:
        return
    try:
        # The question stands in the history already.
        if await _ring_next(parts, replace(consultation, question="")) is not None:
            return
    except TooManyConsulted:
        # Others have taken the seats meanwhile: for the clerk it is the same as nobody.
        _log.info("rota_not_asked_on", ticket_id=consultation.ticket_id)
    parts.consultations.nobody_came(consultation.ticket_id, nobody=True)
    _show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, SYSTEM, acts.NOBODY)


async def leave(parts: Parts, consultation: Consultation) -> None:
    """Takes the colleague out of the call again, or the invitation back; does nothing when it is over."""
    ended = parts.consultations.drop(consultation.id)
    if ended is None:
        return
    _show(parts, consultation)
    # Who never joined may be in another call by now.
    if ended.state is State.JOINED:
        await _let_go(parts, ended)


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


async def leave_own(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Leaves the call that the person was asked into; raises `ConsultationOver`."""
    await leave(parts, _own(parts, principal, consultation_id, State.JOINED))


async def end(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Takes the invitation back, or lets the colleague go; raises `ConsultationOver`, `TicketNotInHand`."""
    consultation = parts.consultations.find_open(consultation_id)
    await _in_hand(parts, principal, consultation.ticket_id)
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
    _show(parts, stays)
    parts.session_changes.tell(ticket)
    await parts.cases.note(ticket_id, stays.guest, acts.HANDED_OVER, name=consultation.guest.name)


def _admit(parts: Parts, consultation: Consultation, ticket: TicketView) -> None:
    if consultation.case_id is not None:
        parts.access.lend(consultation.case_id, consultation.guest.id)
    # First, and so sent first: with it the colleague's page shows the call.
    _show(parts, consultation)
    guest = Guest(ticket.id, consultation.guest.name, Member(consultation.guest.id, FACE), "colleague")
    parts.sessions.invite(guest)
    parts.sessions.align(ticket)
    parts.session_changes.tell(ticket)


async def _ring(parts: Parts, consultation: Consultation) -> None:
    await asyncio.sleep((consultation.until - parts.clock.now()).total_seconds())
    await time_out(parts, consultation.id)


async def _in_hand(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    ticket = await parts.reception.in_hand_of_clerk(principal.person_id)
    if ticket is None or ticket.id != ticket_id:
        raise TicketNotInHand
    return ticket


def _own(parts: Parts, principal: Principal, consultation_id: str, state: State) -> Consultation:
    consultation = parts.consultations.find(consultation_id, state)
    if consultation.guest.id != principal.person_id:
        raise ConsultationOver
    return consultation


def _show(parts: Parts, consultation: Consultation) -> None:
    """Has it shown again to who asked, who is asked, and who else is in the call."""
    others = [one.guest.id for one in parts.consultations.of_ticket(consultation.ticket_id)]
    ticket = parts.board.ticket(consultation.ticket_id)
    clerk = None if ticket is None else ticket.clerk_id
    people = {consultation.guest.id, consultation.by.id, clerk, *others}
    parts.registry.invalidate(people, "consultation", "slots", "chat")
