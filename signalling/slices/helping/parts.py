"""What asking for help needs."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from foundation.clock import Clock
from scheduler.board import Board
from signalling.slices.cases.ports import Note
from signalling.slices.helping.help_requests import HelpRequests
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    requests: HelpRequests
    board: Board
    catalogue: Catalogue
    note: Note
    registry: Registry
    clock: Clock
