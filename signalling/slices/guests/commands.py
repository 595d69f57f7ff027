"""What a clerk does with guests from outside, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import GuestLinkOver, GuestLinkTaken, NoSuchSite
from directory.principal import Permission, Principal
from foundation.errors import Forbidden
from rtc_server.sessions.errors import SessionFull
from scheduler.errors import NoSuchTicket, TicketNotInHand
from signalling.slices.calls.ports import CallFull
from signalling.slices.guests import admitting
from signalling.slices.guests.lobby import GuestNotWaiting, NoSuchGuest, TooManyGuests
from signalling.slices.guests.messages import (
    AdmitGuest,
    AskToJoin,
    GuestInvited,
    InviteGuest,
    LeaveCall,
    RemoveGuest,
)
from signalling.slices.guests.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def invite_guest(parts: Parts, principal: Principal, command: InviteGuest) -> GuestInvited:
    """Makes a link."""
    return await admitting.invite(parts, principal, command)


async def admit_guest(parts: Parts, principal: Principal, command: AdmitGuest) -> None:
    """Lets a guest in."""
    await admitting.admit(parts, principal, command.guest_id)


async def remove_guest(parts: Parts, principal: Principal, command: RemoveGuest) -> None:
    """Ends a link."""
    await admitting.remove(parts, principal, command.guest_id)


async def ask_to_join(parts: Parts, principal: Principal, _command: AskToJoin) -> None:
    """Waits to be let in."""
    admitting.ask(parts, principal)


async def leave_call(parts: Parts, principal: Principal, _command: LeaveCall) -> None:
    """Leaves the call."""
    await admitting.step_out(parts, admitting.own(parts, principal).id)


_LOGGED = CASE_LOG | {NoSuchSite, NoSuchTicket}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        InviteGuest: CommandRow(
            Permission.SERVE,
            invite_guest,
            _LOGGED | {CallFull, Forbidden, TicketNotInHand, TooManyGuests},
            result=GuestInvited,
            access="guest_invited",
        ),
        AdmitGuest: CommandRow(
            Permission.SERVE,
            admit_guest,
            _LOGGED | {CallFull, GuestNotWaiting, NoSuchGuest, SessionFull, TicketNotInHand},
            access="guest_admitted",
        ),
        RemoveGuest: CommandRow(
            Permission.SERVE, remove_guest, _LOGGED | {NoSuchGuest, TicketNotInHand}, access="guest_removed"
        ),
        AskToJoin: CommandRow(
            Permission.TAKE_PART, ask_to_join, frozenset({Forbidden, GuestLinkOver, GuestLinkTaken, NoSuchGuest})
        ),
        LeaveCall: CommandRow(Permission.TAKE_PART, leave_call, _LOGGED | {Forbidden, NoSuchGuest}),
    }
)
