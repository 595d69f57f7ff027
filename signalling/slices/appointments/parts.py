"""What appointments need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from directory.catalogue import Catalogue
from foundation.events import Bus
from foundation.notifying import Channel
from scheduler.appointments import Appointments
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    appointments: Appointments
    catalogue: Catalogue
    registry: Registry
    readers: Readers
    channels: frozenset[Channel]
    """Over which applicants can be told something."""
    today: Callable[[], date]
    """The hall's calendar day."""
