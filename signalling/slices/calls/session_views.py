"""The session of a ticket, as both sides and supervisors see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rtc_server.recording.interface import Recordings
from rtc_server.sessions.interface import MemberRole
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.reception import Reception
from scheduler.views import TicketView
from signalling.slices.calls.ports import Sessions
from signalling.slices.tickets.ports import Said
from signalling.wire.views import GuestView, SessionView

RoomState = Literal["off", "on", "refused"]


class SessionViews:
    """Puts together what is known of a ticket's session."""

    def __init__(
        self,
        reception: Reception,
        recorder: Recordings,
        sessions: Sessions,
        room_of: Callable[[TicketView], RoomState | None],
    ) -> None:
        self._reception = reception
        self._recorder = recorder
        self._sessions = sessions
        self._room_of = room_of

    def of(self, ticket: TicketView | None) -> SessionView | None:
        """None where the ticket has no session."""
        if ticket is None or TicketState(ticket.state) not in IN_SESSION:
            return None
        recording = self._recorder.state(ticket.id)
        guests = self._sessions.guests(ticket.id)
        return SessionView(
            session_id=ticket.id,
            consent=Said.of(self._reception.answers(ticket)).consent,
            recording=recording is not None,
            recording_paused=recording.paused if recording is not None else None,
            recording_missing_seconds=round(recording.missing) if recording is not None else 0,
            listeners=[one.name for one in guests if one.member.role is MemberRole.WATCHER],
            guests=[GuestView(name=one.name, kind=one.kind) for one in guests if one.takes_part],
            room=self._room_of(ticket),
        )
