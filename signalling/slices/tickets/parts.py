"""What tickets need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from directory.catalogue import Catalogue
from directory.principal import Principal
from document_relay.records import CaseRecord, EntryRecord
from foundation.clock import Clock
from foundation.events import Bus
from foundation.listeners import Listeners
from foundation.set_aside import Damaged
from scheduler import views as scheduled
from scheduler.board import Board
from scheduler.desk import Desk
from scheduler.places import Places
from scheduler.ports import Catalogue as Facts
from scheduler.reception import Reception
from signalling.slices.tickets.batched_places import BatchedPlaces
from signalling.slices.tickets.cards import TicketCards
from signalling.slices.tickets.clerk_messages import ClerkMessages
from signalling.slices.tickets.openings import Openings
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.registry import Registry
from signalling.wire.views import HallView, SessionView


class Note(Protocol):
    """Writes an act of a person, by identifier and name, with what belongs to it."""

    async def __call__(self, ticket_id: str, who: tuple[str, str], act: str, **fields: str) -> None:
        """Does nothing for a ticket that has no case."""
        ...


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
    told: ClerkMessages
    openings: Openings
    open_case: Callable[[scheduled.TicketView], Awaitable[str]]
    """Opens a ticket's case, once."""
    note: Note
    """Writes an act into the history of a ticket's case."""
    history_of: Callable[[str], Awaitable[Sequence[EntryRecord]]]
    """The history of a ticket's case, empty where it has none."""
    damaged: Damaged
    clock: Clock
    zone: ZoneInfo
    """Of the days in which mandates end."""
    session_of: Callable[[scheduled.TicketView | None], SessionView | None]
    case_of: Callable[[str], Awaitable[CaseRecord | None]]
    """The case of a ticket."""
    still_of: Callable[[str], str | None]
    """The material that this worker's page is asked to photograph."""
    halls_of: Callable[[Principal], list[HallView]]
    organisation_of: Callable[[str], Awaitable[str]]
    """Of a visitor, as the invitation says."""
    session_changes: Listeners[scheduled.TicketView]
    still_changes: Listeners[str]
    hall_changes: Listeners[None]
    called_back: BatchedPlaces = field(default_factory=BatchedPlaces)
    """Who has a list of callbacks in which a place is another."""
