"""A colleague is asked into a call, and says no or does not answer: who asked is told, the case's history holds it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from directory.principal import Principal
from document_relay.case_files import SYSTEM
from scheduler.errors import NotInThisState, TicketNotInHand
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.slices.consultations import acts
from signalling.slices.consultations.colleagues import presence
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
    ticket = await in_hand(parts, principal, command.ticket_id)
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

    Raises `TicketNotInHand`, `NotInThisState`, `NoSuchDepartment`, `RotaEmpty`, `NoDutyNow`, `NobodyOnDuty`,
    `TooManyConsulted`.
    """
    ticket = await in_hand(parts, principal, command.ticket_id)
    if ticket.state not in _IN_CALL:
        raise NotInThisState(former=ticket.state, state="consulted")
    department = parts.catalogue.named_department(command.department_id or ticket.department_id)
    on_rota = await parts.duty.on_duty(department.id)
    new = await _asked(parts, principal, ticket, command.question)
    parts.consultations.nobody_came(ticket.id, nobody=False)
    last = parts.consultations.did_not_come(ticket.id)
    others = sorted((one for one in on_rota if one != new.by.id), key=lambda one: one in last)
    begun = await _ring_next(parts, replace(new, next_on_duty=tuple(others)))
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


async def _ring_next(parts: Parts, former: Consultation, *, noted: bool = False) -> str | None:
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
            return await _begin(parts, replace(following, state=State.RINGING), noted=noted)
        except ColleagueBusy:
            # Somebody else has asked them while the name was read.
            continue
    return None


async def _begin(parts: Parts, new: Consultation, *, noted: bool = False) -> str:
    """Lets it ring; the question is written down where it is not `noted` already."""
    joined = parts.sessions.guests(new.ticket_id)
    parts.consultations.add(new, others=sum(one.takes_part and one.kind != "colleague" for one in joined))
    parts.tasks.spawn(ring(parts, new), name="consultation rings")
    show(parts, new)
    await parts.cases.note(new.ticket_id, new.by, acts.ASKED, name=new.guest.name)
    if new.question and not noted:
        await parts.cases.note(new.ticket_id, new.by, acts.NOTE, text=new.question)
    return new.id


async def decline(parts: Parts, principal: Principal, consultation_id: str) -> None:
    """Says no; the clerk is told. Raises `ConsultationOver`."""
    consultation = own(parts, principal, consultation_id, State.RINGING)
    parts.consultations.move(consultation, State.DECLINED)
    show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, consultation.guest, acts.DECLINED)
    await _go_on(parts, consultation)


async def time_out(parts: Parts, consultation_id: str) -> None:
    """Nobody has answered in time; does nothing when somebody has."""
    try:
        consultation = parts.consultations.find(consultation_id, State.RINGING)
    except ConsultationOver:
        return
    parts.consultations.move(consultation, State.UNANSWERED)
    show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, SYSTEM, acts.UNANSWERED, name=consultation.guest.name)
    await _go_on(parts, consultation)


async def _go_on(parts: Parts, consultation: Consultation) -> None:
    """Asks the next who is on duty, where the rota is asked; says so when nobody has come.

    In place of one whom the clerk has chosen it offers the rota of their department.
    """
    ticket = parts.board.ticket(consultation.ticket_id)
    if ticket is None or ticket.state not in _IN_CALL:
        return
    if consultation.next_on_duty is None:
        await _offer_rota(parts, consultation, ticket)
        return
    try:
        if await _ring_next(parts, consultation, noted=True) is not None:
            return
    except TooManyConsulted:
        # Others have taken the seats meanwhile: for the clerk it is the same as nobody.
        _log.info("rota_not_asked_on", ticket_id=consultation.ticket_id)
    parts.consultations.nobody_came(consultation.ticket_id, nobody=True)
    show(parts, consultation)
    await parts.cases.note(consultation.ticket_id, SYSTEM, acts.NOBODY)


async def _offer_rota(parts: Parts, consultation: Consultation, ticket: TicketView) -> None:
    """Shows the clerk the department of who did not come, where somebody else is on duty for it and free.

    The ticket's own comes first, then what they know best.
    """
    person = await parts.catalogue.staff(consultation.guest.id)
    on_rotas = await parts.duty.everywhere(await parts.catalogue.colleagues())
    pages, nobody = pages_open(parts), {consultation.guest.id, consultation.by.id}
    for department_id in sorted(person.skills, key=lambda one: (one != ticket.department_id, -person.skills[one])):
        others = [one for one in on_rotas.get(department_id, ()) if one not in nobody]
        if any(presence_of(parts, one, pages) in ("at_desk", "at_page") for one in others):
            parts.consultations.put_instead(consultation.id, department_id)
            show(parts, consultation)
            return


async def ring(parts: Parts, consultation: Consultation) -> None:
    """Waits until its time is over; does nothing then when it is answered."""
    await asyncio.sleep((consultation.until - parts.clock.now()).total_seconds())
    await time_out(parts, consultation.id)


async def in_hand(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    """The ticket that the clerk has in hand; raises `TicketNotInHand` where it is another one."""
    ticket = await parts.reception.in_hand_of_clerk(principal.person_id)
    if ticket is None or ticket.id != ticket_id:
        raise TicketNotInHand
    return ticket


def own(parts: Parts, principal: Principal, consultation_id: str, state: State) -> Consultation:
    """What the person was asked into, in this state; raises `ConsultationOver`."""
    consultation = parts.consultations.find(consultation_id, state)
    if consultation.guest.id != principal.person_id:
        raise ConsultationOver
    return consultation


def show(parts: Parts, consultation: Consultation) -> None:
    """Has it shown again to who asked, who is asked, and who else is in the call."""
    others = [one.guest.id for one in parts.consultations.of_ticket(consultation.ticket_id)]
    ticket = parts.board.ticket(consultation.ticket_id)
    clerk = None if ticket is None else ticket.clerk_id
    people = {consultation.guest.id, consultation.by.id, clerk, *others}
    parts.registry.invalidate(people, "consultation", "slots", "chat")
