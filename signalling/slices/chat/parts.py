"""What chat needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from directory.personal import PersonalSettings
from document_relay.records import EntryRecord
from foundation.clock import Clock
from foundation.set_aside import Damaged
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
    history_of: Callable[[str], Awaitable[Sequence[EntryRecord]]]
    """The history of a ticket's case, empty where it has none."""
    damaged: Damaged
    personal: PersonalSettings
    board: Board
    clock: Clock
    registry: Registry
