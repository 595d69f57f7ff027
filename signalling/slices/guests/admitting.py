"""A clerk makes a link for somebody from outside, sees them wait, lets them in, and has them out again at once."""

from __future__ import annotations

import asyncio
from typing import Final

from directory.guests import LASTS
from directory.principal import OutsideGuest, Principal
from foundation.errors import Forbidden, Refusal
from scheduler.errors import TicketNotInHand
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import Guest, Member, require_place
from signalling.slices.guests import acts
from signalling.slices.guests.lobby import GuestNotWaiting, GuestState, Invitee
from signalling.slices.guests.messages import LINK, GuestInvited, InviteGuest
from signalling.slices.guests.parts import Parts

FACE: Final[Face] = "guest"


async def invite(parts: Parts, principal: Principal, command: InviteGuest) -> GuestInvited:
    """Makes a link into the call in hand; raises `TicketNotInHand`, `TooManyGuests`, `CallFull`."""
    ticket = await _in_hand(parts, principal, command.ticket_id)
    parts.lobby.require_room(ticket.id)
    require_place(parts.sessions.guests(ticket.id))
    part = acts.PARTS[command.part]
    await parts.cases.note(ticket.id, (principal.person_id, principal.name), acts.INVITED, name=command.name, part=part)
    # Read anew: a link into a call that is over would have nobody to end it.
    ticket = await _in_hand(parts, principal, command.ticket_id)
    made, secret = parts.guests.invite(principal, ticket.id, command.name)
    new = Invitee(made.id, ticket.id, made.name, command.part, made.ends_at)
    parts.lobby.add(new)
    parts.expiring[made.id] = parts.tasks.spawn(_expire(parts, made.id), name="guest link expires")
    _show(parts, new)
    return GuestInvited(guest_id=made.id, link=f"{LINK}{secret}", ends_at=made.ends_at)


def ask(parts: Parts, principal: Principal) -> None:
    """Lets the clerk see that the guest is ready; raises `Forbidden`, `NoSuchGuest`, `GuestLinkTaken`."""
    one = own(parts, principal)
    assert isinstance(principal, OutsideGuest)
    parts.guests.bind(principal)
    if one.state is GuestState.INVITED:
        _show(parts, parts.lobby.move(one.id, GuestState.WAITING))


async def admit(parts: Parts, principal: Principal, guest_id: str) -> None:
    """Lets a guest in who waits; raises `NoSuchGuest`, `TicketNotInHand`, `GuestNotWaiting`, `CallFull`, `SessionFull`.

    Who is not let in goes on waiting.
    """
    one = await _admittable(parts, principal, guest_id)
    await parts.cases.note(one.ticket_id, (one.id, one.name), acts.JOINED, part=acts.PARTS[one.part])
    # Read anew: the guest or the call may be gone by now.
    one = await _admittable(parts, principal, guest_id)
    ticket = await _in_hand(parts, principal, one.ticket_id)
    guest = Guest(ticket.id, one.name, Member(one.id, FACE), one.part)
    parts.sessions.invite(guest)
    try:
        parts.sessions.align(ticket)
    except Refusal:
        # Cameras that send by WHIP take places too: who is not let in goes on waiting.
        parts.sessions.dismiss(guest.member.participant)
        raise
    parts.lobby.move(one.id, GuestState.ADMITTED)
    _tell(parts, one, ticket)


async def remove(parts: Parts, principal: Principal, guest_id: str) -> None:
    """Ends a link of the call in hand; raises `NoSuchGuest`, `TicketNotInHand`."""
    one = parts.lobby.find(guest_id)
    await _in_hand(parts, principal, one.ticket_id)
    await end(parts, one.id)
    await parts.cases.note(one.ticket_id, (principal.person_id, principal.name), acts.REMOVED, name=one.name)


async def step_out(parts: Parts, guest_id: str) -> None:
    """Takes a guest out of the call or the lobby, whose link stays good; does nothing for who is in neither."""
    one = parts.lobby.find(guest_id)
    if one.state is not GuestState.INVITED:
        parts.lobby.move(one.id, GuestState.INVITED)
        await _take_out(parts, one)


async def end(parts: Parts, guest_id: str) -> None:
    """Ends a guest's link, and with it their part in the call; does nothing when it has ended."""
    one = parts.lobby.drop(guest_id)
    expiring = parts.expiring.pop(guest_id, None)
    # It is this task itself where the time is over.
    if expiring is not None and expiring is not asyncio.current_task():
        expiring.cancel()
    if one is not None:
        # Out of the call before the link ends, which takes their page and their media with it.
        parts.sessions.dismiss(ParticipantId(one.id, FACE))
        parts.guests.end(one.id)
        await _take_out(parts, one)


def own(parts: Parts, principal: Principal) -> Invitee:
    """The guest as whom the page came in; raises `Forbidden` for everybody else, `NoSuchGuest`."""
    if not isinstance(principal, OutsideGuest):
        raise Forbidden
    return parts.lobby.find(principal.person_id)


async def _take_out(parts: Parts, one: Invitee) -> None:
    parts.sessions.dismiss(ParticipantId(one.id, FACE))
    ticket = await parts.reception.ticket(one.ticket_id)
    _tell(parts, one, ticket)
    if one.state is GuestState.ADMITTED:
        await parts.cases.note(ticket.id, (one.id, one.name), acts.LEFT)


async def _admittable(parts: Parts, principal: Principal, guest_id: str) -> Invitee:
    one = parts.lobby.find(guest_id)
    await _in_hand(parts, principal, one.ticket_id)
    one = parts.lobby.find(guest_id)
    if one.state is not GuestState.WAITING:
        raise GuestNotWaiting
    require_place(parts.sessions.guests(one.ticket_id), ParticipantId(one.id, FACE))
    return one


async def _in_hand(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    ticket = await parts.reception.in_hand_of_clerk(principal.person_id)
    if ticket is None or ticket.id != ticket_id or ticket.state not in IN_SESSION:
        raise TicketNotInHand
    return ticket


async def _expire(parts: Parts, guest_id: str) -> None:
    await asyncio.sleep(LASTS.total_seconds())
    await end(parts, guest_id)


def _tell(parts: Parts, one: Invitee, ticket: TicketView) -> None:
    """Has everybody in the call shown who is in it."""
    _show(parts, one)
    parts.session_changes.tell(ticket)
    parts.registry.invalidate([member.person_id for member in parts.sessions.members(ticket)], "slots")


def _show(parts: Parts, one: Invitee) -> None:
    ticket = parts.board.ticket(one.ticket_id)
    parts.registry.invalidate([one.id], "guest", "slots")
    parts.registry.invalidate([ticket.clerk_id if ticket else None], "guests")
