"""What visitors need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.visit_codes import VisitCodes
from directory.visits import Visits
from scheduler.appointments import Appointments
from scheduler.board import Board
from scheduler.reception import Reception
from signalling.slices.visitors.guesses import Guesses
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    visits: Visits
    codes: VisitCodes
    guesses: Guesses
    appointments: Appointments
    catalogue: Catalogue
    board: Board
    reception: Reception
    registry: Registry
