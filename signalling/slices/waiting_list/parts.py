"""What the waiting list needs."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from foundation.events import Bus
from scheduler.waiting_list import WaitingList
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    waiting_list: WaitingList
    catalogue: Catalogue
    registry: Registry
    readers: Readers
