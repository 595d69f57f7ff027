"""What booking without a worker needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from directory.catalogue import Catalogue
from directory.public_booking import PublicBookingKeeping
from directory.visits import Visits
from foundation.notifying import Channel
from scheduler.appointments import Appointments
from signalling.slices.public_booking.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    keeping: PublicBookingKeeping
    appointments: Appointments
    catalogue: Catalogue
    visits: Visits
    limits: Limits
    channels: frozenset[Channel]
    """Over which people can be told something."""
    today: Callable[[], date]
    """The hall's calendar day."""
    public_url: str
    """Of the service, without a path."""
