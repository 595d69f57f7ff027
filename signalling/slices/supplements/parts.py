"""What supplements need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from directory.catalogue import Catalogue
from directory.people import People
from directory.senders import Senders
from document_relay.case_files import CaseFiles
from document_relay.found_supplements import FoundSupplements
from document_relay.left_cases import Days, LeftCases
from document_relay.supplements import Supplements
from foundation.events import Bus
from foundation.notifying import Channel
from scheduler.board import Board
from signalling.slices.supplements.finders import Finders
from signalling.slices.supplements.searches import Searches
from signalling.transport.http.link_attempts import LinkAttempts
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    supplements: Supplements
    found: FoundSupplements
    left: LeftCases
    finders: Finders
    senders: Senders
    link_attempts: LinkAttempts
    searches: Searches
    catalogue: Catalogue
    board: Board
    people: People
    signed_in: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    registry: Registry
    channels: frozenset[Channel]
    day_of: Callable[[datetime], date]
    """The date on the wall of the district."""
    today: Callable[[], date]
    days: Callable[[], Days]
    colleagues_after_days: int
    """Working days after which colleagues see what was sent to a clerk who is not there."""
