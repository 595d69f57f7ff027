"""A supervisor listens to a session until the page is gone or the session over; both sides are told."""

from __future__ import annotations

from directory.principal import Permission, Principal, require
from rtc_server.sessions.interface import MemberRole
from scheduler.errors import NotInThisState
from scheduler.queue_core.ticket_life import IN_HAND
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import Guest, Member
from signalling.slices.supervision.parts import Parts

FACE: Face = "supervisor"


async def listen_to(parts: Parts, principal: Principal, ticket_id: str) -> None:
    """Lets a supervisor into a ticket's session, out of another one; it is shown to both sides.

    Raises `Forbidden` outside the supervisor's sites, `NotInThisState` when nobody has the ticket in hand.
    """
    await _in_hand(parts, principal, ticket_id)
    await stop_listening(parts, principal.staff_id)
    await parts.cases.note(ticket_id, (principal.staff_id, principal.name), "session_listened")
    # Read anew: it may be over by now, and a session opened for it would have nobody to close it.
    ticket = await _in_hand(parts, principal, ticket_id)
    parts.sessions.invite(Guest(ticket.id, principal.name, Member(principal.staff_id, FACE, MemberRole.WATCHER)))
    parts.sessions.align(ticket)
    _tell(parts, ticket, principal.staff_id)


async def stop_listening(parts: Parts, staff_id: str) -> None:
    """Takes a supervisor out of the session again; does nothing when there is none."""
    guest = parts.sessions.dismiss(ParticipantId(staff_id, FACE))
    if guest is not None:
        _tell(parts, await parts.reception.ticket(guest.session_id), staff_id)


async def _in_hand(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    ticket = await parts.reception.ticket(ticket_id)
    require(principal, Permission.LISTEN, parts.catalogue.site(ticket.site_id).path)
    if ticket.state not in IN_HAND:
        raise NotInThisState(former=ticket.state, state="listened_to")
    return ticket


def _tell(parts: Parts, ticket: TicketView, staff_id: str) -> None:
    parts.session_changes.tell(ticket)
    parts.registry.invalidate([staff_id], "supervision")
