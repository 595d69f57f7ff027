"""Who sits at a point asks for help, and a supervisor says that they come."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite
from directory.principal import Permission, Principal, require
from scheduler.errors import NoSuchTicket, NotInThisState, NotYourTicket
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.views import TicketView
from signalling.slices.helping.acts import ANSWERED, ASKED
from signalling.slices.helping.messages import AnswerHelp, AskForHelp, WithdrawHelp
from signalling.slices.helping.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def ask_for_help(parts: Parts, principal: Principal, command: AskForHelp) -> None:
    """Tells the supervisors of the ticket's site."""
    ticket = _own(parts, principal, command.ticket_id)
    if parts.requests.ask(ticket.id, principal.name, parts.clock.now()):
        show(parts, ticket)
        await parts.note(ticket.id, (principal.person_id, principal.name), ASKED.code)


async def withdraw_help(parts: Parts, principal: Principal, command: WithdrawHelp) -> None:
    """Takes the request back."""
    ticket = _own(parts, principal, command.ticket_id)
    if parts.requests.end(ticket.id):
        show(parts, ticket)


async def answer_help(parts: Parts, principal: Principal, command: AnswerHelp) -> None:
    """Tells who asked; the second supervisor who answers changes nothing."""
    ticket = _in_hand(parts, command.ticket_id)
    require(principal, Permission.LISTEN, parts.catalogue.site(ticket.site_id).path)
    if parts.requests.answer(ticket.id, principal.name):
        show(parts, ticket)
        await parts.note(ticket.id, (principal.person_id, principal.name), ANSWERED.code)


def show(parts: Parts, ticket: TicketView) -> None:
    """Shows the requests again to who asked and to the supervisors."""
    parts.registry.invalidate([ticket.worker_id], "help")
    parts.registry.invalidate_face("supervisor", "help")


def _own(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    ticket = _in_hand(parts, ticket_id)
    if not principal.speaks_for(ticket.site_id, ticket.worker_id):
        raise NotYourTicket
    return ticket


def _in_hand(parts: Parts, ticket_id: str) -> TicketView:
    ticket = parts.board.ticket(ticket_id)
    if ticket is None:
        raise NoSuchTicket
    if ticket.state not in IN_SESSION:
        raise NotInThisState(former=ticket.state, state="helped")
    return ticket


_MAY = Permission.TAKE_TICKET
_ASKED = CASE_LOG | {NoSuchTicket, NotInThisState, NotYourTicket}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        AskForHelp: CommandRow(_MAY, ask_for_help, _ASKED),
        WithdrawHelp: CommandRow(_MAY, withdraw_help, _ASKED - CASE_LOG),
        AnswerHelp: CommandRow(Permission.LISTEN, answer_help, CASE_LOG | {NoSuchSite, NoSuchTicket, NotInThisState}),
    }
)
