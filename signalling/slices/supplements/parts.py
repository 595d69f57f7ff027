"""What supplements need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from directory.catalogue import Catalogue
from directory.people import People
from directory.senders import Senders
from document_relay.case_files import CaseFiles
from document_relay.supplements import Supplements
from foundation.clock import Clock
from foundation.events import Bus
from foundation.notifying import Channel
from foundation.rate import RateLimit
from scheduler.board import Board
from signalling.transport.websocket.registry import Registry

KNOCKS_A_SECOND, KNOCKS_AT_ONCE = 0.5, 30.0
"""The phones of a village may share an address; each asks once in a quarter of an hour."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    supplements: Supplements
    senders: Senders
    clock: Clock
    catalogue: Catalogue
    board: Board
    people: People
    signed_in: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    registry: Registry
    channels: frozenset[Channel]
    day_of: Callable[[datetime], date]
    """The date on the wall of the district."""
    today: Callable[[], date]
    colleagues_after_days: int
    """Working days after which colleagues see what was sent to a clerk who is not there."""
    knocks: RateLimit = field(default_factory=lambda: RateLimit(KNOCKS_A_SECOND, KNOCKS_AT_ONCE))
    """How often links are opened from one address."""
