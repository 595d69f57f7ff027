"""What desks need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.principal import Principal
from document_relay.records import CaseRecord
from document_relay.summaries import Summary
from foundation.clock import Clock
from foundation.events import Bus
from foundation.listeners import Listeners
from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.callbacks import Callbacks
from scheduler.desk import Desk
from signalling.slices.cases.ports import Note
from signalling.slices.desks.cards import QueueCards
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import SessionView, TicketView


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice; what others show on the clerk's page comes through small functions of theirs."""

    bus: Bus
    desk: Desk
    board: Board
    callbacks: Callbacks
    catalogue: Catalogue
    clock: Clock
    time_zone: str
    registry: Registry
    pace: Pace
    cards: QueueCards
    card_of: Callable[[scheduled.TicketView], Awaitable[TicketView]]
    handover_of: Callable[[scheduled.TicketView], scheduled.Handover | None]
    session_of: Callable[[scheduled.TicketView | None], SessionView | None]
    case_of: Callable[[str], Awaitable[CaseRecord | None]]
    """The case of a ticket."""
    note: Note
    """Writes into the history of a ticket's case."""
    summarise: Callable[[Principal, str, Summary], Awaitable[str]]
    """Makes the summary of a case's visit; as `Summaries.make`."""
    session_changes: Listeners[scheduled.TicketView]
