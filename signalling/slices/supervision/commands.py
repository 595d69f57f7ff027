"""What a supervisor does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite
from directory.principal import Permission, Principal
from rtc_server.sessions.errors import SessionFull
from scheduler.errors import NoSuchTicket, NotInThisState
from signalling.slices.supervision.listening import listen_to, stop_listening
from signalling.slices.supervision.messages import ListenTo
from signalling.slices.supervision.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def listen(parts: Parts, principal: Principal, command: ListenTo) -> None:
    """Begins to listen, or ends it."""
    if command.ticket_id is None:
        await stop_listening(parts, principal.staff_id)
    else:
        await listen_to(parts, principal, command.ticket_id)


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        ListenTo: CommandRow(
            Permission.LISTEN,
            listen,
            CASE_LOG | {NoSuchSite, NoSuchTicket, NotInThisState, SessionFull},
            access="session_listened",
        ),
    }
)
