"""What calls need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from directory.people import People
from foundation.events import Bus
from foundation.listeners import Listeners
from foundation.set_aside import Damaged
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaPlane
from rtc_server.turn import Relays
from rtc_server.whip import WhipResources
from scheduler.board import Board
from scheduler.desk import Desk
from scheduler.reception import Reception
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.link_figures import LinkFigures
from signalling.slices.calls.links import Links
from signalling.slices.calls.reception_figures import ReceptionFigures
from signalling.slices.calls.sendings import Sendings
from signalling.slices.calls.sessions import CallSessions
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    tasks: Tasks
    media: MediaPlane
    whip: WhipResources
    relays: Relays
    relay_only: bool
    sessions: CallSessions
    links: Links
    sendings: Sendings
    link_figures: LinkFigures
    reception_figures: ReceptionFigures
    board: Board
    desk: Desk
    reception: Reception
    registry: Registry
    people: People
    session_changes: Listeners[TicketView]
    connected: Callable[[TicketView, ParticipantId], Awaitable[None]]
    """Is told of a page of a session in hand that has connected its media anew."""
    damaged: Damaged
