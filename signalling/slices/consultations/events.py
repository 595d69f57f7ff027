"""A consultation ends with the call and with the colleague's page; what a former process has left is undone."""

from __future__ import annotations

from functools import partial

from foundation.database import told_if_damaged
from rtc_server.sessions.interface import MediaEvent, ParticipantConnected, ParticipantDisconnected
from scheduler.board import clerks_of
from scheduler.events import TicketMoved
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.records import Ticket
from signalling.identity.absences import RELOAD_SECONDS, Absences
from signalling.identity.participant import ParticipantId
from signalling.slices.consultations.consultation import State
from signalling.slices.consultations.consulting import FACE
from signalling.slices.consultations.joining import leave
from signalling.slices.consultations.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets, the desks and the media."""
    absences = Absences(parts.tasks, lambda page: bool(parts.media.slots(page)), RELOAD_SECONDS)

    async def moved(event: TicketMoved) -> None:
        ticket = await parts.board.as_of(event)
        if ticket.state not in IN_SESSION:
            for one in parts.consultations.of_ticket(ticket.id):
                await leave(parts, one)
            parts.consultations.nobody_came(ticket.id, nobody=False)

    def media(event: MediaEvent) -> None:
        if not isinstance(event, ParticipantConnected | ParticipantDisconnected):
            return
        page = ParticipantId.parse(event.participant_id)
        own = parts.consultations.of_guest(page.person_id) if page.face == FACE else None
        if own is not None and own.state is State.JOINED:
            absences.hear(event, partial(leave, parts, own))

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        guests = [one.guest.id for one in parts.consultations.of_ticket(now.id)]
        parts.registry.invalidate({*guests, *clerks_of(former, now)}, "consultation")

    def session_changed(ticket_id: str) -> None:
        parts.registry.invalidate([one.guest.id for one in parts.consultations.of_ticket(ticket_id)], "consultation")

    parts.bus.subscribe(TicketMoved, moved)
    parts.media.subscribe(media)
    parts.board.on_ticket(ticket_changed)
    parts.session_changes.subscribe(lambda ticket: session_changed(ticket.id))


async def restore(parts: Parts) -> None:
    """Frees the desks of those who were in another's call when a former process ended."""
    for desk in parts.board.desks():
        if desk.state is ClerkState.RESERVED:
            with told_if_damaged(parts.damaged, "desks", desk.clerk_id):
                await parts.desk.release(desk.clerk_id)
