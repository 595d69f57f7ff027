"""A ticket's state decides what its media session does; the session has the ticket's identifier.

Aligning is idempotent and needs nothing but the ticket as it stands, so it also restores the sessions of a server
that was killed in mid-call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rtc_server.sessions.interface import Role
from scheduler.events import TicketCalled, TicketMoved
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import TicketView
from signalling.listening import FACE

if TYPE_CHECKING:
    from signalling.house import House

TOGETHER = frozenset({TicketState.CALLED, TicketState.RECALLED, TicketState.SERVING, TicketState.INTERRUPTED})
"""States in which the parties are in the session."""
_APART = frozenset({TicketState.ON_HOLD})


def participant(staff_id: str, face: str) -> str:
    """The media participant of a person's page."""
    return f"{staff_id}:{face}"


def members(ticket: TicketView) -> Iterator[str]:
    """The media participants of the ticket's session."""
    yield participant(ticket.worker_id, "point")
    if ticket.clerk_id is not None:
        yield participant(ticket.clerk_id, "window")


async def stored_ticket(house: House, participant_id: str) -> TicketView | None:
    """The ticket in hand of the participant's page as it is stored: the board may not have heard of it yet."""
    staff_id, _, face = participant_id.partition(":")
    match face:
        case "point":
            return await house.scheduler.reception.in_hand_of_worker(staff_id)
        case "window":
            return await house.scheduler.reception.in_hand_of_clerk(staff_id)
    return None


def align(house: House, ticket: TicketView) -> None:
    """Makes the media session what the ticket's state says."""
    if ticket.state == TicketState.OFFERED:
        house.media.gather(ticket.id, members(ticket))
    elif ticket.state in TOGETHER:
        house.media.open_session(ticket.id)
        for member in members(ticket):
            house.media.admit(ticket.id, member)
        for listener in house.listening.of(ticket.id):
            house.media.admit(ticket.id, participant(listener.staff_id, FACE), Role.WATCHER)
    elif ticket.state in _APART:
        house.media.open_session(ticket.id)
        for member in members(ticket):
            house.media.release(ticket.id, member)
    else:
        house.whip.end_session(ticket.id)
        house.media.close_session(ticket.id)


def install(house: House) -> None:
    """Follows every move of every ticket."""

    async def moved(event: TicketMoved) -> None:
        align(house, await house.scheduler.board.as_of(event))

    async def called(event: TicketCalled) -> None:
        # At once, not after the case has been assigned: both sides wait for the picture.
        ticket = await house.scheduler.board.as_of(event)
        align(house, ticket)
        house.draw(ticket)

    house.bus.subscribe(TicketMoved, moved)
    house.bus.subscribe(TicketCalled, called)
