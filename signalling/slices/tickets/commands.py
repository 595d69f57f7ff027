"""What a point does with its ticket."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite, NoSuchStaff, NoSuchVisitor
from directory.forms import written
from directory.principal import Permission, Principal, Visitor
from document_relay.mandate_errors import MandateIncomplete
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from scheduler.board import Board
from scheduler.errors import NoSuchTicket, NoSuchVisit, NotInThisState, NotYourTicket, OfferOver, UnknownGrant
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import TakeTicket as Request
from signalling.slices.mandates.ports import draft_of
from signalling.slices.tickets.acts import CALL_LEFT, WAITING_TOLD
from signalling.slices.tickets.messages import (
    CancelTicket,
    EndCall,
    EnterCall,
    ReinstateTicket,
    TakeTicket,
    TellWaiting,
    TicketTaken,
)
from signalling.slices.tickets.parts import Parts
from signalling.slices.tickets.ports import Said, grants_of
from signalling.transport.declared_refusals import CASE_LOG, DESK, TICKET
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def take_ticket(parts: Parts, principal: Principal, command: TakeTicket) -> TicketTaken:
    """Takes a ticket for the applicant beside the worker, or for the visitor, who waits for no other item.

    Somebody else may act for the applicant.
    """
    applicant = command.applicant
    if isinstance(principal, Visitor) and (
        command.item_id != principal.item_id
        or applicant.over_70
        or applicant.disabled
        or principal.appointment_id is not None
    ):
        # Who grants credit has seen the person. Who has an appointment checks in to it.
        raise Forbidden
    fields = written(parts.catalogue.item(command.item_id), {one.field_id: one.value for one in command.fields})
    said = Said(applicant.name, tuple(command.options), command.consent_to_recording, fields)
    if isinstance(principal, Visitor):
        said = said._replace(organisation=await parts.organisation_of(principal.person_id), wish=command.wish.strip())
    if command.acting is not None:
        draft = draft_of(command.acting, applicant.name, parts.clock.now(), parts.zone)
        said = said._replace(acting=msgspec.json.encode(draft).decode())
    request = Request(item_id=command.item_id, answers=said.as_answers(), grants=grants_of(applicant))
    ticket = await parts.reception.take_ticket(principal, request)
    return TicketTaken(ticket_id=ticket.id, number=ticket.number)


async def cancel_ticket(parts: Parts, principal: Principal, command: CancelTicket) -> None:
    """Gives the ticket back."""
    await parts.reception.cancel(principal, command.ticket_id)


async def reinstate_ticket(parts: Parts, principal: Principal, command: ReinstateTicket) -> None:
    """Has a missed ticket wait again."""
    await parts.desk.reinstate(principal, command.ticket_id)


async def enter_call(parts: Parts, principal: Principal, command: EnterCall) -> None:
    """Says that the point is in the call."""
    await parts.desk.enter_call(principal, command.ticket_id)


async def end_call(parts: Parts, principal: Principal, command: EndCall) -> None:
    """Ends the call for both sides, and writes who did so into the case's history."""
    await parts.reception.leave(principal, command.ticket_id)
    await parts.note(command.ticket_id, (principal.person_id, principal.name), CALL_LEFT.code)


async def tell_waiting(parts: Parts, principal: Principal, command: TellWaiting) -> None:
    """Keeps the message in the case's history, and has the point show it."""
    ticket = parts.board.ticket(command.ticket_id)
    if ticket is None:
        raise NoSuchTicket
    if ticket.state not in _NOT_YET_SERVED:
        raise NotInThisState(former=ticket.state, state="told")
    if not _is_before(parts.board, principal.person_id, ticket.id):
        raise NotYourTicket
    # The event that opens it may be under way, and without a case nothing keeps the message.
    await parts.open_case(ticket)
    message = parts.told.add(ticket.id, principal.name, command.text.strip(), parts.clock.now())
    await parts.note(ticket.id, (principal.person_id, principal.name), WAITING_TOLD.code, **message.details)
    parts.registry.invalidate([ticket.worker_id], "point")


def _is_before(board: Board, clerk_id: str, ticket_id: str) -> bool:
    """Whether the ticket waits in this clerk's queue, rings at them, or is called by them."""
    desk = board.desk(clerk_id)
    own = (desk.ticket, desk.offer.ticket if desk.offer else None) if desk else ()
    waiting = (one.ticket for one in board.queue(clerk_id))
    return any(one is not None and one.id == ticket_id for one in (*own, *waiting))


_NOT_YET_SERVED = frozenset({TicketState.WAITING, TicketState.OFFERED, TicketState.CALLED, TicketState.RECALLED})
_MAY = Permission.TAKE_TICKET
_UNKNOWN = frozenset({NoSuchItem, NoSuchSite, NoSuchVisit, NoSuchVisitor, UnknownGrant})
_TAKEN = DESK | _UNKNOWN | {FieldInvalid, MandateIncomplete, SealBroken}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        TakeTicket: CommandRow(_MAY, take_ticket, _TAKEN, result=TicketTaken),
        CancelTicket: CommandRow(_MAY, cancel_ticket, DESK | {NotYourTicket, OfferOver}),
        ReinstateTicket: CommandRow(_MAY, reinstate_ticket, DESK | {NotYourTicket}),
        EnterCall: CommandRow(_MAY, enter_call, TICKET | {NotYourTicket}),
        EndCall: CommandRow(_MAY, end_call, DESK | CASE_LOG | {NotYourTicket}),
        TellWaiting: CommandRow(
            Permission.SERVE,
            tell_waiting,
            CASE_LOG | {NoSuchItem, NoSuchSite, NoSuchStaff, NoSuchTicket, NotInThisState, NotYourTicket},
        ),
    }
)
