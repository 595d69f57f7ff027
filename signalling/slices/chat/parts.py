"""What chat needs."""

from __future__ import annotations

from dataclasses import dataclass

from directory.personal import PersonalSettings
from document_relay.case_files import CaseFiles
from foundation.clock import Clock
from scheduler.board import Board
from signalling.slices.calls.ports import Sessions
from signalling.slices.cases.ports import CaseOfTicket
from signalling.slices.chat.conversations import Conversations
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    conversations: Conversations
    sessions: Sessions
    cases: CaseOfTicket
    case_files: CaseFiles
    personal: PersonalSettings
    board: Board
    clock: Clock
    registry: Registry
