"""What a point does with its ticket."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite
from directory.forms import written
from directory.principal import Permission, Principal
from foundation.vault import SealBroken
from scheduler.errors import NoSuchVisit, NotYourTicket, OfferOver, UnknownGrant
from scheduler.views import TakeTicket as Request
from signalling.slices.tickets.messages import CancelTicket, EnterCall, ReinstateTicket, TakeTicket, TicketTaken
from signalling.slices.tickets.parts import Parts
from signalling.slices.tickets.ports import Said
from signalling.transport.declared_refusals import DESK, TICKET
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def take_ticket(parts: Parts, principal: Principal, command: TakeTicket) -> TicketTaken:
    """Takes a ticket for the applicant beside the worker."""
    applicant = command.applicant
    grants = {"over_70": applicant.over_70, "disabled": applicant.disabled}
    fields = written(parts.catalogue.item(command.item_id), {one.field_id: one.value for one in command.fields})
    said = Said(applicant.name, tuple(command.options), command.consent_to_recording, fields)
    request = Request(
        item_id=command.item_id,
        answers=said.as_answers(),
        grants=tuple(reason for reason, holds in grants.items() if holds),
    )
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


_MAY = Permission.TAKE_TICKET
_TAKEN = DESK | {FieldInvalid, NoSuchItem, NoSuchSite, NoSuchVisit, SealBroken, UnknownGrant}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        TakeTicket: CommandRow(_MAY, take_ticket, _TAKEN, result=TicketTaken),
        CancelTicket: CommandRow(_MAY, cancel_ticket, DESK | {NotYourTicket, OfferOver}),
        ReinstateTicket: CommandRow(_MAY, reinstate_ticket, DESK | {NotYourTicket}),
        EnterCall: CommandRow(_MAY, enter_call, TICKET | {NotYourTicket}),
    }
)
