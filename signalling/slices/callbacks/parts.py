"""What callbacks need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.callbacks import Callbacks
from signalling.slices.cases.ports import Note
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import TicketView


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    callbacks: Callbacks
    board: Board
    registry: Registry
    readers: Readers
    card_of: Callable[[scheduled.TicketView], Awaitable[TicketView]]
    ticket_of: Callable[[str], Awaitable[scheduled.TicketView]]
    """As it is stored: the board may not have heard of it yet."""
    open_case: Callable[[scheduled.TicketView], Awaitable[str]]
    note: Note
    """Writes into the history of a ticket's case."""
