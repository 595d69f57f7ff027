"""What tickets need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.principal import Principal
from document_relay.records import CaseRecord
from foundation.events import Bus
from foundation.listeners import Listeners
from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.desk import Desk
from scheduler.places import Places
from scheduler.ports import Catalogue as Facts
from scheduler.reception import Reception
from signalling.slices.tickets.cards import TicketCards
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import HallView, SessionView


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice; what others show on the point's page comes through small functions of theirs."""

    bus: Bus
    reception: Reception
    desk: Desk
    board: Board
    places: Places
    facts: Facts
    """What queueing needs of items and sites."""
    catalogue: Catalogue
    registry: Registry
    pace: Pace
    cards: TicketCards
    session_of: Callable[[scheduled.TicketView | None], SessionView | None]
    case_of: Callable[[str], Awaitable[CaseRecord | None]]
    """The case of a ticket."""
    still_of: Callable[[str], str | None]
    """The material that this worker's page is asked to photograph."""
    halls_of: Callable[[Principal], list[HallView]]
    session_changes: Listeners[scheduled.TicketView]
    still_changes: Listeners[str]
    hall_changes: Listeners[None]
