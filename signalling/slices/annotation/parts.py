"""What drawing needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from document_relay.case_files import CaseFiles
from foundation.clock import Clock
from foundation.events import Bus
from foundation.identifiers import Identifiers
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaPlane
from scheduler.board import Board
from signalling.slices.annotation.annotations import Annotations
from signalling.slices.annotation.frozen import FrozenPictures
from signalling.slices.calls.ports import Sessions
from signalling.slices.cases.ports import CaseOfTicket
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    sessions: Sessions
    cases: CaseOfTicket
    case_files: CaseFiles
    media: MediaPlane
    board: Board
    bus: Bus
    tasks: Tasks
    clock: Clock
    identifiers: Identifiers
    registry: Registry
    frozen: FrozenPictures = field(default_factory=FrozenPictures)
    drawn: dict[str, Annotations] = field(default_factory=dict)
    """By session, in memory: what is only shown ends with the service."""
