"""What the cameras need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.audit_intake import AuditIntake
from directory.cameras import Cameras
from foundation.events import Bus
from foundation.listeners import Listeners
from rtc_server.sessions.interface import MediaPlane
from scheduler.board import Board
from scheduler.reception import Reception
from scheduler.views import TicketView
from signalling.slices.calls.ports import Sessions
from signalling.slices.cameras.room_cameras import RoomCameras
from signalling.slices.cases.ports import CaseOfTicket
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    cameras: Cameras
    rooms: RoomCameras
    media: MediaPlane
    sessions: Sessions
    cases: CaseOfTicket
    board: Board
    reception: Reception
    intake: AuditIntake
    registry: Registry
    session_changes: Listeners[TicketView]
    hall_changes: Listeners[None]
