"""Listening ends with the session and with the page; the list of calls is shown again when one of them changes."""

from __future__ import annotations

from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected
from scheduler.board import states_of
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.records import Ticket
from signalling.identity.participant import ParticipantId
from signalling.slices.supervision.listening import FACE, stop_listening
from signalling.slices.supervision.parts import Parts
from signalling.transport.websocket.pace import never

_BACK_SOON = frozenset({"silent", "replaced", "moved", "node_lost"})


def follow(parts: Parts) -> None:
    """Follows the tickets, the media and the sessions."""

    async def moved(event: TicketMoved) -> None:
        ticket = await parts.board.as_of(event)
        if ticket.state not in IN_SESSION:
            for guest in parts.sessions.guests(ticket.id):
                if guest.kind == "supervisor":
                    await stop_listening(parts, guest.member.person_id)

    def media(event: MediaEvent) -> None:
        page = ParticipantId.parse(event.participant_id)
        if page.face == FACE and isinstance(event, ParticipantDisconnected) and event.reason not in _BACK_SOON:
            parts.tasks.spawn(stop_listening(parts, page.person_id), name="listener gone")

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        if not IN_SESSION.isdisjoint(states_of(former, now)):
            parts.pace.changed()

    parts.bus.subscribe(TicketMoved, moved)
    parts.media.subscribe(media)
    parts.board.on_ticket(ticket_changed)
    parts.session_changes.subscribe(lambda _: parts.pace.changed())


async def show_calls_again(parts: Parts) -> None:
    """Shows the lists of calls that have changed, for ever."""

    async def show() -> None:
        parts.registry.invalidate_face("supervisor", "calls")

    await parts.pace.run(show, never)
