"""What recordings need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from directory.sign_in import SignIn
from document_relay.case_files import CaseFiles
from foundation.events import Bus
from foundation.listeners import Listeners
from foundation.set_aside import Damaged
from foundation.tasks import Tasks
from rtc_server.recording.interface import Recordings
from rtc_server.recording.replays import Replays
from scheduler.board import Board
from scheduler.reception import Reception
from scheduler.views import TicketView
from signalling.slices.cases.ports import CaseOfTicket


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    tasks: Tasks
    recorder: Recordings
    replays: Replays
    cases: CaseOfTicket
    case_files: CaseFiles
    board: Board
    reception: Reception
    name_of: Callable[[str], Awaitable[str]]
    """The name of a person who was in a call."""
    sign_in: SignIn
    session_changes: Listeners[TicketView]
    damaged: Damaged
