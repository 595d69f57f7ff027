"""What a clerk does to give a ticket on; the case's history says where to, and keeps the note."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite, NoSuchStaff, NoSuchWindow
from directory.principal import Permission, Principal
from scheduler.errors import SameWindow, TargetClosed, TargetNotCapable, TicketNotInHand
from signalling.slices.transfers.messages import TransferToClerk, TransferToQueue
from signalling.slices.transfers.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG, DESK
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command

TRANSFERRED = "ticket_transferred"


async def transfer_to_clerk(parts: Parts, principal: Principal, command: TransferToClerk) -> None:
    """Gives the ticket to a clerk."""
    note = command.note.strip()
    await parts.transfers.to_clerk(principal, command.ticket_id, command.clerk_id, note)
    desk = parts.board.desk(command.clerk_id)
    window = parts.catalogue.window(desk.window_id) if desk is not None and desk.window_id else None
    where = "" if window is None else f"{parts.catalogue.site(window.site_id).name_zh} {window.name_zh} "
    name = await parts.catalogue.staff_name(command.clerk_id)
    await _write_down(parts, principal, command.ticket_id, f"{where}{name}", note)


async def transfer_to_queue(parts: Parts, principal: Principal, command: TransferToQueue) -> None:
    """Gives the ticket to a queue."""
    note = command.note.strip()
    await parts.transfers.to_queue(principal, command.ticket_id, command.site_id, command.department_id, note)
    department = parts.catalogue.department(command.department_id)
    to = f"{parts.catalogue.home(command.site_id).name_zh} {department.name_zh}"
    await _write_down(parts, principal, command.ticket_id, to, note)


async def _write_down(parts: Parts, principal: Principal, ticket_id: str, to: str, note: str) -> None:
    who = (principal.person_id, principal.name)
    await parts.note(ticket_id, who, TRANSFERRED, to=to)
    if note:
        await parts.note(ticket_id, who, "note_written", text=note)


_MAY = Permission.SERVE
_GIVEN_ON = DESK | CASE_LOG | {NoSuchSite, TargetClosed, TargetNotCapable, TicketNotInHand}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        TransferToClerk: CommandRow(_MAY, transfer_to_clerk, _GIVEN_ON | {NoSuchStaff, NoSuchWindow, SameWindow}),
        TransferToQueue: CommandRow(_MAY, transfer_to_queue, _GIVEN_ON),
    }
)
