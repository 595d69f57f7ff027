"""What a supervisor does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite
from directory.principal import Permission, Principal
from rtc_server.sessions.errors import SessionFull
from scheduler.errors import NoSuchTicket, NotInThisState
from signalling.slices.calls.ports import CallFull
from signalling.slices.supervision.listening import change_stance, listen_to, stop_listening
from signalling.slices.supervision.messages import JoinCall, ListenTo, OnlyListen, WhisperToClerk
from signalling.slices.supervision.parts import Parts
from signalling.slices.supervision.stance import NoSuchStep, Stance, SupervisorSpeaks, TooManyListen
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def listen(parts: Parts, principal: Principal, command: ListenTo) -> None:
    """Begins to listen, or ends it."""
    if command.ticket_id is None:
        await stop_listening(parts, principal.person_id)
    else:
        await listen_to(parts, principal, command.ticket_id)


async def whisper(parts: Parts, principal: Principal, command: WhisperToClerk) -> None:
    """Begins to speak to the clerk alone."""
    await change_stance(parts, principal, command.ticket_id, Stance.WHISPERING)


async def join(parts: Parts, principal: Principal, command: JoinCall) -> None:
    """Joins the call."""
    await change_stance(parts, principal, command.ticket_id, Stance.JOINED)


async def only_listen(parts: Parts, principal: Principal, command: OnlyListen) -> None:
    """Goes on listening alone."""
    await change_stance(parts, principal, command.ticket_id, Stance.LISTENING)


_LISTENED = CASE_LOG | {NoSuchSite, NoSuchTicket, NotInThisState, SessionFull}
_SPOKEN = _LISTENED | {NoSuchStep, SupervisorSpeaks}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        ListenTo: CommandRow(
            Permission.LISTEN,
            listen,
            _LISTENED | {TooManyListen},
            access="session_listened",
        ),
        WhisperToClerk: CommandRow(Permission.LISTEN, whisper, _SPOKEN, access="session_whispered"),
        JoinCall: CommandRow(Permission.LISTEN, join, _SPOKEN | {CallFull}, access="session_joined"),
        OnlyListen: CommandRow(Permission.LISTEN, only_listen, _LISTENED | {NoSuchStep}),
    }
)
