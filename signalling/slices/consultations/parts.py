"""What consultations need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.duty_keeping import DutyKeeping
from document_relay.case_access import CaseAccess
from foundation.clock import Clock
from foundation.events import Bus
from foundation.identifiers import Identifiers
from foundation.listeners import Listeners
from foundation.set_aside import Damaged
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaPlane
from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.desk import Desk
from scheduler.reception import Reception
from scheduler.transfers import Transfers
from signalling.slices.calls.ports import Sessions
from signalling.slices.cases.ports import CaseOfTicket
from signalling.slices.consultations.consultation import Consultations
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import SessionView, TicketView


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    consultations: Consultations
    duty: DutyKeeping
    bus: Bus
    damaged: Damaged
    tasks: Tasks
    clock: Clock
    identifiers: Identifiers
    media: MediaPlane
    sessions: Sessions
    cases: CaseOfTicket
    access: CaseAccess
    board: Board
    desk: Desk
    transfers: Transfers
    reception: Reception
    catalogue: Catalogue
    registry: Registry
    card_of: Callable[[scheduled.TicketView], Awaitable[TicketView]]
    session_of: Callable[[scheduled.TicketView | None], SessionView | None]
    session_changes: Listeners[scheduled.TicketView]
