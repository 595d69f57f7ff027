"""What guests from outside need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from directory.catalogue import Catalogue
from directory.guests import Guests
from foundation.events import Bus
from foundation.listeners import Listeners
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaPlane
from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.reception import Reception
from signalling.slices.calls.ports import Sessions
from signalling.slices.cases.ports import CaseOfTicket
from signalling.slices.guests.lobby import Lobby
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import SessionView


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    lobby: Lobby
    guests: Guests
    bus: Bus
    tasks: Tasks
    media: MediaPlane
    sessions: Sessions
    cases: CaseOfTicket
    board: Board
    reception: Reception
    catalogue: Catalogue
    registry: Registry
    session_of: Callable[[scheduled.TicketView | None], SessionView | None]
    session_changes: Listeners[scheduled.TicketView]
    expiring: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """What ends each guest's link when its time is over."""
