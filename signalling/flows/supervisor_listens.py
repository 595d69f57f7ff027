"""A supervisor listens to a session until the page is gone or the session over: nobody is listened to unawares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.principal import Permission, Principal, require
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected
from scheduler.errors import NotInThisState
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import IN_HAND
from scheduler.views import TicketView
from signalling.flows.session_follows_ticket import align, participant
from signalling.listening import FACE, Listener

if TYPE_CHECKING:
    from signalling.house import House

_BACK_SOON = frozenset({"silent", "replaced", "moved", "node_lost"})


def install(house: House) -> None:
    """Follows the tickets and the media."""

    async def moved(event: TicketMoved) -> None:
        ticket = await house.scheduler.board.as_of(event)
        if ticket.state not in IN_HAND:
            for listener in house.listening.of(ticket.id):
                await stop_listening(house, listener.staff_id)

    def media(event: MediaEvent) -> None:
        staff_id, _, face = event.participant_id.partition(":")
        if face == FACE and isinstance(event, ParticipantDisconnected) and event.reason not in _BACK_SOON:
            house.tasks.spawn(stop_listening(house, staff_id), name="listener gone")

    house.bus.subscribe(TicketMoved, moved)
    house.media.subscribe(media)


async def listen_to(house: House, principal: Principal, ticket_id: str) -> None:
    """Lets a supervisor into a ticket's session, out of another one; it is shown to both sides.

    Raises `Forbidden` outside the supervisor's sites, `NotInThisState` when nobody has the ticket in hand.
    """
    await _in_hand(house, principal, ticket_id)
    await stop_listening(house, principal.staff_id)
    case = await house.documents.case_files.of_ticket(ticket_id)
    if case is not None:
        await house.documents.case_files.note((principal.staff_id, principal.name), case.id, "session_listened")
    # Read anew: it may be over by now, and a session opened for it would have nobody to close it.
    ticket = await _in_hand(house, principal, ticket_id)
    house.listening.begin(Listener(principal.staff_id, principal.name, ticket.id))
    align(house, ticket)
    _draw(house, ticket, principal.staff_id)


async def stop_listening(house: House, staff_id: str) -> None:
    """Takes a supervisor out of the session again; does nothing when there is none."""
    listener = house.listening.end(staff_id)
    if listener is None:
        return
    house.media.release(listener.session_id, participant(staff_id, FACE))
    _draw(house, await house.scheduler.reception.ticket(listener.session_id), staff_id)


async def _in_hand(house: House, principal: Principal, ticket_id: str) -> TicketView:
    ticket = await house.scheduler.reception.ticket(ticket_id)
    require(principal, Permission.LISTEN, house.directory.catalogue.site(ticket.site_id).path)
    if ticket.state not in IN_HAND:
        raise NotInThisState(former=ticket.state, state="listened_to")
    return ticket


def _draw(house: House, ticket: TicketView, staff_id: str) -> None:
    house.draw(ticket)
    house.registry.invalidate([staff_id], "floor", "slots")
