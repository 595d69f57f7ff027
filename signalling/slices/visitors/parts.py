"""What visitors need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.visits import Visits
from scheduler.board import Board
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    visits: Visits
    catalogue: Catalogue
    board: Board
    registry: Registry
