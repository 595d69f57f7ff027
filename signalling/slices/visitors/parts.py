"""What visitors need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.visit_codes import VisitCodes
from directory.visits import Visits
from scheduler.appointments import Appointments
from scheduler.board import Board
from scheduler.reception import Reception
from scheduler.waiting_list import WaitingList
from signalling.slices.visitors.guesses import Guesses
from signalling.transport.http.link_attempts import LinkAttempts
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    visits: Visits
    codes: VisitCodes
    guesses: Guesses
    link_attempts: LinkAttempts
    appointments: Appointments
    waiting_list: WaitingList
    catalogue: Catalogue
    board: Board
    reception: Reception
    registry: Registry
