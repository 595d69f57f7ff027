"""A guest's link ends with the call; a guest whose page is gone is in neither call nor lobby."""

from __future__ import annotations

from functools import partial

from rtc_server.sessions.interface import MediaEvent, ParticipantConnected, ParticipantDisconnected
from scheduler.board import clerks_of
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.records import Ticket
from signalling.identity.absences import RELOAD_SECONDS, Absences
from signalling.identity.participant import ParticipantId
from signalling.slices.guests.admitting import FACE, end, step_out
from signalling.slices.guests.lobby import NoSuchGuest
from signalling.slices.guests.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets, the media and the ends of links."""
    absences = Absences(parts.tasks, lambda page: bool(parts.media.slots(page)), RELOAD_SECONDS)

    async def moved(event: TicketMoved) -> None:
        ticket = await parts.board.as_of(event)
        if ticket.state not in IN_SESSION:
            for one in parts.lobby.of_ticket(ticket.id):
                await end(parts, one.id)

    def media(event: MediaEvent) -> None:
        page = ParticipantId.parse(event.participant_id)
        if page.face == FACE and isinstance(event, ParticipantConnected | ParticipantDisconnected):
            absences.hear(event, partial(_step_out, parts, page))

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        parts.registry.invalidate(clerks_of(former, now), "guests")
        show_again(now.id)

    def show_again(ticket_id: str) -> None:
        parts.registry.invalidate([one.id for one in parts.lobby.of_ticket(ticket_id)], "guest")

    parts.bus.subscribe(TicketMoved, moved)
    parts.media.subscribe(media)
    parts.board.on_ticket(ticket_changed)
    parts.session_changes.subscribe(lambda ticket: show_again(ticket.id))
    parts.guests.on_end(lambda guest: parts.registry.end_session(guest.person_id))


async def _step_out(parts: Parts, page: ParticipantId) -> None:
    try:
        await step_out(parts, page.person_id)
    except NoSuchGuest:
        # The link has ended meanwhile.
        return
